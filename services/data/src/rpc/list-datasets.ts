import type { MethodImpl } from "@connectrpc/connect";
import type { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { listDatasets } from "../app/list-datasets.ts";
import { fromDayRange } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type ListDatasets = MethodImpl<typeof PriceService.method.listDatasets>;

/** Serves `PriceService.ListDatasets`. */
export function listDatasetsHandler({ store }: HandlerDeps): ListDatasets {
  return async () => {
    const datasets = await listDatasets(store);
    return {
      datasets: datasets.map((dataset) => ({
        ...dataset,
        available: fromDayRange(dataset.available),
      })),
    };
  };
}
