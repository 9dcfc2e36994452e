const MS_PER_SECOND = 1000;

/** Measures how long each phase of a start takes. */
export class StartClock {
  readonly #start = performance.now();
  readonly #phases: { readonly name: string; readonly seconds: number }[] = [];

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.#phases.push({ name, seconds: (performance.now() - start) / MS_PER_SECOND });
    return result;
  }

  /** Seconds since the process began, with two decimals. */
  totalSeconds(): string {
    return (performance.now() / MS_PER_SECOND).toFixed(2);
  }

  /** Every phase with its seconds, such as `code 0.60, database 0.08`. */
  summary(): string {
    const code = { name: "code", seconds: this.#start / MS_PER_SECOND };
    return [code, ...this.#phases]
      .map(({ name, seconds }) => `${name} ${seconds.toFixed(2)}`)
      .join(", ");
  }
}
