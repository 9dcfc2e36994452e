import { type Client, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { Certificate } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import {
  type Closes,
  type DataCalls,
  dataRegistrations,
} from "@portfolio/platform/testing/sample-data-service";
import { openForecasts } from "../src/adapters/grpc-forecasts.ts";
import { WorkerSolver } from "../src/adapters/worker-solver.ts";
import type { BacktestStore, PortfolioStore } from "../src/ports.ts";
import { routes } from "../src/rpc/routes.ts";

/** The real handlers on real solver threads; only prices are made up. */
export interface TestService {
  readonly client: Client<typeof OptimizationService>;
  readonly transport: Transport;
  /** What the stand-in for the data service was asked. */
  readonly dataCalls: DataCalls;
  close(): Promise<void>;
}

export const TEST_LOG = createLogger({ name: "optimization", level: "silent" });

export const TEST_INTERCEPTORS = serverInterceptors({
  area: "optimization",
  log: TEST_LOG,
  metrics: { registry: createMetricsRegistry("optimization") },
  defaultTimeoutMs: 30_000,
  maxTimeoutMs: 30_000,
});

/** Starts the service on prices of the test's own. */
export function startTestService(
  closes: Closes,
  threads = 1,
  trainingTransport?: Transport,
): TestService {
  const dataCalls = { panels: 0 };
  const dataTransport = createLocalTransport(dataRegistrations(closes, dataCalls), []);
  const solver = new WorkerSolver({ threads, queueMax: 100, deadlineMs: 30_000 });
  const registrations = routes({
    prices: new GrpcPriceHistory(dataTransport, { cacheBytesMax: 64 << 20 }),
    solver,
    forecasts: openForecasts(trainingTransport),
    portfolios: noPortfolios,
    rebalances: { rebalance: unused, listRebalances: unused },
    backtests: noBacktests,
    jobs: { enqueue: unused, find: unused, findCheckpoint: unused, cancel: unused },
    clock: { now: () => new Date(0) },
    newId: () => "",
  });
  const transport = createLocalTransport(registrations, TEST_INTERCEPTORS);
  return {
    client: createClient(OptimizationService, transport),
    transport,
    dataCalls,
    close: () => solver.close(),
  };
}

/** An answer without the time that it took: all that may differ when a request is repeated. */
export function withoutTime<Answer extends { certificate?: Certificate | undefined }>(
  answer: Answer,
): Answer {
  const { certificate } = answer;
  if (certificate !== undefined) {
    delete certificate.solveTime;
  }
  return answer;
}

/** What a caller can tell from a failed call. */
export interface Failure {
  readonly code: number;
  readonly message: string;
  readonly reason: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fields: readonly string[];
  readonly descriptions: readonly string[];
}

/** Waits for a call to fail. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    () => {
      throw new Error("the call did not fail");
    },
    (reason: unknown) => ConnectError.from(reason),
  );
  const info = error.findDetails(ErrorInfoSchema)[0];
  const violations = error.findDetails(BadRequestSchema)[0]?.fieldViolations ?? [];
  return {
    code: error.code,
    message: error.rawMessage,
    reason: info?.reason,
    metadata: info?.metadata ?? {},
    fields: violations.map(({ field }) => field),
    descriptions: violations.map(({ description }) => description),
  };
}

const unused = () => Promise.reject(new Error("nothing is stored in this test"));
const noPortfolios: PortfolioStore = { save: unused, find: unused, list: unused, delete: unused };
const noBacktests: BacktestStore = {
  add: unused,
  setJob: unused,
  find: unused,
  findResult: unused,
  list: unused,
  delete: unused,
};
