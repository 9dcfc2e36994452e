import { workerTask } from "@portfolio/platform/worker-task";
import { type ExplanationTask, runExplanationTask } from "../domain/explanation-task.ts";
import { type ForecastTask, runForecastTask } from "../domain/forecast-task.ts";
import { type PastForecastsTask, pastForecasts } from "../domain/past-forecasts.ts";

/** What a thread is asked. */
export type ThreadTask =
  | { readonly kind: "forecast"; readonly task: ForecastTask }
  | { readonly kind: "explain"; readonly task: ExplanationTask }
  | { readonly kind: "look-back"; readonly task: PastForecastsTask };

/** Computes forecasts and explanations on a thread. */
export const run = workerTask((asked: ThreadTask) => {
  switch (asked.kind) {
    case "forecast":
      return runForecastTask(asked.task);
    case "explain":
      return runExplanationTask(asked.task);
    case "look-back":
      return pastForecasts(asked.task);
  }
});
