// One server of the benchmark, in a process of its own: node server.mjs <role> [backend port].

import { createServer } from "node:http";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import proxy from "@fastify/http-proxy";
import { startGateway } from "@portfolio/gateway";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { startGrpcServer } from "@portfolio/platform/rpc/grpc-server";
import { createGrpcTransport } from "@portfolio/platform/rpc/grpc-transport";
import { HealthChecks, healthRegistration } from "@portfolio/platform/rpc/health";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { register } from "@portfolio/platform/rpc/registration";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { fastify } from "fastify";
import { pino } from "pino";
import { Registry } from "prom-client";

const INSTRUMENT = {
  symbol: "AAPL",
  name: "Apple",
  currency: "USD",
  priceCount: 8313,
  lastClose: 129.93,
};
const PATH = "/portfolio.data.v1.InstrumentService/GetInstrument";
const host = "127.0.0.1";
// Lines are made as in use, and thrown away.
const log = pino({ level: "info" }, { write: () => undefined });

const implementation = {
  listInstruments: () => ({ instruments: [INSTRUMENT] }),
  getInstrument: () => ({ instrument: INSTRUMENT }),
  searchInstruments: () => ({ instruments: [INSTRUMENT] }),
};
const registration = register(InstrumentService, implementation);
const health = new HealthChecks();

function interceptors() {
  return serverInterceptors({
    area: "data",
    log,
    metrics: { registry: new Registry() },
    defaultTimeoutMs: 30_000,
    maxTimeoutMs: 60_000,
  });
}

function gateway(transport) {
  return startGateway({
    host,
    port: 0,
    backends: [{ name: "data", services: [InstrumentService], transport }],
    webDirectory: undefined,
    apiKeys: [],
    log,
    metrics: { registry: new Registry() },
    version: "bench",
  });
}

function local(withInterceptors) {
  const registrations = [registration, healthRegistration(health, [InstrumentService])];
  return createLocalTransport(registrations, withInterceptors);
}

async function listenFastify(app) {
  await app.listen({ port: 0, host });
  return { port: app.server.address().port };
}

const ROLES = {
  "gateway-inproc": () => gateway(local(interceptors())),
  "gateway-bare": () => gateway(local([])),
  "gateway-grpc": (port) => gateway(createGrpcTransport(`${host}:${port}`)),
  "grpc-backend": () =>
    startGrpcServer({
      host,
      port: 0,
      registrations: [registration],
      interceptors: interceptors(),
      health,
      log,
    }),
  "connect-node": async () => {
    const routes = (router) => router.service(InstrumentService, implementation);
    const server = createServer(connectNodeAdapter({ routes }));
    await new Promise((resolve) => server.listen(0, host, resolve));
    return { port: server.address().port };
  },
  "fastify-backend": () => {
    const app = fastify();
    app.post(PATH, async () => ({ instrument: INSTRUMENT }));
    return listenFastify(app);
  },
  "fastify-proxy": async (port) => {
    const app = fastify();
    await app.register(proxy, { upstream: `http://${host}:${port}`, undici: { connections: 64 } });
    return listenFastify(app);
  },
};

const [role, backendPort] = process.argv.slice(2);
const { port } = await ROLES[role](Number(backendPort));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicros: user + system });
});
process.send({ port });
