import type { MethodImpl } from "@connectrpc/connect";
import type { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { searchInstruments } from "../app/search-instruments.ts";
import { fromInstrument, toReference } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type SearchInstruments = MethodImpl<typeof InstrumentService.method.searchInstruments>;

/** Serves `InstrumentService.SearchInstruments`. */
export function searchInstrumentsHandler({ store }: HandlerDeps): SearchInstruments {
  return async ({ query, dataset, limit }) => {
    const reference = dataset && toReference(dataset);
    const found = await searchInstruments(store, query, reference, limit);
    return { instruments: found.map((each) => fromInstrument(each.instrument, each.dataset)) };
  };
}
