import { create } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import {
  type DashboardService,
  SeriesQuerySchema,
} from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { querySeries } from "../app/query-series.ts";
import { readSeriesQuery, writePlot } from "./convert/dashboard-message.ts";
import type { RouteDeps } from "./route-deps.ts";

type QuerySeries = MethodImpl<typeof DashboardService.method.querySeries>;

/** Serves `DashboardService.QuerySeries`. */
export function querySeriesHandler(deps: RouteDeps): QuerySeries {
  return async ({ query = create(SeriesQuerySchema) }) => {
    const { model, plots } = await querySeries(deps, readSeriesQuery(query));
    return { series: plots.map((plot) => writePlot(model, plot)) };
  };
}
