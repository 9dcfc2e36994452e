import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { compareVersionsHandler } from "./compare-versions.ts";
import { explainForecastsHandler } from "./explain-forecasts.ts";
import { explainVersionHandler } from "./explain-version.ts";
import { getForecastsHandler } from "./get-forecasts.ts";
import { getModelHandler } from "./get-model.ts";
import { getVersionHandler } from "./get-version.ts";
import { listAliasChangesHandler } from "./list-alias-changes.ts";
import { listForecastsHandler } from "./list-forecasts.ts";
import { listModelsHandler } from "./list-models.ts";
import { listVersionsHandler } from "./list-versions.ts";
import type { RouteDeps } from "./route-deps.ts";
import { setAliasHandler } from "./set-alias.ts";
import { setStageHandler } from "./set-stage.ts";
import { startForecastingHandler } from "./start-forecasting.ts";
import { updateModelHandler } from "./update-model.ts";

/** Lists every RPC of this service. */
export function routes(deps: RouteDeps): Registration[] {
  return [
    register(ModelService, {
      listModels: listModelsHandler(deps),
      getModel: getModelHandler(deps),
      updateModel: updateModelHandler(deps),
      listVersions: listVersionsHandler(deps),
      getVersion: getVersionHandler(deps),
      compareVersions: compareVersionsHandler(deps),
      setAlias: setAliasHandler(deps),
      listAliasChanges: listAliasChangesHandler(deps),
      setStage: setStageHandler(deps),
    }),
    register(ForecastService, {
      getForecasts: getForecastsHandler(deps),
      startForecasting: startForecastingHandler(deps),
      listForecasts: listForecastsHandler(deps),
      explainForecasts: explainForecastsHandler(deps),
      explainVersion: explainVersionHandler(deps),
    }),
  ];
}
