import { createHash } from "node:crypto";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import {
  TargetKind,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool, type Pool } from "@portfolio/platform/postgres/pool";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { createTestDatabase } from "@portfolio/platform/testing/postgres-database";
import { dataRegistrations } from "@portfolio/platform/testing/sample-data-service";
import { PostgresModelRegistry } from "../src/adapters/postgres-model-registry.ts";
import type { AliasName, VersionDraft } from "../src/domain/model-version.ts";
import { openForecasting } from "../src/forecasting.ts";
import { openStores } from "../src/open-stores.ts";
import type { ExperimentStore, ForecastPriceHistory, ForecastStore } from "../src/ports.ts";
import { readRetrainingDraft } from "../src/rpc/convert/read-retraining-draft.ts";
import { routes } from "../src/rpc/routes.ts";

export { failureOf } from "./failure-of.ts";

const log = createLogger({ name: "training", level: "silent" });
const directory = join(import.meta.dirname, "../migrations");

/** The registry on a database of its own, and its handlers. */
export interface RegistryFixture extends ReturnType<typeof openStores> {
  readonly url: string;
  readonly pool: Pool;
  readonly registry: PostgresModelRegistry;
  readonly forecasts: ForecastStore;
  readonly experiments: ExperimentStore;
  readonly prices: ForecastPriceHistory;
  readonly jobs: OpenJobs;
  readonly transport: Transport;
  close(): Promise<void>;
}

export async function openRegistry(): Promise<RegistryFixture> {
  const database = await createTestDatabase();
  await migrate({ url: database.url, schema: "training", directory, log });
  const jobs = await openJobs({ databaseUrl: database.url, applicationName: "test", log });
  const pool = createPool({
    url: database.url,
    applicationName: "test",
    statementTimeoutMs: 10_000,
    log,
  });
  const registry = new PostgresModelRegistry(pool);
  const stores = openStores(pool);
  const dataTransport = createLocalTransport(dataRegistrations(new Map()), []);
  const forecasting = openForecasting({ pool, dataTransport, log, threads: 1 });
  const interceptors = serverInterceptors({
    area: "training",
    log,
    metrics: { registry: createMetricsRegistry("training") },
    defaultTimeoutMs: 30_000,
    maxTimeoutMs: 30_000,
  });
  return {
    url: database.url,
    ...stores,
    ...{ pool, registry, jobs },
    forecasts: forecasting.forecasts,
    experiments: forecasting.experiments,
    prices: forecasting.prices,
    transport: createLocalTransport(
      routes({
        ...forecasting,
        ...stores,
        registry,
        now: () => new Date().toISOString(),
        retrainingDraft: readRetrainingDraft,
        jobs: jobs.jobs,
        workerUse: jobs.workerUse,
        newId: newRequestId,
      }),
      interceptors,
    ),
    close: async () => {
      await forecasting.close();
      await jobs.close();
      await pool.end();
      await database.drop();
    },
  };
}

/** Two assets on four days, all but two forecasts of which are there. */
const REPLAY = {
  symbols: ["A", "B"],
  dates: ["1999-12-31", "2000-01-03", "2000-01-04", "2000-01-05"],
  forecasts: {
    rows: 4,
    cols: 2,
    values: Float64Array.of(0.5, -0.5, Number.NaN, 0.1, 0.2, 0.3, -0.1, 0.4),
  },
  outcomes: {
    rows: 4,
    cols: 2,
    values: Float64Array.of(0.1, -0.1, 1e-300, Number.NaN, 0.3, 0.2, 0, 0.1),
  },
};

/** A version of ridge regression to store. */
export function versionDraft(modelId: string, fields: Partial<VersionDraft> = {}): VersionDraft {
  const spec = fields.spec ?? trainingSpec(modelId, 100);
  const artifact = fields.artifact ?? Uint8Array.of(1, 2, 3);
  return {
    modelId,
    target: { kind: "rank", horizonDays: 21 },
    title: "Ridge",
    spec,
    lineage: {
      dataset: { id: "sample", revision: 1 },
      contentHash: "00".repeat(32),
      startDate: "1990-01-02",
      endDate: "2022-12-28",
      featureVersion: "price-features/1",
      codeVersion: "ridge/1",
      specHash: createHash("sha256").update(spec).digest("hex"),
      artifactHash: createHash("sha256").update(artifact).digest("hex"),
      backend: "native",
      device: "CPU, WebAssembly",
      parents: [],
    },
    stage: "validated",
    metrics: [
      { name: "rank_ic", value: 0.04, standardError: 0.01, fold: 0 },
      { name: "rank_ic", value: 0.05, standardError: undefined, fold: 1 },
    ],
    series: [
      {
        name: "training_loss",
        unit: "step",
        points: Int32Array.of(1, 2),
        values: Float64Array.of(0.5, 0.25),
      },
    ],
    artifact,
    replay: REPLAY,
    jobId: undefined,
    ...fields,
  };
}

/** An encoded specification of ridge regression on two assets. */
export function trainingSpec(modelId: string, penalty: number): Uint8Array {
  return toBinary(
    TrainingSpecSchema,
    create(TrainingSpecSchema, {
      modelId,
      target: { kind: TargetKind.RANK, horizonDays: 21 },
      symbols: ["A", "B"],
      dataset: { id: "sample", revision: 1 },
      learner: { method: { case: "ridge", value: { penalty } } },
      stepDays: 5,
    }),
  );
}

/** Gives an alias to a version, for a person's reason. */
export function aliasRequest(modelId: string, version: number, alias: AliasName = "champion") {
  return { modelId, alias, version, actor: "person", reason: "better", evidence: "" };
}

/** What trainings are started with; nothing is trained here. */
