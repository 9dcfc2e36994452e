import { createHash } from "node:crypto";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import { toConnectError } from "@portfolio/platform/rpc/error-mapping";
import { solve } from "../../../services/optimization/src/domain/solve.ts";
import type {
  BacktestStore,
  ForecastSource,
  PortfolioStore,
  Solver,
} from "../../../services/optimization/src/ports.ts";
import { allocateSharesHandler } from "../../../services/optimization/src/rpc/allocate-shares.ts";
import { analyzePortfolioHandler } from "../../../services/optimization/src/rpc/analyze-portfolio.ts";
import { checkConstraintsHandler } from "../../../services/optimization/src/rpc/check-constraints.ts";
import { estimateMomentsHandler } from "../../../services/optimization/src/rpc/estimate-moments.ts";
import { optimizePortfolioHandler } from "../../../services/optimization/src/rpc/optimize-portfolio.ts";
import { rebalanceSharesHandler } from "../../../services/optimization/src/rpc/rebalance-shares.ts";
import { traceFrontierHandler } from "../../../services/optimization/src/rpc/trace-frontier.ts";
import { sharedDays } from "./market.ts";
import { REQUEST_ID } from "./mock-error.ts";
import { type MockStore, pricesOf } from "./sample-prices.ts";

type Implementation = ServiceImpl<typeof OptimizationService>;

/** Answers the optimizer's calls with the handlers of the service, over the datasets of the store. */
export function mockOptimizationService(store: MockStore): Implementation {
  const deps = mockDeps(store);
  return {
    optimizePortfolio: answering(optimizePortfolioHandler(deps)),
    traceFrontier: answering(traceFrontierHandler(deps)),
    checkConstraints: answering(checkConstraintsHandler(deps)),
    analyzePortfolio: answering(analyzePortfolioHandler(deps)),
    allocateShares: answering(allocateSharesHandler(deps)),
    estimateMoments: answering(estimateMomentsHandler(deps)),
    rebalanceShares: answering(rebalanceSharesHandler(deps)),
  };
}

/** What the handlers of the service need, over the datasets of the store. */
export function mockDeps(store: MockStore) {
  return {
    prices: priceHistory(store),
    solver: inlineSolver,
    portfolios: noPortfolios,
    rebalances: { rebalance: unused, listRebalances: unused },
    backtests: noBacktests,
    forecasts: inventedForecasts,
    jobs: noJobs,
    clock: { now: () => new Date(0) },
    newId: () => "",
  };
}

/** Writes the service's errors as its interceptor does. */
export function answering<Request, Answer>(
  handler: (request: Request, context: HandlerContext) => Promise<Answer> | Answer,
): (request: Request, context: HandlerContext) => Promise<Answer> {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      throw toConnectError(error, REQUEST_ID);
    }
  };
}

function timed<Outcome>(outcome: Outcome) {
  return Promise.resolve({ ...outcome, solveTimeMs: 1 });
}

const now = () => performance.now();

const inlineSolver = {
  optimize: (task) => timed(solve({ kind: "optimization", task }, now)),
  traceFrontier: (task) => timed(solve({ kind: "frontier", task }, now)),
  checkConstraints: (task) => timed(solve({ kind: "constraint-check", task }, now)),
  estimateMoments: (task) => timed(solve({ kind: "moments", task }, now)),
  rebalance: (task) => timed(solve({ kind: "rebalance", task }, now)),
  stress: (task) => timed(solve({ kind: "stress", task }, now)),
  simulateGrowth: (task) => timed(solve({ kind: "growth", task }, now)),
  analyze: (task) => timed(solve({ kind: "analysis", task }, now)),
} as Solver;

/** A champion of every model that is asked for: the first asset is the best and the calmest. */
const inventedForecasts: ForecastSource = {
  forecast: async ({ modelId }, symbols, { endDate }) => ({
    source: originOf(modelId, endDate || "2022-12-28"),
    excessReturnsPerYear: Float64Array.from(symbols, (_, k) => 0.1 - 0.05 * k),
    confidence: 0.01,
    volatilitiesPerYear: Float64Array.from(symbols, (_, k) => 0.1 * (k + 1)),
  }),
  lookBack: async ({ modelId }, symbols, { dates }) => {
    const matrixOf = (figure: (k: number) => number) => ({
      ...{ rows: dates.length, cols: symbols.length },
      values: Float64Array.from(dates.flatMap(() => symbols.map((_, k) => figure(k)))),
    });
    const [firstDate, lastDate] = ["2014-01-02", "2022-11-28"];
    return {
      history: {
        source: originOf(modelId, lastDate),
        days: Int32Array.from(dates, (date) => Date.parse(date) / 86_400_000),
        isKnown: Uint8Array.from(dates, (date) => (date >= firstDate ? 1 : 0)),
        excessReturnsPerYear: matrixOf((k) => 0.1 - 0.05 * k),
        confidences: new Float64Array(dates.length).fill(0.01),
        volatilitiesPerYear: matrixOf((k) => 0.1 * (k + 1)),
      },
      ...{ firstDate, lastDate },
    };
  },
};

function originOf(modelId: string, asOfDate: string) {
  return {
    ...{ modelId, version: 3, alias: "champion", asOfDate, trainedUntil: "2022-11-28" },
    ...{ artifactHash: "aa", snapshotHash: "bb", canaryExperimentId: "" },
  };
}

const unused = () => Promise.reject(new Error("kept by another mock"));
const noPortfolios: PortfolioStore = { save: unused, find: unused, list: unused, delete: unused };
const noBacktests: BacktestStore = {
  add: unused,
  setJob: unused,
  find: unused,
  findResult: unused,
  list: unused,
  delete: unused,
};
const noJobs = { enqueue: unused, find: unused, findCheckpoint: unused, cancel: unused };

function priceHistory(store: MockStore): PriceHistory {
  return {
    stocks: unused,
    panel: async (symbols, { dataset, startDate, endDate }): Promise<PricePanel> => {
      const market = sharedDays(pricesOf(store, dataset), symbols, startDate, endDate);
      return {
        ...market,
        dataset: { id: dataset.id || "sample", revision: 1 },
        contentHash: createHash("sha256")
          .update([...symbols, ...market.dates].join())
          .digest("hex"),
      };
    },
    allCloses: async (symbols, { dataset }) => {
      const { dates, closes } = pricesOf(store, dataset);
      const columns = symbols.map((symbol) => closes.get(symbol));
      const values = Float64Array.from(
        dates.flatMap((_, t) => columns.map((column) => column?.[t] ?? Number.NaN)),
      );
      return {
        dates,
        closes: { rows: dates.length, cols: symbols.length, values },
        dataset: { id: dataset.id || "sample", revision: 1 },
      };
    },
    lastCloses: async (symbols, dataset) => {
      const { dates, closes } = pricesOf(store, dataset);
      return symbols.map((symbol) => ({
        symbol,
        price: closes.get(symbol)?.at(-1) ?? 1,
        date: dates.at(-1) ?? "",
        currency: "USD",
      }));
    },
  };
}
