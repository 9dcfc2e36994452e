import type { MethodImpl } from "@connectrpc/connect";
import type { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { getInstrument } from "../app/get-instrument.ts";
import { fromCatalog, fromInstrument, toReference } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type GetInstrument = MethodImpl<typeof InstrumentService.method.getInstrument>;

/** Serves `InstrumentService.GetInstrument`. */
export function getInstrumentHandler({ store }: HandlerDeps): GetInstrument {
  return async ({ dataset, symbol }) => {
    const { catalog, instrument } = await getInstrument(store, toReference(dataset), symbol);
    const found = fromCatalog(catalog);
    return { instrument: fromInstrument(instrument, found), dataset: found };
  };
}
