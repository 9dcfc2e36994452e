// Measures cached forecasts through gRPC on loopback, at a fixed rate from another process, and counts answers by
// versions that had been replaced before the call.
//
//   npx tsc --build services/training && node bench/forecasts.mjs [calls a second] [seconds] [promotions]
//
// The service is the real one, on an embedded PostgreSQL of its own; prices are random walks from a seed.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import {
  TargetKind,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { encodeForecastModel } from "@portfolio/learning";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { startEmbeddedPostgres } from "@portfolio/platform/postgres/embedded-postgres";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import { startGrpcServer } from "@portfolio/platform/rpc/grpc-server";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { openTransport } from "@portfolio/platform/rpc/open-transport";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { dataRegistrations } from "@portfolio/platform/testing/sample-data-service";
import { openForecasting } from "../services/training/dist/src/forecasting.js";
import { routes } from "../services/training/dist/src/rpc/routes.js";

const callsPerSecond = Number(process.argv[2] ?? 500);
const seconds = Number(process.argv[3] ?? 10);
const promotionCount = Number(process.argv[4] ?? 1000);
const SYMBOL_COUNT = 20;
const DAY_COUNT = 300;
const MODEL_ID = "rank-21d";
const log = createLogger({ name: "bench", level: "error" });

/** Random walks from a seed. */
function randomCloses() {
  let state = 1;
  const uniform = () => {
    state = (1_103_515_245 * state + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const dateOf = (t) => new Date(Date.UTC(2022, 0, 3) + t * 86_400_000).toISOString().slice(0, 10);
  const walk = () => {
    let close = 100;
    return new Map(
      Array.from({ length: DAY_COUNT }, (_, t) => {
        close *= 1 + 0.04 * (uniform() - 0.5);
        return [dateOf(t), close];
      }),
    );
  };
  return new Map(Array.from({ length: SYMBOL_COUNT }, (_, k) => [`SYM${k}`, walk()]));
}

/** A version that was never trained. */
function draft(symbols, coefficient) {
  const target = { kind: "rank", horizonDays: 21 };
  const model = {
    kind: "linear",
    model: { intercept: 0, coefficients: new Float64Array(13).fill(coefficient) },
  };
  const rule = { kind: "learned", view: { kind: "ranks" }, model, smearing: 1 };
  const artifact = encodeForecastModel({ target, rule, intervalRadius: 0.4 });
  const dataset = { id: "sample", revision: 3 };
  const fields = { modelId: MODEL_ID, symbols, dataset };
  const spec = toBinary(
    TrainingSpecSchema,
    create(TrainingSpecSchema, { ...fields, target: { kind: TargetKind.RANK, horizonDays: 21 } }),
  );
  const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");
  return {
    ...{
      modelId: MODEL_ID,
      target,
      spec,
      artifact,
      title: "Ridge",
      stage: "validated",
      series: [],
    },
    metrics: [{ name: "ic", value: 0.04, standardError: 0.01, fold: 0 }],
    lineage: {
      ...{ dataset, contentHash: "00", startDate: "2022-01-03", endDate: "2022-10-29" },
      ...{
        featureVersion: "price-features/1",
        codeVersion: "ridge/1",
        backend: "native",
        parents: [],
      },
      ...{ specHash: hashOf(spec), artifactHash: hashOf(artifact) },
    },
  };
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

const folder = await mkdtemp(join(tmpdir(), "portfolio-bench-"));
// Started by root, the server has another account, which must be able to enter.
await chmod(folder, 0o711);
const postgres = await startEmbeddedPostgres({ homeDirectory: folder, log });
const database = { url: postgres.url, log };
const directory = join(import.meta.dirname, "../services/training/migrations");
await migrate({ ...database, schema: "training", directory });
const jobs = await openJobs({ databaseUrl: postgres.url, applicationName: "bench", log });
const pool = createPool({ ...database, applicationName: "bench", statementTimeoutMs: 30_000 });
const closes = randomCloses();
const dataTransport = createLocalTransport(dataRegistrations(closes), []);
const redisUrl = process.env.REDIS_URL;
const forecasting = openForecasting({ pool, dataTransport, log, threads: 1, redisUrl });
const server = await startGrpcServer({
  ...{ host: "127.0.0.1", port: 0, log, health: new HealthChecks() },
  registrations: routes({ ...forecasting, jobs: jobs.jobs }),
  interceptors: serverInterceptors({
    ...{ area: "training", log, metrics: { registry: createMetricsRegistry("bench") } },
    ...{ defaultTimeoutMs: 30_000, maxTimeoutMs: 30_000 },
  }),
});
const url = `127.0.0.1:${server.port}`;
const transport = openTransport(url, undefined);
const client = createClient(ForecastService, transport);
const ask = () => client.getForecasts({ version: { modelId: MODEL_ID } });
const promote = (version) =>
  forecasting.registry.setAlias(
    { modelId: MODEL_ID, alias: "champion", version, actor: "bench", reason: "", evidence: "" },
    undefined,
  );
try {
  const symbols = [...closes.keys()];
  for (const coefficient of [0.1, 0.2]) {
    await forecasting.registry.addVersion(draft(symbols, coefficient));
  }
  await promote(1);
  const startMs = performance.now();
  await ask();
  print(
    `GetForecasts, ${SYMBOL_COUNT} assets, first: ${(performance.now() - startMs).toFixed(1)} ms`,
  );

  const load = fork(join(import.meta.dirname, "forecasts/load.mjs"));
  load.send({ url, modelId: MODEL_ID, callsPerSecond, seconds });
  const cpu = process.cpuUsage();
  const [{ p50Ms, p99Ms, maxMs, callCount, errorCount }] = await once(load, "message");
  const { user, system } = process.cpuUsage(cpu);
  load.disconnect();
  print(
    `cached, ${callsPerSecond}/s over ${seconds} s: p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms  ` +
      `max ${maxMs.toFixed(1)} ms  ${callCount} calls, ${errorCount} failed  ` +
      `server ${((user + system) / callCount).toFixed(0)} CPU-µs a call`,
  );

  let staleCount = 0;
  for (let k = 0; k < promotionCount; k++) {
    const version = 1 + (k % 2);
    await promote(version);
    const { source } = await ask();
    staleCount += source?.version === version ? 0 : 1;
  }
  print(`${promotionCount} promotions: ${staleCount} answers by a version that had been replaced`);
} finally {
  transport.close();
  await server.drain(1000);
  await forecasting.close();
  await jobs.close();
  await pool.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
