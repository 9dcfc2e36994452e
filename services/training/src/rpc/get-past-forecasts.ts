import type { MethodImpl } from "@connectrpc/connect";
import type { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { getPastForecasts } from "../app/get-past-forecasts.ts";
import { readPastRequest } from "./convert/read-past-request.ts";
import { writeRows, writeSource } from "./convert/write-forecasts.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetPastForecasts = MethodImpl<typeof ForecastService.method.getPastForecasts>;

/** Serves `ForecastService.GetPastForecasts`. */
export function getPastForecastsHandler(deps: RouteDeps): GetPastForecasts {
  return async (message, { signal }) => {
    const request = readPastRequest(message);
    const report = await getPastForecasts(deps, request, signal);
    const { range, replayHash, excessReturnsPerYear } = report;
    const day = { asOfDate: range.lastDate, snapshotHash: replayHash };
    return {
      source: writeSource(report, request.choice, day),
      firstDate: range.firstDate,
      lastDate: range.lastDate,
      madeOnDates: [...report.madeOnDates],
      scores: writeRows(report.scores),
      ...(excessReturnsPerYear && {
        expectedExcessReturnsPerYear: writeRows(excessReturnsPerYear),
      }),
      confidences: Array.from(report.confidences ?? []),
    };
  };
}
