import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import type {
  PriceBarSchema,
  PriceService,
} from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { getPrices } from "../app/get-prices.ts";
import { type BarSeries, FIELDS } from "../domain/bar-series.ts";
import { formatIsoDate } from "../domain/calendar-day.ts";
import { fromCatalog, toReference } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type GetPrices = MethodImpl<typeof PriceService.method.getPrices>;

/** Serves `PriceService.GetPrices`. */
export function getPricesHandler({ store }: HandlerDeps): GetPrices {
  return async ({ symbol, startDate, endDate, dataset }) => {
    const { catalog, instrument, bars } = await getPrices(store, {
      symbol,
      startDate,
      endDate,
      dataset: toReference(dataset),
    });
    return {
      bars: Array.from(bars.days, (day, i) => fromBar(bars, day, i)),
      dataset: fromCatalog(catalog),
      currency: instrument.currency,
    };
  };
}

function fromBar(
  { fields }: BarSeries,
  day: number,
  position: number,
): MessageInitShape<typeof PriceBarSchema> {
  const bar: MessageInitShape<typeof PriceBarSchema> = { date: formatIsoDate(day) };
  for (const field of FIELDS) {
    const value = fields[field]?.[position] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      bar[field] = value;
    }
  }
  return bar;
}
