import type {
  Constraints,
  TrackingError,
  Leverage as WireLeverage,
  RiskShareLimit as WireShareLimit,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { RiskLimit as WireRiskLimit } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import type { Benchmark, Leverage, RiskLimit, RiskShareLimit } from "@portfolio/quant";
import type { PortfolioLimits } from "../../domain/portfolio-problem.ts";
import { readMembers, readVector } from "./read-by-symbol.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readSearchableMeasure } from "./read-risk-measure.ts";
import type { SymbolList } from "./read-symbols.ts";
import { readTrading } from "./read-trading.ts";

const WEIGHT_MAX = 100;

/**
 * Reads the limits on leverage, trading, tracking error, risks and risk shares.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `RISK_MEASURE_MISSING`.
 */
export function readPortfolioLimits(
  message: Constraints | undefined,
  list: SymbolList,
): PortfolioLimits {
  const leverage = readLeverage(message?.leverage);
  const trading = readTrading(message?.trading, list);
  const benchmark = readBenchmark(message?.trackingError, list);
  const riskLimits = (message?.riskLimits ?? []).map((limit, k) =>
    readRiskLimit(limit, `constraints.risk_limits[${k}]`),
  );
  const riskShareLimits = (message?.riskShareLimits ?? []).map((limit, k) =>
    readShareLimit(limit, k, list),
  );
  return {
    ...(leverage && { leverage }),
    ...(trading && { trading }),
    ...(benchmark && { benchmark }),
    ...(riskLimits.length > 0 && { riskLimits }),
    ...(riskShareLimits.length > 0 && { riskShareLimits }),
  };
}

/** Reads a highest value of a risk measure. @throws {AppError} As `readPortfolioLimits`. */
export function readRiskLimit(message: WireRiskLimit | undefined, field: string): RiskLimit {
  const max = message?.max ?? 0;
  checkNumbers([{ field: `${field}.max`, value: max, min: 0, max: Number.MAX_VALUE }]);
  return { measure: readSearchableMeasure(message?.measure, `${field}.measure`), max };
}

function readLeverage(message: WireLeverage | undefined): Leverage | undefined {
  if (message === undefined) {
    return;
  }
  const { longMax, shortMax, grossMax } = message;
  const range = { min: 0, max: 10_000 };
  checkNumbers([
    { field: "constraints.leverage.long_max", value: longMax, ...range },
    { field: "constraints.leverage.short_max", value: shortMax, ...range },
    { field: "constraints.leverage.gross_max", value: grossMax, ...range },
  ]);
  const none = Number.POSITIVE_INFINITY;
  return {
    longMax: longMax ?? none,
    shortMax: shortMax ?? none,
    grossMax: grossMax ?? none,
  };
}

function readBenchmark(
  message: TrackingError | undefined,
  list: SymbolList,
): Benchmark | undefined {
  if (message === undefined) {
    return;
  }
  const { benchmarkWeights, maxPerYear } = message;
  checkNumbers([
    { field: "constraints.tracking_error.max_per_year", value: maxPerYear, min: 0, max: 100 },
  ]);
  const field = "constraints.tracking_error.benchmark_weights";
  const map = { field, min: -WEIGHT_MAX, max: WEIGHT_MAX };
  return {
    weights: readVector(benchmarkWeights, list, map),
    trackingErrorMax: maxPerYear ?? Number.POSITIVE_INFINITY,
  };
}

function readShareLimit(message: WireShareLimit, k: number, list: SymbolList): RiskShareLimit {
  const field = `constraints.risk_share_limits[${k}]`;
  checkNumbers([{ field: `${field}.max`, value: message.max, min: 0, max: 1 }]);
  return { assets: readMembers(message.symbols, list, `${field}.symbols`), max: message.max };
}
