import type { MethodImpl } from "@connectrpc/connect";
import type { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { startForecasting } from "../app/start-forecasting.ts";
import { readDataset } from "./convert/read-forecast-request.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartForecasting = MethodImpl<typeof ForecastService.method.startForecasting>;

/** Serves `ForecastService.StartForecasting`. */
export function startForecastingHandler(deps: RouteDeps): StartForecasting {
  return async ({ modelId, versions, dataset, requestId }) => {
    const request = { modelId, versions, dataset: readDataset(dataset), requestId };
    return { job: writeJob(await startForecasting(deps, request)) };
  };
}
