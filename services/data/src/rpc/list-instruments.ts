import type { MethodImpl } from "@connectrpc/connect";
import type { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { listInstruments } from "../app/list-instruments.ts";
import { fromCatalog, fromInstrument, toReference } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type ListInstruments = MethodImpl<typeof InstrumentService.method.listInstruments>;

/** Serves `InstrumentService.ListInstruments`. */
export function listInstrumentsHandler({ store }: HandlerDeps): ListInstruments {
  return async ({ dataset, pageSize, pageToken }) => {
    const page = await listInstruments(store, toReference(dataset), pageSize, pageToken);
    const found = fromCatalog(page.catalog);
    return {
      instruments: page.instruments.map((instrument) => fromInstrument(instrument, found)),
      nextPageToken: page.nextPageToken,
      dataset: found,
    };
  };
}
