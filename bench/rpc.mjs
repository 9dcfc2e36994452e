// Measures one small and one medium unary call in one process, over each transport.
// Run: npx tsc --build packages/platform && node bench/rpc.mjs [calls in flight]
// CPU is user + system time of the whole process per call, client and server together; the best of the rounds.
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { startGrpcServer } from "@portfolio/platform/rpc/grpc-server";
import { createGrpcTransport } from "@portfolio/platform/rpc/grpc-transport";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { register } from "@portfolio/platform/rpc/registration";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import pino from "pino";
import { Registry } from "prom-client";

const ROUNDS = 5;
const IN_FLIGHT = Number(process.argv[2] ?? 1);

const instrument = (symbol) => ({
  symbol,
  name: "Apple Inc.",
  currency: "USD",
  available: { startDate: "1990-01-02", endDate: "2022-12-28" },
  priceCount: 8313,
  lastClose: 126.04,
});
const hundred = Array.from({ length: 100 }, (_, i) => instrument(`S${i}`));
const implementation = {
  getInstrument: ({ symbol }) => ({ instrument: instrument(symbol) }),
  listInstruments: () => ({ instruments: hundred }),
  searchInstruments: () => ({ instruments: [] }),
};

const registrations = [register(InstrumentService, implementation)];
const log = pino({ level: "info" }, pino.destination("/dev/null"));
const interceptors = serverInterceptors({
  area: "bench",
  log,
  metrics: { registry: new Registry() },
  defaultTimeoutMs: 10_000,
  maxTimeoutMs: 60_000,
});
const silent = pino({ level: "silent" });
const serve = (chain) =>
  startGrpcServer({
    host: "127.0.0.1",
    port: 0,
    registrations,
    interceptors: chain,
    health: new HealthChecks(),
    log: silent,
  });
const bare = await serve([]);
const full = await serve(interceptors);
const transports = {
  "in-process, bare": createLocalTransport(registrations, []),
  "in-process, all interceptors": createLocalTransport(registrations, interceptors),
  "createRouterTransport, bare": createRouterTransport((router) => {
    router.service(InstrumentService, implementation);
  }),
  "createRouterTransport, all interceptors": createRouterTransport(
    (router) => {
      router.service(InstrumentService, implementation);
    },
    { router: { interceptors } },
  ),
  "grpc-js loopback, bare": createGrpcTransport(`127.0.0.1:${bare.port}`),
  "grpc-js loopback, all interceptors": createGrpcTransport(`127.0.0.1:${full.port}`),
};

async function cpuPerCall(call, count) {
  const before = process.cpuUsage();
  let left = count;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) {
        await call();
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function best(call, count) {
  await cpuPerCall(call, count);
  let lowest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    lowest = Math.min(lowest, await cpuPerCall(call, count));
  }
  return lowest;
}

const rows = [];
for (const [name, transport] of Object.entries(transports)) {
  const client = createClient(InstrumentService, transport);
  const small = await best(() => client.getInstrument({ symbol: "AAPL" }), 3000);
  const medium = await best(() => client.listInstruments({}), 300);
  rows.push({ name, small, medium });
}
const reference = rows[0].small;
process.stdout.write(`Node ${process.version}, ${IN_FLIGHT} in flight, CPU µs per call\n`);
process.stdout.write("| transport | small | ratio | 100 instruments |\n|---|---|---|---|\n");
for (const { name, small, medium } of rows) {
  const ratio = (small / reference).toFixed(1);
  process.stdout.write(`| ${name} | ${small.toFixed(1)} | ${ratio} | ${medium.toFixed(0)} |\n`);
}
process.stdout.write("target: in-process with all interceptors ≤ 60 µs\n");
process.exit(0);
