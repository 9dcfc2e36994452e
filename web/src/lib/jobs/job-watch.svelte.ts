import type { Clients } from "@portfolio/gen";
import { call } from "../api/call.ts";
import { type JobEntry, jobEntry } from "./job-entry.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/**
 * The jobs of the system as they are now, over one stream for the whole tab: browsers allow only
 * six connections to a host. The stream is open while somebody follows, and resumes by itself.
 */
export class JobWatch {
  /** Jobs that were seen, by identifier, each in its newest state. */
  entries = $state.raw<ReadonlyMap<string, JobEntry>>(new Map());
  /** Whether the stream is open. What is shown may be old while it is not. */
  isLive = $state(false);
  /** Where to resume from. */
  #sequence = 0n;
  #followerCount = 0;
  #stop: AbortController | undefined;

  /** Keeps the jobs up to date until the returned function is called. */
  follow(): () => void {
    this.#followerCount++;
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      void this.#run(this.#stop.signal);
    }
    let isFollowing = true;
    return () => {
      if (isFollowing) this.#leave();
      isFollowing = false;
    };
  }

  /** Takes in jobs from elsewhere, such as an answer; older states than those known change nothing. */
  merge(jobs: readonly JobEntry[]): void {
    const entries = new Map(this.entries);
    for (const job of jobs) {
      if (job.revision >= (entries.get(job.id)?.revision ?? 0)) entries.set(job.id, job);
    }
    this.entries = entries;
  }

  #leave(): void {
    this.#followerCount--;
    if (this.#followerCount > 0) return;
    this.#stop?.abort();
    this.#stop = undefined;
    this.isLive = false;
  }

  async #run(signal: AbortSignal): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        await call((clients) =>
          this.#read(clients, signal, () => {
            retryMs = FIRST_RETRY_MS;
          }),
        );
      } catch {
        // The banner of the shell says what is down; this tries again.
      }
      if (signal.aborted) return;
      this.isLive = false;
      await pause(retryMs, signal);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    }
  }

  async #read(clients: Clients, signal: AbortSignal, onMessage: () => void): Promise<void> {
    const request = { afterSequence: this.#sequence };
    // The stream has no end of its own: 0 means no deadline.
    for await (const message of clients.job.watchJobs(request, { signal, timeoutMs: 0 })) {
      if (signal.aborted) return;
      onMessage();
      this.isLive = true;
      this.#sequence = message.sequence;
      if (message.jobs.length > 0) this.merge(message.jobs.map(jobEntry));
    }
  }
}

/** The one watch of this tab. */
export const jobWatch = new JobWatch();

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener("abort", end);
  });
}
