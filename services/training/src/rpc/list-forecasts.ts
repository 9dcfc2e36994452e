import type { MethodImpl } from "@connectrpc/connect";
import type { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { listForecasts } from "../app/list-forecasts.ts";
import { writeStoredForecasts } from "./convert/write-forecasts.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListForecasts = MethodImpl<typeof ForecastService.method.listForecasts>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `ForecastService.ListForecasts`. */
export function listForecastsHandler(deps: RouteDeps): ListForecasts {
  return async ({ modelId, version: number, pageSize, pageToken }) => {
    const { items, nextPageToken, version } = await listForecasts(deps, {
      ...{ modelId, number, pageToken },
      pageSize: pageSize || PAGE_SIZE_DEFAULT,
    });
    return { forecasts: items.map((item) => writeStoredForecasts(item, version)), nextPageToken };
  };
}
