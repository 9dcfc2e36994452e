import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@connectrpc/connect";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import type { Clock } from "@portfolio/platform/clock";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { createTestDatabase } from "@portfolio/platform/testing/postgres-database";
import { createDataService, type DataService } from "../src/index.ts";
import { SAMPLE_DIRECTORY } from "./sample-directory.ts";

/** The service on a database of its own, and clients that call it in process. */
export interface TestService {
  readonly databaseUrl: string;
  readonly homeDirectory: string;
  readonly instruments: Client<typeof InstrumentService>;
  readonly prices: Client<typeof PriceService>;
  readonly service: DataService;
  /**
   * Closes the service and opens another on the same database and files.
   *
   * @param whileClosed - What happens in between.
   */
  reopen(whileClosed?: () => Promise<void>): Promise<TestService>;
  close(): Promise<void>;
}

/** Day that the service takes for today. */
export const TODAY = "2024-06-28";

const clock: Clock = { now: () => new Date(`${TODAY}T12:00:00Z`) };
const log = createLogger({ name: "data", level: "silent" });

/** Starts the service with the bundled sample. */
export async function startDataService(): Promise<TestService> {
  const database = await createTestDatabase();
  const homeDirectory = await mkdtemp(join(tmpdir(), "portfolio-data-"));
  return open(database.url, homeDirectory, async () => {
    await database.drop();
    await rm(homeDirectory, { recursive: true });
  });
}

async function open(
  databaseUrl: string,
  homeDirectory: string,
  remove: () => Promise<void>,
): Promise<TestService> {
  const service = await createDataService({
    databaseUrl,
    homeDirectory,
    sampleDirectory: SAMPLE_DIRECTORY,
    log,
    clock,
  });
  const interceptors = serverInterceptors({
    area: "data",
    log,
    metrics: { registry: createMetricsRegistry("data") },
    defaultTimeoutMs: 20_000,
    maxTimeoutMs: 20_000,
  });
  const transport = createLocalTransport(service.registrations, interceptors);
  return {
    databaseUrl,
    homeDirectory,
    instruments: createClient(InstrumentService, transport),
    prices: createClient(PriceService, transport),
    service,
    reopen: async (whileClosed) => {
      await service.close();
      await whileClosed?.();
      return open(databaseUrl, homeDirectory, remove);
    },
    close: async () => {
      await service.close();
      await remove();
    },
  };
}
