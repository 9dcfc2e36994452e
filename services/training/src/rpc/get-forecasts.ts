import type { MethodImpl } from "@connectrpc/connect";
import type { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { getForecasts } from "../app/get-forecasts.ts";
import { readForecastRequest } from "./convert/read-forecast-request.ts";
import { writeForecast, writeSkill, writeSource } from "./convert/write-forecasts.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetForecasts = MethodImpl<typeof ForecastService.method.getForecasts>;

/** Serves `ForecastService.GetForecasts`. */
export function getForecastsHandler(deps: RouteDeps): GetForecasts {
  return async (message, { signal }) => {
    const request = readForecastRequest(message);
    const report = await getForecasts(deps, request, signal);
    return {
      source: writeSource(report, request.choice, report),
      ...(report.skill && { skill: writeSkill(report.skill) }),
      forecasts: report.forecasts.map(writeForecast),
      skippedSymbols: [...report.skippedSymbols],
      cached: report.isCached,
    };
  };
}
