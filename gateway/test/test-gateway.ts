import { create } from "@bufbuild/protobuf";
import type { Interceptor, ServiceImpl, Transport } from "@connectrpc/connect";
import {
  InstrumentSchema,
  InstrumentService,
} from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import { HealthChecks, healthRegistration } from "@portfolio/platform/rpc/health";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { type Logger, pino } from "pino";
import { Registry } from "prom-client";
import { type Backend, type Gateway, type GatewayOptions, startGateway } from "../src/index.ts";

export const silentLog: Logger = pino({ level: "silent" });

const KNOWN_SYMBOL = "AAPL";

/** Serves a few instruments from memory. `SLOW` waits until it is canceled. */
export const instruments: ServiceImpl<typeof InstrumentService> = {
  listInstruments: ({ pageSize }) => ({
    instruments: Array.from({ length: pageSize || 3 }, (_, i) =>
      create(InstrumentSchema, {
        symbol: `S${i}`,
        name: `Instrument number ${i}`,
        lastClose: i / 3,
      }),
    ),
  }),
  getInstrument: async ({ symbol }, { signal }) => {
    if (symbol === "SLOW") {
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    }
    if (symbol !== KNOWN_SYMBOL) {
      throw new AppError("not-found", "SYMBOL_UNKNOWN", `There is no ${symbol}.`, {
        metadata: { symbol },
        violations: [{ field: "symbol", description: "is not known" }],
      });
    }
    return { instrument: { symbol, name: "Apple", lastClose: 129.93, priceCount: 8313 } };
  },
  searchInstruments: ({ query }) => {
    throw new Error(`password of the database is hunter2: ${query}`);
  },
};

/** Puts registrations behind the interceptors that a service has, in this process. */
export function backendOf(
  name: string,
  registrations: readonly Registration[],
  options: { checks?: HealthChecks; interceptors?: readonly Interceptor[] } = {},
): Backend {
  const services = registrations.map(({ service }) => service);
  const health = healthRegistration(options.checks ?? new HealthChecks(), services);
  const interceptors =
    options.interceptors ??
    serverInterceptors({
      area: name,
      log: silentLog,
      metrics: { registry: new Registry() },
      defaultTimeoutMs: 5000,
      maxTimeoutMs: 10_000,
    });
  const transport = createLocalTransport([...registrations, health], interceptors);
  return { name, services, transport };
}

export function dataBackend(implementation: Partial<typeof instruments> = {}): Backend {
  return backendOf("data", [register(InstrumentService, { ...instruments, ...implementation })]);
}

/** A backend whose every call fails as given, as if its transport did. */
export function failingBackend(name: string, error: unknown): Backend {
  const transport: Transport = {
    unary: () => Promise.reject(error),
    stream: () => Promise.reject(error),
  };
  return { name, services: [OptimizationService], transport };
}

/** Starts a gateway on a free loopback port, before the data backend unless told otherwise. */
export function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  return startGateway({
    host: "127.0.0.1",
    port: 0,
    backends: [dataBackend()],
    webDirectory: undefined,
    apiKeys: [],
    log: silentLog,
    metrics: { registry: new Registry() },
    version: "1.2.3",
    ...options,
  });
}
