import type { Transferable } from "node:worker_threads";
import { Piscina } from "piscina";
import { AppError } from "./app-error.ts";
import { typeScriptArguments } from "./typescript-arguments.ts";
import { readOutcome, type TaskOutcome } from "./worker-task.ts";

export interface WorkerPoolOptions {
  /** Module that exports `run`, made by `workerTask`. See `workerFile`. */
  readonly file: URL;
  /** Most threads at a time; all are started with the pool. */
  readonly threadsMax: number;
  /** Most tasks that wait while all threads are busy; one more is refused. */
  readonly queueMax: number;
}

export interface RunOptions {
  /** Ends the task, whether it waits or runs. The pool then replaces its thread. */
  readonly signal?: AbortSignal;
  /** Longest time from this call to the result, waiting included. */
  readonly deadlineMs: number;
  /** Buffers in the task that move to the thread instead of being copied. */
  readonly transfer?: readonly Transferable[];
}

/**
 * Location of a worker's module beside the caller's, as source or compiled like the caller.
 *
 * @param name - Path without extension, relative to the caller, such as `./solve-worker`.
 * @param callerUrl - `import.meta.url`.
 */
export function workerFile(name: string, callerUrl: string): URL {
  return new URL(`${name}${callerUrl.endsWith(".ts") ? ".ts" : ".js"}`, callerUrl);
}

/**
 * Runs CPU-bound tasks on threads, so that the event loop stays free.
 *
 * Tasks and results are copied between threads by structured cloning: plain data and typed arrays.
 * A module in TypeScript, as in tests, is loaded through `tsx`; compiled ones need nothing.
 */
export class WorkerPool<Task, Result> {
  readonly #threads: Piscina<Task, TaskOutcome<Result>>;
  readonly #tasksMax: number;
  readonly #closed = new AbortController();
  #taskCount = 0;

  constructor({ file, threadsMax, queueMax }: WorkerPoolOptions) {
    this.#tasksMax = threadsMax + queueMax;
    this.#threads = new Piscina({
      filename: file.href,
      name: "run",
      minThreads: threadsMax,
      maxThreads: threadsMax,
      execArgv: file.pathname.endsWith(".ts") ? typeScriptArguments() : [],
    });
  }

  /** Tasks that wait for a thread. */
  get queueSize(): number {
    return this.#threads.queueSize;
  }

  /**
   * Runs one task.
   *
   * @throws {AppError} `SOLVER_BUSY`: too many tasks wait; `SOLVER_TIMEOUT`: the deadline passed;
   *   `SOLVER_STOPPED`: the pool was closed; or what the task threw, if that was an `AppError`.
   * @throws The signal's reason, when it aborts.
   */
  async run(task: Task, { signal, deadlineMs, transfer = [] }: RunOptions): Promise<Result> {
    signal?.throwIfAborted();
    this.#assertRoom();
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    const timer = setTimeout(() => stop.abort(deadlineExceeded()), deadlineMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#taskCount++;
    try {
      const outcome = await this.#threads.run(task, {
        signal: stop.signal,
        transferList: [...transfer],
      });
      return readOutcome(outcome);
    } catch (error) {
      stop.signal.throwIfAborted();
      throw this.#closed.signal.aborted ? stopped() : error;
    } finally {
      this.#taskCount--;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends all threads. Tasks that wait or run reject. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.#threads.destroy();
  }

  #assertRoom(): void {
    if (this.#closed.signal.aborted) {
      throw stopped();
    }
    if (this.#taskCount >= this.#tasksMax) {
      throw new AppError(
        "resource-exhausted",
        "SOLVER_BUSY",
        "Too many calculations are waiting. Try again in a few seconds.",
      );
    }
  }
}

function stopped(): AppError {
  return new AppError("unavailable", "SOLVER_STOPPED", "The service is stopping. Try again.");
}

function deadlineExceeded(): AppError {
  return new AppError(
    "deadline-exceeded",
    "SOLVER_TIMEOUT",
    "The calculation took too long. Ask for a smaller problem or a longer deadline.",
  );
}
