import type { JobProgress } from "./job.ts";

/** Writes the latest progress of a job, one write at a time and not more often than allowed. */
export class LatestProgress {
  readonly #write: (progress: JobProgress) => Promise<unknown>;
  readonly #intervalMs: number;
  #latest: JobProgress | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(write: (progress: JobProgress) => Promise<unknown>, intervalMs: number) {
    this.#write = write;
    this.#intervalMs = intervalMs;
  }

  report(progress: JobProgress): void {
    this.#latest = progress;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes what is not written yet, at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#writing;
  }

  #wake = () => {};

  async #writeAll(): Promise<void> {
    while (this.#latest !== undefined) {
      const progress = this.#latest;
      this.#latest = undefined;
      // The next one says more; what is lost here is seconds old at most.
      await this.#write(progress).catch(() => undefined);
      if (!this.#isClosed) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#intervalMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
