/** Longest that one slice of work keeps the event loop. */
const SLICE_MS = 6;

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

/**
 * Runs work that yields every now and then, at least every few milliseconds.
 *
 * @returns What the work returns.
 */
export async function runInSlices<Result>(work: Generator<void, Result>): Promise<Result> {
  const slice = new TimeSlice();
  for (;;) {
    const step = work.next();
    if (step.done) {
      return step.value;
    }
    if (slice.isSpent) {
      await slice.giveWay();
    }
  }
}
