import { Code, type ServiceImpl } from "@connectrpc/connect";
import type {
  AllocateSharesRequest,
  AnalyzePortfolioRequest,
  OptimizationService,
  TraceFrontierRequest,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  allocateShares,
  type EfficientFrontier,
  equalWeight,
  hierarchicalRiskParity,
  inverseVolatility,
  maximumDrawdown,
  maximumSharpe,
  maximumUtility,
  minimumVariance,
  pointAtReturn,
  pointAtVolatility,
  type RulePortfolio,
  riskContributions,
  riskParity,
  traceDiversification,
  traceFrontier,
  type WeightConstraints,
  type ZeroVolatility,
} from "@portfolio/quant";
import { estimateCovariance, estimateReturns, type Market, marketOf } from "./market.ts";
import { mockError } from "./mock-error.ts";
import { type MockStore, pricesOf } from "./sample-prices.ts";

type Inputs = Omit<TraceFrontierRequest, "$typeName" | "pointCount" | "includeEstimates">;
type Implementation = ServiceImpl<typeof OptimizationService>;
type OptimizeRequest = Parameters<Implementation["optimizePortfolio"]>[0];

/** Answers the optimizer's calls with real mathematics over the datasets of the store. */
export function mockOptimizationService(store: MockStore): Implementation {
  return {
    optimizePortfolio: (request) => optimize(store, request),
    traceFrontier: (request) => describeFrontier(store, request),
    analyzePortfolio: (request) => analyze(store, request),
    allocateShares: (request) => countShares(store, request),
  };
}

function describeFrontier(store: MockStore, request: TraceFrontierRequest) {
  const { market, frontier } = trace(store, request);
  const { expectedReturns, covariance } = frontier.problem;
  const rate = request.riskFreeRatePerYear;
  return {
    symbols: [...market.symbols],
    turningPoints: frontier.turningPoints.map((point) => wirePoint(point, rate)),
    maximumSharpe: wirePoint(maximumSharpe(frontier, rate), rate),
    assets: market.symbols.map((symbol, i) => ({
      symbol,
      expectedReturnPerYear: expectedReturns[i] ?? 0,
      volatilityPerYear: Math.sqrt(covariance.values[i * covariance.cols + i] ?? 0),
    })),
    estimates: {
      expectedReturnsPerYear: Array.from(expectedReturns),
      covariancePerYear: {
        rows: covariance.rows,
        cols: covariance.cols,
        values: Array.from(covariance.values),
      },
    },
    ...sourceFields(market),
  };
}

function analyze(store: MockStore, request: AnalyzePortfolioRequest) {
  const market = marketOf(
    pricesOf(store, request.dataset),
    request.positions.map(({ symbol }) => symbol),
    request.startDate,
    request.endDate,
  );
  const weights = Float64Array.from(request.positions, ({ weight }) => weight);
  const growth = growthOf(market, weights);
  const fall = maximumDrawdown(growth);
  return {
    maximumDrawdown: {
      depth: fall.depth,
      peakDate: market.dates[fall.peakIndex] ?? "",
      troughDate: market.dates[fall.troughIndex] ?? "",
      recoveryDate: market.dates[fall.recoveryIndex ?? -1] ?? "",
    },
    ...sourceFields(market),
  };
}

function countShares(store: MockStore, request: AllocateSharesRequest) {
  const sample = pricesOf(store, request.dataset);
  const prices = request.positions.map(({ symbol }) => sample.closes.get(symbol)?.at(-1) ?? 1);
  const weights = Float64Array.from(request.positions, ({ weight }) => weight);
  const { shares, leftoverCash } = allocateShares(
    weights,
    Float64Array.from(prices),
    request.cashAmount,
  );
  return {
    allocations: request.positions.map(({ symbol, weight }, i) => {
      const amount = (shares[i] ?? 0) * (prices[i] ?? 0);
      return {
        symbol,
        shareCount: shares[i] ?? 0,
        price: prices[i] ?? 0,
        amount,
        weight: amount / request.cashAmount,
        targetWeight: weight,
      };
    }),
    cashLeftAmount: leftoverCash,
    investedAmount: request.cashAmount - leftoverCash,
    currency: "USD",
    priceDate: sample.dates.at(-1) ?? "",
  };
}

function optimize(store: MockStore, request: OptimizeRequest) {
  const { market, frontier } = trace(store, request);
  const { expectedReturns, covariance } = frontier.problem;
  const weights = solve(frontier, request);
  const { volatility, contributions } = riskContributions(weights, covariance);
  const expectedReturn = weights.reduce((sum, w, i) => sum + w * (expectedReturns[i] ?? 0), 0);
  return {
    weights: market.symbols.map((symbol, i) => ({
      symbol,
      weight: weights[i] ?? 0,
      riskShare: volatility === 0 ? 0 : (contributions[i] ?? 0) / volatility,
    })),
    expectedReturnPerYear: expectedReturn,
    volatilityPerYear: volatility,
    sharpeRatio: volatility === 0 ? 0 : (expectedReturn - request.riskFreeRatePerYear) / volatility,
    ...sourceFields(market),
  };
}

