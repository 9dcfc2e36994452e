import type { MethodImpl } from "@connectrpc/connect";
import type { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { explainForecasts } from "../app/explain-forecasts.ts";
import { readForecastRequest } from "./convert/read-forecast-request.ts";
import { readMethod, writeExplanations, writeMethod } from "./convert/write-explanations.ts";
import { writeSource } from "./convert/write-forecasts.ts";
import type { RouteDeps } from "./route-deps.ts";

type ExplainForecasts = MethodImpl<typeof ForecastService.method.explainForecasts>;

/** Serves `ForecastService.ExplainForecasts`. */
export function explainForecastsHandler(deps: RouteDeps): ExplainForecasts {
  return async (message, { signal }) => {
    const request = readForecastRequest(message);
    const method = readMethod(message.method);
    const oneDay = { dayCount: 1, stepDays: 1, groups: [], seed: 0 };
    const report = await explainForecasts(deps, { ...request, ...oneDay, method }, signal);
    return {
      source: writeSource(report, request.choice, report),
      ...writeMethod(report.outcome),
      explanations: writeExplanations(report),
    };
  };
}
