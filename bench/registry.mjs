// Measures the lists of a registry of many versions, on an embedded PostgreSQL of its own.
//
//   npx tsc --build services/training && node bench/registry.mjs [versions] [metrics]
//
// One model has the versions, each with so many metrics; a hundred more have a champion that has changed a hundred
// times. Calls go through the handlers and their checks, as those of another service do.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import {
  TargetKind,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { startEmbeddedPostgres } from "@portfolio/platform/postgres/embedded-postgres";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { PostgresModelRegistry } from "../services/training/dist/src/adapters/postgres-model-registry.js";
import { routes } from "../services/training/dist/src/rpc/routes.js";

const versionCount = Number(process.argv[2] ?? 10_000);
const metricCount = Number(process.argv[3] ?? 200);
const MODEL_COUNT = 100;
const CHANGE_COUNT = 100;
const CALL_COUNT = 100;
const log = createLogger({ name: "bench", level: "error" });

const SEED_MODELS = `
  insert into training.model (tenant_id, id, target_kind, horizon_days, probability, latest_version, trial_count)
  select 'default', 'model-' || k, 'rank', 21, 0, case k when 0 then $1::integer else 1 end, 1
  from generate_series(0, ${MODEL_COUNT}) as k`;

const SEED_ARTIFACT = `
  insert into training.artifact (tenant_id, hash, data) values ('default', sha256('\\x01'), '\\x01')`;

const SEED_VERSIONS = `
  insert into training.version (tenant_id, model_id, number, title, spec, spec_hash, lineage, artifact_hash,
    artifact_bytes, stage, metric_name, metric_value, metric_error, metric_fold)
  select 'default', 'model-' || k, number, 'Boosted trees', $3, sha256('\\x02'), $4, sha256('\\x01'), 1, 'validated',
    array(select 'metric_' || m from generate_series(1, $2) as m),
    array(select random() + number from generate_series(1, $2) as m),
    array(select random() from generate_series(1, $2) as m),
    array(select 0 from generate_series(1, $2) as m)
  from generate_series(0, ${MODEL_COUNT}) as k,
    generate_series(1, case k when 0 then $1::integer else 1 end) as number`;

const SEED_CHANGES = `
  insert into training.alias_change (tenant_id, model_id, sequence, alias, version, previous_version, actor, reason,
    evidence, create_time)
  select 'default', 'model-' || k, sequence, 'champion', 1, 1, 'person', 'better', '',
    now() + sequence * interval '1 second'
  from generate_series(1, ${MODEL_COUNT}) as k, generate_series(1, ${CHANGE_COUNT}) as sequence`;

function print(text) {
  process.stdout.write(`${text}\n`);
}

/** A specification on as many symbols as the sample has. */
function specification() {
  return toBinary(
    TrainingSpecSchema,
    create(TrainingSpecSchema, {
      modelId: "model-0",
      target: { kind: TargetKind.RANK, horizonDays: 21 },
      symbols: Array.from({ length: 20 }, (_, k) => `SYM${k}`),
      dataset: { id: "sample", revision: 1 },
      learner: { method: { case: "boostedTrees", value: { treeCountMax: 200 } } },
      stepDays: 5,
    }),
  );
}

const LINEAGE = {
  dataset: { id: "sample", revision: 1 },
  ...{ startDate: "1990-01-02", endDate: "2022-12-28", featureVersion: "price-features/1" },
  ...{ codeVersion: "boosted-trees/1", backend: "native", parents: [] },
  ...{ contentHash: "00".repeat(32), specHash: "11".repeat(32), artifactHash: "22".repeat(32) },
};

/** Prints median, 95th percentile and greatest of the durations of calls, and their mean CPU time but for the database. */
async function measure(label, call) {
  const durations = [];
  for (let k = 0; k < 10; k++) await call(k);
  const cpuStart = process.cpuUsage();
  for (let k = 0; k < CALL_COUNT; k++) {
    const startMs = performance.now();
    await call(k);
    durations.push(performance.now() - startMs);
  }
  const { user, system } = process.cpuUsage(cpuStart);
  const cpuMs = (user + system) / 1000 / CALL_COUNT;
  durations.sort((a, b) => a - b);
  const at = (share) =>
    durations[Math.min(CALL_COUNT - 1, Math.floor(share * CALL_COUNT))].toFixed(1).padStart(7);
  print(
    `${label.padEnd(44)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  max ${at(1)} ms  cpu ${cpuMs.toFixed(1).padStart(5)} ms`,
  );
}

const folder = await mkdtemp(join(tmpdir(), "portfolio-bench-"));
// Started by root, the server has another account, which must be able to enter.
await chmod(folder, 0o711);
const server = await startEmbeddedPostgres({ homeDirectory: folder, log });
const database = { url: server.url, log };
const directory = join(import.meta.dirname, "../services/training/migrations");
await migrate({ ...database, schema: "training", directory });
const jobs = await openJobs({ databaseUrl: server.url, applicationName: "bench", log });
const pool = createPool({ ...database, applicationName: "bench", statementTimeoutMs: 120_000 });
try {
  await pool.query(SEED_MODELS, [versionCount]);
  await pool.query(SEED_ARTIFACT);
  await pool.query(SEED_VERSIONS, [
    versionCount,
    metricCount,
    Buffer.from(specification()),
    JSON.stringify(LINEAGE),
  ]);
  await pool.query(SEED_CHANGES);
  await pool.query("analyze");
  const registry = new PostgresModelRegistry(pool);
  const client = createClient(
    ModelService,
    createLocalTransport(routes({ registry, jobs: jobs.jobs }), []),
  );
  print(`${versionCount.toLocaleString("en")} versions of ${metricCount} metrics`);
  let pageToken = "";
  await measure("ListVersions, pages of 50, one after the other", async () => {
    ({ nextPageToken: pageToken } = await client.listVersions({
      modelId: "model-0",
      pageSize: 50,
      pageToken,
    }));
  });
  await measure("ListVersions, 50, one metric of each", () =>
    client.listVersions({ modelId: "model-0", pageSize: 50, metricNames: ["metric_7"] }),
  );
  await measure("ListModels, 20 and their champions", () => client.listModels({ pageSize: 20 }));
  await measure("ListModels, 100 and their champions", () => client.listModels({ pageSize: 100 }));
  await measure("GetVersion, of a champion", (k) =>
    client.getVersion({ modelId: `model-${k + 1}`, version: { case: "alias", value: "champion" } }),
  );
} finally {
  await jobs.close();
  await pool.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
