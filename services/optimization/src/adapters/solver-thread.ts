import { workerTask } from "@portfolio/platform/worker-task";
import { type SolveTask, solve } from "../domain/solve.ts";

/** Runs on a worker thread: see `WorkerSolver`. */
export const run = workerTask((task: SolveTask) => solve(task, () => performance.now()));
