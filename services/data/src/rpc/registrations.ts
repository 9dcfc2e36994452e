import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { getInstrumentHandler } from "./get-instrument.ts";
import { getPanelHandler } from "./get-panel.ts";
import { getPricesHandler } from "./get-prices.ts";
import type { HandlerDeps } from "./handler-deps.ts";
import { importPricesHandler } from "./import-prices.ts";
import { listDatasetsHandler } from "./list-datasets.ts";
import { listInstrumentsHandler } from "./list-instruments.ts";
import { searchInstrumentsHandler } from "./search-instruments.ts";

/** Every RPC of this service. */
export function registrations(deps: HandlerDeps): Registration[] {
  return [
    register(InstrumentService, {
      listInstruments: listInstrumentsHandler(deps),
      getInstrument: getInstrumentHandler(deps),
      searchInstruments: searchInstrumentsHandler(deps),
    }),
    register(PriceService, {
      getPrices: getPricesHandler(deps),
      getPanel: getPanelHandler(deps),
      listDatasets: listDatasetsHandler(deps),
      importPrices: importPricesHandler(deps),
    }),
  ];
}
