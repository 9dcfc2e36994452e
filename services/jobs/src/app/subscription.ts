import type { Job } from "@portfolio/platform/jobs/job";

/** What changed since one looked last. */
export interface News {
  /** Each job once, in its newest state. */
  readonly jobs: readonly Job[];
  /** Nothing until the first look at the table. */
  readonly sequence: number | undefined;
}

/** Collects changes of jobs for one who watches, of each job the newest only. */
export class Subscription {
  readonly #onClose: (closed: Subscription) => void;
  readonly #pending = new Map<string, Job>();
  #sequence: number | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;
  #wake = () => {};

  constructor(onClose: (closed: Subscription) => void) {
    this.#onClose = onClose;
  }

  push(jobs: readonly Job[], sequence: number): void {
    for (const job of jobs) this.#pending.set(job.id, job);
    this.#sequence = sequence;
    if (jobs.length > 0) this.#wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.close();
  }

  /** Ends `take`, now and from now on. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
    this.#onClose(this);
  }

  /**
   * Waits for changes of jobs that `wants` picks, and takes them.
   *
   * @param idleMs - Longest wait; then there are no jobs in the answer.
   * @returns Nothing when the subscription is closed.
   * @throws What the feed failed with.
   */
  async take(wants: (job: Job) => boolean, idleMs: number): Promise<News | undefined> {
    const endMs = performance.now() + idleMs;
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      if (this.#isClosed) return undefined;
      const jobs = [...this.#pending.values()].filter(wants);
      this.#pending.clear();
      const leftMs = endMs - performance.now();
      if (jobs.length > 0 || leftMs <= 0) return { jobs, sequence: this.#sequence };
      await this.#wait(leftMs);
    }
  }

  #wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
