import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import {
  Architecture,
  TargetKind,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { JobWorker } from "@portfolio/platform/jobs/job-worker";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import {
  dataRegistrations,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresModelRegistry } from "../src/adapters/postgres-model-registry.ts";
import { trainingKind } from "../src/adapters/training-kind.ts";
import { run } from "../src/adapters/training-process.ts";
import { openComputing } from "../src/computing.ts";
import { readTrainingDraft } from "../src/rpc/convert/read-training-draft.ts";
import { trainingWork } from "../src/training-work.ts";
import { jobEnd } from "./test-training.ts";

const LOG = createLogger({ name: "training", level: "silent" });

/** Takes several seconds, in many steps. */
const SPEC = create(TrainingSpecSchema, {
  modelId: "rank-5d",
  target: { kind: TargetKind.RANK, horizonDays: 5 },
  symbols: ["AAPL", "BAC", "CVX", "JNJ", "KO", "MSFT"],
  startDate: "2014-01-01",
  dataset: { id: "sample", revision: 3 },
  learner: {
    method: {
      case: "network",
      value: { architecture: Architecture.GRU, width: 16, epochCountMax: 12, memberCount: 2 },
    },
  },
  validation: { scheme: { case: "walkForward", value: { foldCount: 3 } } },
  seed: 3,
});

const computing = openComputing({ backend: undefined, log: LOG });
const { networkBackend } = computing;

describe("a training whose process is killed", () => {
  const transport = createLocalTransport(dataRegistrations(readSampleCloses()), []);
  const prices = new GrpcPriceHistory(transport, { cacheBytesMax: 1 << 24 });
  const pids: number[] = [];
  let database: TestDatabase;
  let jobs: OpenJobs;
  let pool: ReturnType<typeof createPool>;
  let registry: PostgresModelRegistry;
  let worker: JobWorker;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { url } = database;
    const directory = join(import.meta.dirname, "../migrations");
    await migrate({ url, schema: "training", directory, log: LOG });
    jobs = await openJobs({ databaseUrl: url, applicationName: "test", log: LOG });
    pool = createPool({ url, applicationName: "test", statementTimeoutMs: 10_000, log: LOG });
    registry = new PostgresModelRegistry(pool);
    worker = new JobWorker({
      jobs,
      kinds: [trainingKind(trainingWork({ prices, registry, networkBackend }), computing)],
      jobsMax: 1,
      name: "tester",
      log: LOG,
      random: () => 0,
      onProcess: (pid) => pids.push(pid),
    });
  }, 60_000);
  afterAll(async () => {
    await worker.close();
    await Promise.all([jobs.close(), pool.end()]);
    await database.drop();
  });

  it("goes on from its checkpoint, and makes the same bits as one that was left alone", async () => {
    const { writeSpec } = readTrainingDraft(SPEC, "");
    const payload = writeSpec({ id: "sample", revision: 3 });
    const job = await jobs.jobs.enqueue({ kind: "training", payload });
    while ((await jobs.jobs.findCheckpoint(job.id)) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    process.kill(pids.at(-1) ?? 0, "SIGKILL");
    const ended = await jobEnd(jobs.jobs, job.id);

    const work = trainingWork({ prices, registry, networkBackend });
    const task = await work.prepare(payload, new AbortController().signal);
    const alone = await run(task, {
      jobId: job.id,
      attempt: 1,
      checkpoint: undefined,
      signal: new AbortController().signal,
      reportProgress: () => undefined,
      saveCheckpoint: async () => undefined,
    });

    expect(ended).toMatchObject({ state: "succeeded", attempt: 2 });
    const version = await registry.findVersion("rank-5d", 1);
    expect(version?.lineage.artifactHash).toBe(alone.artifactHash);
    const replay = await registry.findReplay("rank-5d", 1);
    expect(replay?.forecasts.values).toEqual(alone.replay.forecasts.values);
  }, 120_000);
});
