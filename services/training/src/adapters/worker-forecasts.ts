import { WorkerPool, workerFile } from "@portfolio/platform/worker-pool";
import type { RawForecasts } from "../domain/asset-forecasts.ts";
import type { ExplanationOutcome, ExplanationTask } from "../domain/explanation-task.ts";
import type { ForecastTask } from "../domain/forecast-task.ts";
import type { PastForecasts, PastForecastsTask } from "../domain/past-forecasts.ts";
import type { ForecastEngine } from "../ports.ts";
import type { ThreadTask } from "./forecast-thread.ts";

export interface WorkerForecastsOptions {
  readonly threads: number;
  /** Most tasks that wait; one more is refused. */
  readonly queueMax: number;
  /** Longest time of a task, waiting included. */
  readonly deadlineMs: number;
}

/** Computes forecasts on threads. */
export class WorkerForecasts implements ForecastEngine {
  readonly #pool: WorkerPool<ThreadTask, RawForecasts | ExplanationOutcome | PastForecasts>;
  readonly #deadlineMs: number;

  constructor({ threads, queueMax, deadlineMs }: WorkerForecastsOptions) {
    const file = workerFile("./forecast-thread", import.meta.url);
    this.#pool = new WorkerPool({ file, threadsMax: threads, queueMax });
    this.#deadlineMs = deadlineMs;
  }

  async forecast(task: ForecastTask): Promise<RawForecasts> {
    return (await this.#run({ kind: "forecast", task })) as RawForecasts;
  }

  async explain(task: ExplanationTask): Promise<ExplanationOutcome> {
    return (await this.#run({ kind: "explain", task })) as ExplanationOutcome;
  }

  async lookBack(task: PastForecastsTask): Promise<PastForecasts> {
    return (await this.#run({ kind: "look-back", task })) as PastForecasts;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #run(task: ThreadTask) {
    return this.#pool.run(task, { deadlineMs: this.#deadlineMs });
  }
}
