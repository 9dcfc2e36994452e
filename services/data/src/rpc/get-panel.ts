import type { MethodImpl } from "@connectrpc/connect";
import type { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { getPanel } from "../app/get-panel.ts";
import { fromDayRange, toReference } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type GetPanel = MethodImpl<typeof PriceService.method.getPanel>;

/** Serves `PriceService.GetPanel`. */
export function getPanelHandler(deps: HandlerDeps): GetPanel {
  return async ({ symbols, startDate, endDate, dataset }) => {
    const panel = await getPanel(deps, {
      symbols,
      startDate,
      endDate,
      dataset: toReference(dataset),
    });
    const found = panel.instruments.map(({ symbol }) => symbol);
    return {
      symbols: found,
      dates: [...panel.dates],
      closes: { rows: panel.dates.length, cols: found.length, f64Le: panel.closes },
      dataset: panel.dataset,
      contentHash: panel.contentHash,
      droppedHistories: panel.dropped.map(({ index, available, droppedCount }) => ({
        symbol: found[index] as string,
        available: fromDayRange(available),
        droppedCount,
      })),
    };
  };
}
