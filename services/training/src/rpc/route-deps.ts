import type { ExperimentDeps } from "../app/experiments.ts";
import type { ForecastDeps } from "../app/get-forecasts.ts";
import type { ListForecastsDeps } from "../app/list-forecasts.ts";
import type { DefaultTrainingDeps } from "../app/start-default-trainings.ts";
import type { StartForecastingDeps } from "../app/start-forecasting.ts";
import type { VerifyDeps } from "../app/verify-version.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export type RouteDeps = DefaultTrainingDeps &
  ExperimentDeps &
  VerifyDeps &
  ForecastDeps &
  StartForecastingDeps &
  ListForecastsDeps;
