import type { DashboardDeps } from "../app/dashboards.ts";
import type { ForecastDeps } from "../app/get-forecasts.ts";
import type { PastForecastDeps } from "../app/get-past-forecasts.ts";
import type { ListForecastsDeps } from "../app/list-forecasts.ts";
import type { CardDeps } from "../app/model-card.ts";
import type { SeriesDeps } from "../app/query-series.ts";
import type { ScheduleDeps } from "../app/schedules.ts";
import type { DefaultTrainingDeps } from "../app/start-default-trainings.ts";
import type { StartForecastingDeps } from "../app/start-forecasting.ts";
import type { StudyDeps } from "../app/start-study.ts";
import type { VerifyDeps } from "../app/verify-version.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export type RouteDeps = DefaultTrainingDeps &
  DashboardDeps &
  SeriesDeps &
  CardDeps &
  VerifyDeps &
  StudyDeps &
  ForecastDeps &
  PastForecastDeps &
  StartForecastingDeps &
  ListForecastsDeps &
  ScheduleDeps;
