/** One step of a start and how long it took. */
export interface Phase {
  readonly name: string;
  readonly durationMs: number;
}

/** Times consecutive steps: each `end` closes the step that began at the last one. */
export class PhaseClock {
  readonly #phases: Phase[] = [];
  #begin = performance.now();

  get phases(): readonly Phase[] {
    return this.#phases;
  }

  end(name: string): void {
    const now = performance.now();
    this.#phases.push({ name, durationMs: now - this.#begin });
    this.#begin = now;
  }
}
