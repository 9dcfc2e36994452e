import type { MethodImpl } from "@connectrpc/connect";
import type { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { explainForecasts } from "../app/explain-forecasts.ts";
import { readForecastRequest } from "./convert/read-forecast-request.ts";
import { readMethod, writeImportances, writeMethod } from "./convert/write-explanations.ts";
import { writeSource } from "./convert/write-forecasts.ts";
import type { RouteDeps } from "./route-deps.ts";

type ExplainVersion = MethodImpl<typeof ForecastService.method.explainVersion>;

const DAY_COUNT_DEFAULT = 12;
const STEP_DAYS_DEFAULT = 21;

/** Serves `ForecastService.ExplainVersion`. */
export function explainVersionHandler(deps: RouteDeps): ExplainVersion {
  return async (message, { signal }) => {
    const request = readForecastRequest({ ...message, symbols: [] });
    const report = await explainForecasts(
      deps,
      {
        ...request,
        method: readMethod(message.method),
        dayCount: message.dayCount || DAY_COUNT_DEFAULT,
        stepDays: message.stepDays || STEP_DAYS_DEFAULT,
        groups: message.groups,
        seed: message.seed,
      },
      signal,
    );
    return {
      source: writeSource(report, request.choice, report),
      ...writeMethod(report.outcome),
      dates: [...report.outcome.dates],
      features: writeImportances(report),
      groups: report.outcome.groups.map((group) => ({ ...group })),
    };
  };
}
