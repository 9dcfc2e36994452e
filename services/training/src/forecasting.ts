import type { Transport } from "@connectrpc/connect";
import { type OpenCacheOptions, openCache } from "@portfolio/platform/cache/open-cache";
import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import type { Logger } from "@portfolio/platform/logger";
import type { Pool } from "@portfolio/platform/postgres/pool";
import { AnnouncingModelRegistry } from "./adapters/announcing-model-registry.ts";
import { forecastKind } from "./adapters/forecast-kind.ts";
import { ModelChanges } from "./adapters/model-changes.ts";
import { PinnedPrices } from "./adapters/pinned-prices.ts";
import { PostgresExperimentStore } from "./adapters/postgres-experiment-store.ts";
import { PostgresForecastStore } from "./adapters/postgres-forecast-store.ts";
import { WorkerForecasts } from "./adapters/worker-forecasts.ts";
import type { ForecastDeps } from "./app/get-forecasts.ts";
import { type PrepareForecastingDeps, prepareForecasting } from "./app/prepare-forecasting.ts";
import type { ForecastingPayload } from "./app/start-forecasting.ts";
import { VersionLookup } from "./app/version-lookup.ts";
import type { ExperimentStore, ForecastStore, ModelRegistry } from "./ports.ts";
import { readTrainedOn } from "./rpc/convert/read-trained-on.ts";

export interface ForecastingOptions {
  readonly pool: Pool;
  /** Reaches the data service. Left open by `close`. */
  readonly dataTransport: Transport;
  readonly log: Logger;
  /** Threads that forecast, at least 1. */
  readonly threads: number;
  /** Redis, to share forecasts with other processes. (Default: each process keeps its own.) */
  readonly redisUrl?: string | undefined;
  /** Where reads of the cache are counted. (Default: nowhere.) */
  readonly metrics?: OpenCacheOptions["registry"];
}

/** What serves forecasts: what handlers and jobs are given. */
export interface Forecasting extends ForecastDeps {
  /** Tells the lookup of versions what it changes: use no other to change models. */
  readonly registry: ModelRegistry;
  readonly forecasts: ForecastStore;
  readonly experiments: ExperimentStore;
  /** The jobs that forecast the days since the last. */
  readonly kind: JobKind;
  /** Ends threads and connections. */
  close(): Promise<void>;
}

const CACHE_BYTES = 64 * 1024 * 1024;
const PANEL_CACHE_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 60_000;
const QUEUE_PER_THREAD = 32;

/** Puts together what serves forecasts. */
export function openForecasting(options: ForecastingOptions): Forecasting {
  const { pool, log, redisUrl, threads, dataTransport } = options;
  const registry = new AnnouncingModelRegistry(pool, (modelId) => versions.forget(modelId));
  const changes = new ModelChanges({
    ...{ pool, log },
    onChange: (modelId) =>
      modelId === undefined ? versions.forgetAll() : versions.forget(modelId),
  });
  const versions = new VersionLookup(registry, {
    hearsChanges: () => changes.isConnected,
    nowMs: () => performance.now(),
  });
  const engine = new WorkerForecasts({
    threads,
    queueMax: threads * QUEUE_PER_THREAD,
    deadlineMs: DEADLINE_MS,
  });
  const cache = openCache({
    ...{ name: "forecasts", redisUrl, bytesMax: CACHE_BYTES, log },
    registry: options.metrics,
  });
  const deps: PrepareForecastingDeps & Pick<Forecasting, "registry" | "forecasts" | "experiments"> =
    {
      ...{ registry, versions, engine, cache },
      prices: new PinnedPrices(dataTransport, { cacheBytesMax: PANEL_CACHE_BYTES }),
      trainedOn: readTrainedOn,
      forecasts: new PostgresForecastStore(pool),
      experiments: new PostgresExperimentStore(pool),
    };
  return {
    ...deps,
    kind: forecastKind((payload, signal) => prepareForecasting(deps, readPayload(payload), signal)),
    close: async () => {
      await engine.close();
      await cache.close();
      await changes.close();
    },
  };
}

function readPayload(payload: Uint8Array): ForecastingPayload {
  return JSON.parse(Buffer.from(payload).toString("utf8"));
}
