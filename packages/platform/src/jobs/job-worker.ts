import type { Logger } from "../logger.ts";
import type { JobKind } from "./job-kind.ts";
import type { ClaimedJob } from "./job-leases.ts";
import type { JobPointers, PointerReader } from "./job-pointers.ts";
import { type AttemptEnd, JobRun, type JobRunDeps } from "./job-run.ts";
import type { LeaseTimes } from "./lease-keeper.ts";
import type { OpenJobs } from "./open-jobs.ts";
import type { WorkerPresence } from "./worker-presence.ts";

export interface JobWorkerOptions {
  readonly jobs: Pick<OpenJobs, "leases" | "notifications" | "enter">;
  /** Tells of jobs. (Default: the notifications of the database.) */
  readonly pointers?: JobPointers | undefined;
  /** What this worker can do. */
  readonly kinds: readonly JobKind[];
  /** Most jobs at a time, each in a process of its own. */
  readonly jobsMax: number;
  /** Names the worker in the table, for people, such as `optimization@host`. */
  readonly name: string;
  readonly log: Logger;
  /** (Default: a lease of 30 s, extended every 10 s, and a look for cancellation each second.) */
  readonly times?: LeaseTimes;
  /** Returns a number from 0 to 1. (Default: `Math.random`.) */
  readonly random?: () => number;
  /** Called with the identifier of each job's process. (Default: nothing.) */
  readonly onProcess?: (pid: number, jobId: string) => void;
  /** Called when an attempt has ended. (Default: nothing.) */
  readonly onAttemptEnd?: ((end: AttemptEnd) => void) | undefined;
}

const TIMES: LeaseTimes = { leaseMs: 30_000, heartbeatMs: 10_000, checkMs: 1000 };
/** Longest time until a worker sees a job of which nobody tells. */
const POLL_MS = 1000;

/**
 * Claims jobs and has them done, each in a process of its own, until it is closed.
 *
 * It computes nothing itself, so that heartbeats are never late: run it in a process whose event
 * loop is free.
 */
export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #deps: JobRunDeps;
  readonly #runs = new Map<JobRun, Promise<void>>();
  readonly #presence: WorkerPresence;
  readonly #pointers: PointerReader | undefined;
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #claiming: Promise<boolean> | undefined;
  #isAskedAgain = false;
  #isClosed = false;

  /** Starts at once. */
  constructor(options: JobWorkerOptions) {
    const { jobs, log, times = TIMES, random = Math.random, onProcess, onAttemptEnd } = options;
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    this.#deps = { leases: jobs.leases, log, times, random, onProcess, onAttemptEnd };
    this.#presence = jobs.enter(options.name);
    this.#pointers = options.pointers?.read(
      options.name,
      [...this.#kinds.keys()],
      () => this.#claimSoon(),
      () => this.#hasRoom(),
    );
    this.#unsubscribe = jobs.notifications.subscribe(() => this.#onHint());
    this.#timer = setInterval(() => void this.#claimSoon(), POLL_MS);
    void this.#claimSoon();
  }

  /** Claims no more, ends the processes and hands their jobs back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    await Promise.all([this.#claiming, this.#pointers?.close()]);
    for (const run of this.#runs.keys()) run.stop();
    await Promise.all(this.#runs.values());
    await this.#presence.leave();
  }

  #hasRoom(): boolean {
    return this.#runs.size < this.#options.jobsMax && !this.#isClosed;
  }

  #onHint(): void {
    for (const run of this.#runs.keys()) run.look();
    // Where pointers come, each wakes one worker; a notification would wake all.
    if (!this.#pointers?.isConnected()) void this.#claimSoon();
  }

  /**
   * Claims what there is room for. A call during another makes that one look again.
   *
   * @returns Whether the table answered.
   */
  #claimSoon(): Promise<boolean> {
    this.#isAskedAgain = true;
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined;
    });
    return this.#claiming;
  }

  async #claimAll(): Promise<boolean> {
    try {
      while (this.#isAskedAgain && !this.#isClosed) {
        this.#isAskedAgain = false;
        await this.#fillUp();
      }
      if (this.#hasRoom()) this.#pointers?.resume();
      return !this.#isClosed;
    } catch (error) {
      this.#options.log.warn({ err: error }, "jobs could not be claimed");
      return false;
    }
  }

  async #fillUp(): Promise<void> {
    const { jobs, name } = this.#options;
    await jobs.leases.reclaimExpired();
    while (this.#hasRoom()) {
      const { workerId } = this.#presence;
      const job = await jobs.leases.claim([...this.#kinds.keys()], name, workerId);
      if (job === undefined) return;
      this.#start(job);
    }
  }

  #start(job: ClaimedJob): void {
    const kind = this.#kinds.get(job.kind);
    if (kind === undefined) {
      throw new Error(`claimed a job of kind "${job.kind}", which was not asked for`);
    }
    const run = new JobRun(job, kind, this.#deps);
    const ended = run.run().finally(() => {
      this.#runs.delete(run);
      void this.#claimSoon();
    });
    this.#runs.set(run, ended);
    if (this.#isClosed) run.stop();
  }
}

/**
 * Picks the kinds that a process is to work on.
 *
 * @param names - Nothing stands for all. Unknown ones are those of other services.
 */
export function wantedKinds(
  kinds: readonly JobKind[],
  names: readonly string[] | undefined,
): readonly JobKind[] {
  return kinds.filter(({ name }) => names?.includes(name) ?? true);
}
