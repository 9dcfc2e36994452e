import { createHash } from "node:crypto";
import { join } from "node:path";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import {
  TargetKind,
  type TargetSchema,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { encodeForecastModel, type ForecastRule } from "@portfolio/learning";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { createTestDatabase } from "@portfolio/platform/testing/postgres-database";
import {
  type Closes,
  type DataCalls,
  dataRegistrations,
} from "@portfolio/platform/testing/sample-data-service";
import type { Replay, VersionDraft } from "../src/domain/model-version.ts";
import type { Target } from "../src/domain/training-spec.ts";
import { type Forecasting, openForecasting } from "../src/forecasting.ts";
import { openStores } from "../src/open-stores.ts";
import { readRetrainingDraft } from "../src/rpc/convert/read-retraining-draft.ts";
import { routes } from "../src/rpc/routes.ts";

const log = createLogger({ name: "training", level: "silent" });
const directory = join(import.meta.dirname, "../migrations");

/** The real handlers on a real database and real threads; only prices and versions are made up. */
export interface ForecastingService {
  readonly client: Client<typeof ForecastService>;
  readonly transport: Transport;
  readonly forecasting: Forecasting;
  readonly jobs: OpenJobs;
  readonly databaseUrl: string;
  /** What the stand-in for the data service was asked. */
  readonly dataCalls: DataCalls;
  /** Opens what another process would have, on the same database. */
  another(): { readonly client: Client<typeof ForecastService>; readonly forecasting: Forecasting };
  close(): Promise<void>;
}

export async function startForecastingService(
  closes: Closes,
  redisUrl?: string,
): Promise<ForecastingService> {
  const database = await createTestDatabase();
  await migrate({ url: database.url, schema: "training", directory, log });
  const jobs = await openJobs({ databaseUrl: database.url, applicationName: "test", log });
  const pool = createPool({
    ...{ url: database.url, applicationName: "test", log },
    statementTimeoutMs: 10_000,
  });
  const dataCalls = { panels: 0 };
  const dataTransport = createLocalTransport(dataRegistrations(closes, dataCalls), []);
  const opened: Forecasting[] = [];
  const open = () => {
    const forecasting = openForecasting({ pool, dataTransport, log, threads: 1, redisUrl });
    opened.push(forecasting);
    const transport = createLocalTransport(
      routes({
        ...forecasting,
        ...openStores(pool),
        now: () => new Date().toISOString(),
        retrainingDraft: readRetrainingDraft,
        jobs: jobs.jobs,
        workerUse: jobs.workerUse,
        newId: newRequestId,
      }),
      serverInterceptors({
        area: "training",
        log,
        metrics: { registry: createMetricsRegistry("training") },
        defaultTimeoutMs: 30_000,
        maxTimeoutMs: 30_000,
      }),
    );
    return { forecasting, transport, client: createClient(ForecastService, transport) };
  };
  return {
    ...open(),
    ...{ jobs, dataCalls, databaseUrl: database.url },
    another: open,
    close: async () => {
      for (const forecasting of opened) await forecasting.close();
      await jobs.close();
      await pool.end();
      await database.drop();
    },
  };
}

const TARGET_KINDS = {
  rank: TargetKind.RANK,
  return: TargetKind.RETURN,
  volatility: TargetKind.VOLATILITY,
  quantile: TargetKind.QUANTILE,
} as const;

/** What a made-up version is. */
export interface DraftOptions {
  readonly modelId: string;
  readonly rule: ForecastRule;
  readonly target?: Target;
  readonly symbols: readonly string[];
  /** Measured information coefficient and its standard error. */
  readonly skill?: readonly [number, number];
  /** Last day of the prices that it was trained on. */
  readonly endDate?: string;
  /** Versions that it says to mix. */
  readonly members?: readonly number[];
  /** What its validation forecast, and whether that was by blocks of days. (Default: not stored.) */
  readonly replay?: Replay;
  readonly isPurged?: boolean;
}

/** Makes a version that was never trained. */
export function draftVersion(options: DraftOptions): VersionDraft {
  const { modelId, rule, symbols, skill, members } = options;
  const target: Target = options.target ?? { kind: "rank", horizonDays: 21 };
  const artifact = encodeForecastModel({ target, rule, intervalRadius: 0.4 });
  const spec = toBinary(
    TrainingSpecSchema,
    create(TrainingSpecSchema, {
      modelId,
      symbols: [...symbols],
      target: {
        kind: TARGET_KINDS[target.kind],
        horizonDays: target.horizonDays,
      } satisfies MessageInitShape<typeof TargetSchema>,
      dataset: { id: "sample", revision: 3 },
      ...(members && {
        learner: { method: { case: "combination", value: { versions: [...members] } } },
      }),
      validation: {
        scheme: options.isPurged
          ? { case: "combinatorialPurged", value: { blockCount: 4, testBlockCount: 2 } }
          : { case: "walkForward", value: { foldCount: 5 } },
      },
    }),
  );
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  return {
    ...{ modelId, target, spec, artifact, series: [], replay: options.replay, jobId: undefined },
    title: "Ridge",
    lineage: {
      dataset: { id: "sample", revision: 3 },
      contentHash: "00",
      startDate: "1990-01-02",
      endDate: options.endDate ?? "2022-12-28",
      featureVersion: "price-features/1",
      codeVersion: "ridge/1",
      specHash: hash(spec),
      artifactHash: hash(artifact),
      backend: "native",
      device: "CPU, WebAssembly",
      parents: [],
    },
    stage: "validated",
    metrics: skill
      ? [{ name: "ic", value: skill[0], standardError: skill[1], fold: 0 }]
      : [{ name: "day_count", value: 100, standardError: undefined, fold: 0 }],
  };
}
