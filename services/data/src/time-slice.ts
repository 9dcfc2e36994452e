/** Longest that one slice of work keeps the event loop. */
const SLICE_MS = 8;

/** Lets long work on the event loop give way to other work. */
export class TimeSlice {
  #start = performance.now();

  /** Whether the work has lasted long enough to call `giveWay`. */
  get isSpent(): boolean {
    return performance.now() - this.#start > SLICE_MS;
  }

  /** Lets the event loop turn, and starts a new slice. */
  async giveWay(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#start = performance.now();
  }
}
