import { workerTask } from "@portfolio/platform/worker-task";
import { type SolveOutcome, type SolveTask, solve } from "../domain/solve.ts";
import type { Timed } from "../ports.ts";

/** Runs on a worker thread: see `WorkerSolver`. */
export const run = workerTask((task: SolveTask): Timed<SolveOutcome> => {
  const start = performance.now();
  const outcome = solve(task, () => performance.now());
  return { ...outcome, solveTimeMs: performance.now() - start };
});
