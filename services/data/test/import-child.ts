// Imports a file into a dataset, for a test that kills the process meanwhile.
//
// Arguments: connection URL, home directory, dataset.
import { createClient } from "@connectrpc/connect";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { createLogger } from "@portfolio/platform/logger";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { createDataService } from "../src/index.ts";
import { largeCsv } from "./large-csv.ts";
import { SAMPLE_DIRECTORY } from "./sample-directory.ts";

const [databaseUrl = "", homeDirectory = "", datasetId = ""] = process.argv.slice(2);
const service = await createDataService({
  databaseUrl,
  homeDirectory,
  sampleDirectory: SAMPLE_DIRECTORY,
  log: createLogger({ name: "data", level: "silent" }),
});
const client = createClient(PriceService, createLocalTransport(service.registrations, []));
await client.importPrices({ datasetId, source: { case: "csvText", value: largeCsv() } });
await service.close();
