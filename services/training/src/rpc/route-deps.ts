import type { ForecastDeps } from "../app/get-forecasts.ts";
import type { ListForecastsDeps } from "../app/list-forecasts.ts";
import type { StartForecastingDeps } from "../app/start-forecasting.ts";
import type { ModelRegistry } from "../ports.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends ForecastDeps, StartForecastingDeps, ListForecastsDeps {
  readonly registry: ModelRegistry;
}
