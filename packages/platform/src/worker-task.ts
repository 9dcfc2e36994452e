import { AppError, type AppErrorKind, type FieldViolation } from "./app-error.ts";

/** What a thread sends back for a task. An `AppError` would lose its meaning in the copying. */
export type TaskOutcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly failure: Failure };

interface Failure {
  readonly kind: AppErrorKind;
  readonly reason: string;
  readonly message: string;
  readonly violations: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Wraps a function for use as the export `run` of a worker's module.
 *
 * @param compute - Takes and returns plain data and typed arrays. An `AppError` that it throws
 *   reaches the caller of `WorkerPool.run` whole; any other error keeps only its message and stack.
 *
 * @example
 * // solve-worker.ts
 * export const run = workerTask((problem: Problem): Solution => solve(problem));
 */
export function workerTask<Task, Result>(
  compute: (task: Task) => Result | Promise<Result>,
): (task: Task) => Promise<TaskOutcome<Result>> {
  return async (task) => {
    try {
      return { kind: "done", result: await compute(task) };
    } catch (error) {
      if (error instanceof AppError) {
        const { kind, reason, message, violations, metadata } = error;
        return { kind: "failed", failure: { kind, reason, message, violations, metadata } };
      }
      throw error;
    }
  };
}

/** Returns a task's result. @throws {AppError} The one that the task threw. */
export function readOutcome<Result>(outcome: TaskOutcome<Result>): Result {
  if (outcome.kind === "done") {
    return outcome.result;
  }
  const { kind, reason, message, violations, metadata } = outcome.failure;
  throw new AppError(kind, reason, message, { violations, metadata });
}
