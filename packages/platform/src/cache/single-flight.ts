/** Has callers who want the same thing at the same time share one computation of it. */
export class SingleFlight<Value> {
  readonly #underway = new Map<string, Promise<Value>>();

  /** Runs `compute`, or joins the run of it that is under way for the key. */
  run(key: string, compute: () => Promise<Value>): Promise<Value> {
    const known = this.#underway.get(key);
    if (known !== undefined) return known;
    const started = compute().finally(() => this.#underway.delete(key));
    this.#underway.set(key, started);
    return started;
  }
}
