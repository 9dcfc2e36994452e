import type { Queryable } from "../postgres/pool.ts";
import type { ClaimedJob } from "./job-leases.ts";

/** How a worker does the jobs of one kind. */
export interface JobKind {
  /** Such as `backtest`. Stays for as long as jobs of it may exist. */
  readonly name: string;
  /** Module that exports `run`, a `JobHandler`. See `workerFile`. */
  readonly file: URL;
  /**
   * Limit of the JavaScript heap of the job's process, in MiB. All of the process, typed arrays
   * included, may have as much more as `nativeMemoryMaxMb` says.
   */
  readonly memoryMaxMb: number;
  /** Limit of what its process may have resident beside the heap, in MiB. (Default: 192.) */
  readonly nativeMemoryMaxMb?: number;
  /** Environment of the process. (Default: empty, so that there are no secrets in it.) */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Fetches what the work needs, in the worker's own process: there, clients of other services are
   * at hand. May be called again for the same job. (Default: the input is the payload.)
   *
   * @returns Plain data and typed arrays: the input of the handler.
   * @throws {AppError} As for a `JobHandler`.
   */
  prepare?(job: ClaimedJob, signal: AbortSignal): Promise<unknown>;
  /**
   * Stores what the handler returned, in the transaction that ends the job: nothing but statements
   * of `client`, and no unqualified table names. If the job was taken over, it is not called; if
   * the transaction fails, it may be called again.
   *
   * @returns Where the result is, such as `backtests/0190…`.
   */
  saveResult(client: Queryable, job: ClaimedJob, result: unknown): Promise<string>;
  /** Called when the result is stored, once. (Default: nothing.) */
  onSaved?(result: unknown): void;
}
