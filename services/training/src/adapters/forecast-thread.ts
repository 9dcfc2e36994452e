import { workerTask } from "@portfolio/platform/worker-task";
import { type ExplanationTask, runExplanationTask } from "../domain/explanation-task.ts";
import { type ForecastTask, runForecastTask } from "../domain/forecast-task.ts";

/** What a thread is asked. */
export type ThreadTask =
  | { readonly kind: "forecast"; readonly task: ForecastTask }
  | { readonly kind: "explain"; readonly task: ExplanationTask };

/** Computes forecasts and explanations on a thread. */
export const run = workerTask((asked: ThreadTask) =>
  asked.kind === "forecast" ? runForecastTask(asked.task) : runExplanationTask(asked.task),
);
