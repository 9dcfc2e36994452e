import type { Logger } from "../logger.ts";
import type { JobLease, JobLeases } from "./job-leases.ts";

/** Why the work on a job is to stop before its end. */
export type StopReason = "cancelled" | "lost" | "worker-stopping";

export interface LeaseTimes {
  /** Term of a lease, in ms: as that of the `JobLeases`. */
  readonly leaseMs: number;
  /** Time from one extension to the next, in ms. */
  readonly heartbeatMs: number;
  /** Time from one look for a request to cancel to the next, in ms. */
  readonly checkMs: number;
}

export interface LeaseKeeperOptions extends LeaseTimes {
  readonly leases: JobLeases;
  readonly lease: JobLease;
  readonly log: Logger;
}

/**
 * Extends the lease of one job for as long as the work goes on, and says when to stop.
 *
 * While the database does not answer, the work goes on until the lease must have run out.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #extendedMs = performance.now();
  #isLost = false;
  #looking: Promise<void> | undefined;

  /** @param options.lease - Was claimed just now. */
  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), options.checkMs);
  }

  /** Aborts with a `StopReason`. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Why the work is to stop. Nothing while it may go on. A lost lease outweighs the rest. */
  get stopReason(): StopReason | undefined {
    if (this.#isLost) return "lost";
    return this.signal.aborted ? (this.signal.reason as StopReason) : undefined;
  }

  /** Looks now whether the job was cancelled or lost. */
  look(): void {
    if (performance.now() - this.#extendedMs > this.#options.leaseMs) {
      this.stop("lost");
      return;
    }
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  stop(reason: StopReason): void {
    this.#isLost ||= reason === "lost";
    this.#stop.abort(reason);
  }

  /** Ends the keeping. The lease runs out unless it is settled. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { leases, lease, heartbeatMs, log } = this.#options;
    const startMs = performance.now();
    const isDue = startMs - this.#extendedMs >= heartbeatMs;
    try {
      const state = isDue ? await leases.extend(lease) : await leases.check(lease);
      if (isDue && state.isHeld) this.#extendedMs = startMs;
      if (!state.isHeld) this.stop("lost");
      else if (state.isCancelRequested) this.stop("cancelled");
    } catch (error) {
      log.warn({ err: error, jobId: lease.jobId }, "a lease could not be looked after");
    }
  }
}