function trace(store: MockStore, request: Inputs): { market: Market; frontier: EfficientFrontier } {
  const market = marketOf(
    pricesOf(store, request.dataset),
    request.symbols,
    request.startDate,
    request.endDate,
  );
  const covariance = estimateCovariance(market, request.covariance?.method);
  const result = traceFrontier({
    expectedReturns: estimateReturns(
      market,
      request.expectedReturns?.method,
      covariance,
      request.riskFreeRatePerYear,
    ),
    covariance,
    constraints: constraintsOf(request),
  });
  if (result.status === "infeasible") {
    throw mockError(
      Code.FailedPrecondition,
      "CONSTRAINTS_INFEASIBLE",
      "No weights satisfy all constraints.",
      {
        violations: result.conflicts.map(({ message }) => ({
          field: "constraints",
          description: message,
        })),
      },
    );
  }
  return { market, frontier: result.frontier };
}

function constraintsOf({ symbols, constraints }: Inputs): WeightConstraints {
  const fill = (value: number) => new Float64Array(symbols.length).fill(value);
  return {
    lower: fill(constraints?.defaultMin ?? 0),
    upper: fill(constraints?.defaultMax ?? 1),
    budget: constraints?.budget ?? 1,
    groups: [],
  };
}

function solve(frontier: EfficientFrontier, request: OptimizeRequest): Float64Array {
  const goal = request.objective?.goal;
  switch (goal?.case) {
    case "minimumVariance":
      return minimumVariance(frontier).weights;
    case "targetReturn":
      return within(pointAtReturn(frontier, goal.value.returnPerYear));
    case "targetVolatility":
      return within(pointAtVolatility(frontier, goal.value.volatilityPerYear));
    case "maximumUtility":
      return maximumUtility(frontier, goal.value.riskAversion).weights;
    case "equalWeight":
      return byRule(equalWeight(constraintsOf(request), request.symbols));
    case "inverseVolatility":
      return byRule(
        inverseVolatility(frontier.problem.covariance, constraintsOf(request), request.symbols),
      );
    case "riskParity":
      return byRule(
        riskParity(frontier.problem.covariance, constraintsOf(request), request.symbols),
      );
    case "hierarchicalRiskParity":
      return byRule(
        hierarchicalRiskParity(
          frontier.problem.covariance,
          constraintsOf(request),
          request.symbols,
        ),
      );
    case "maximumDiversification":
      return mostDiversified(frontier);
    default:
      return maximumSharpe(frontier, request.riskFreeRatePerYear).weights;
  }
}

function within(point: ReturnType<typeof pointAtReturn>): Float64Array {
  if (point.status === "optimal") {
    return point.weights;
  }
  const { minimum, maximum } = point;
  throw mockError(
    Code.FailedPrecondition,
    "TARGET_OUT_OF_RANGE",
    `The target is out of range: ${minimum} to ${maximum}.`,
    { metadata: { minimum: String(minimum), maximum: String(maximum) } },
  );
}

function mostDiversified({ problem }: EfficientFrontier): Float64Array {
  const result = traceDiversification(problem.covariance, problem.constraints);
  if (result.status === "optimal") {
    return maximumSharpe(result.frontier, 0).weights;
  }
  throw mockError(
    Code.FailedPrecondition,
    result.status === "infeasible" ? "CONSTRAINTS_INFEASIBLE" : "ZERO_VOLATILITY",
    "There is no most diversified portfolio.",
  );
}

function byRule(rule: RulePortfolio | ZeroVolatility): Float64Array {
  if (rule.status === "satisfied") {
    return rule.weights;
  }
  throw mockError(
    Code.FailedPrecondition,
    rule.status === "violates" ? "RULE_VIOLATES_CONSTRAINTS" : "ZERO_VOLATILITY",
    "The rule breaks a limit.",
  );
}

function growthOf(market: Market, weights: Float64Array): Float64Array {
  const { rows, cols, values } = market.returns;
  const growth = new Float64Array(rows + 1).fill(1);
  for (let t = 0; t < rows; t += 1) {
    const gain = weights.reduce((sum, w, i) => sum + w * (values[t * cols + i] ?? 0), 0);
    growth[t + 1] = (growth[t] ?? 1) * (1 + gain);
  }
  return growth;
}

function wirePoint(point: EfficientFrontier["turningPoints"][number], riskFreeRate: number) {
  const volatility = Math.sqrt(point.variance);
  return {
    weights: Array.from(point.weights),
    expectedReturnPerYear: point.expectedReturn,
    variancePerYear: point.variance,
    volatilityPerYear: volatility,
    lambda: point.lambda,
    sharpeRatio: volatility === 0 ? 0 : (point.expectedReturn - riskFreeRate) / volatility,
  };
}

function sourceFields(market: Market) {
  return {
    datesUsed: {
      startDate: market.dates[0] ?? "",
      endDate: market.dates.at(-1) ?? "",
      returnCount: market.returns.rows,
      droppedHistories: market.cutSymbols.map((symbol) => ({ symbol, droppedCount: 1 })),
    },
    provenance: {
      dataset: { id: "sample", revision: 1 },
      methodVersions: { frontier: "critical-line/2" },
      contentHash: "0123456789abcdef".repeat(4),
    },
  };
}
