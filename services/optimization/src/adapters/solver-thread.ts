import { workerTask } from "@portfolio/platform/worker-task";
import { solve } from "../domain/solve.ts";

/** Runs on a worker thread: see `WorkerSolver`. */
export const run = workerTask(solve);
