import {
  RiskMeasureKind as Kind,
  type RiskMeasure as WireMeasure,
} from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import type { PortfolioMeasure } from "@portfolio/quant";
import { refuse } from "./refuse.ts";

const LEVEL = 0.95;
const KAPPA = 0.3;
const RADIUS = 0.001;
const ORDER = 4;

/** Measures that take no parameter. */
const PLAIN = {
  [Kind.VARIANCE]: "variance",
  [Kind.STANDARD_DEVIATION]: "standard-deviation",
  [Kind.SEMIVARIANCE]: "semivariance",
  [Kind.SEMIDEVIATION]: "semideviation",
  [Kind.MEAN_ABSOLUTE_DEVIATION]: "mean-absolute-deviation",
  [Kind.WORST_REALIZATION]: "worst-realization",
  [Kind.AVERAGE_DRAWDOWN]: "average-drawdown",
  [Kind.MAXIMUM_DRAWDOWN]: "maximum-drawdown",
  [Kind.ULCER_INDEX]: "ulcer-index",
  [Kind.GINI_MEAN_DIFFERENCE]: "gini-mean-difference",
  [Kind.RANGE]: "range",
  [Kind.SQUARE_ROOT_KURTOSIS]: "kurtosis",
  [Kind.SQUARE_ROOT_SEMIKURTOSIS]: "semi-kurtosis",
} as const;

/** Measures that take a confidence level alone. */
const LEVELED = {
  [Kind.VALUE_AT_RISK]: "var",
  [Kind.CONDITIONAL_VALUE_AT_RISK]: "cvar",
  [Kind.ENTROPIC_VALUE_AT_RISK]: "evar",
  [Kind.DRAWDOWN_AT_RISK]: "dar",
  [Kind.CONDITIONAL_DRAWDOWN_AT_RISK]: "cdar",
  [Kind.ENTROPIC_DRAWDOWN_AT_RISK]: "edar",
  [Kind.TAIL_GINI]: "tail-gini",
} as const;

/**
 * Reads a risk measure with its parameters filled in.
 *
 * @param field - JSON path of the measure.
 * @throws {AppError} `RISK_MEASURE_MISSING`: no kind is set.
 */
export function readRiskMeasure(message: WireMeasure | undefined, field: string): PortfolioMeasure {
  const kind = message?.kind ?? Kind.UNSPECIFIED;
  const level = message?.level ?? LEVEL;
  if (isKey(PLAIN, kind)) {
    return { kind: PLAIN[kind] };
  }
  if (isKey(LEVELED, kind)) {
    return { kind: LEVELED[kind], level };
  }
  const threshold = message?.targetReturnPerDay ?? 0;
  const deformation = message?.kappa ?? KAPPA;
  const gainLevel = message?.upsideLevel ?? level;
  switch (kind) {
    case Kind.FIRST_LOWER_PARTIAL_MOMENT:
      return { kind: "lower-partial-moment", order: 1, threshold };
    case Kind.SECOND_LOWER_PARTIAL_MOMENT:
      return { kind: "lower-partial-moment", order: 2, threshold };
    case Kind.RELATIVISTIC_VALUE_AT_RISK:
      return { kind: "rlvar", level, deformation };
    case Kind.RELATIVISTIC_DRAWDOWN_AT_RISK:
      return { kind: "rldar", level, deformation };
    case Kind.CONDITIONAL_VALUE_AT_RISK_RANGE:
      return { kind: "cvar-range", level, gainLevel };
    case Kind.TAIL_GINI_RANGE:
      return { kind: "tail-gini-range", level, gainLevel };
    case Kind.EVEN_MOMENT:
      return { kind: "even-moment", order: message?.order ?? ORDER };
    case Kind.DISTRIBUTIONALLY_ROBUST_CVAR:
      return { kind: "robust-cvar", level, radius: message?.radius ?? RADIUS };
    default:
      return refuse("RISK_MEASURE_MISSING", `${field}.kind`, "say which risk measure is meant");
  }
}

/**
 * Reads a risk measure that is to be optimized or limited, for the value at risk by a search.
 *
 * @param field - JSON path of the measure.
 * @throws {AppError} As `readRiskMeasure`. `RISK_MEASURE_NOT_CONVEX`: it is only reported.
 */
export function readSearchableMeasure(
  message: WireMeasure | undefined,
  field: string,
): PortfolioMeasure {
  const measure = readRiskMeasure(message, field);
  return measure.kind === "dar" ? refuseMeasure(field) : measure;
}

/**
 * Reads a risk measure that is optimized without a search.
 *
 * @throws {AppError} As `readSearchableMeasure`.
 */
export function readConvexMeasure(
  message: WireMeasure | undefined,
  field: string,
): PortfolioMeasure {
  const measure = readSearchableMeasure(message, field);
  return measure.kind === "var" ? refuseMeasure(field) : measure;
}

/** @throws {AppError} `RISK_MEASURE_NOT_CONVEX`. */
export function refuseMeasure(field: string): never {
  return refuse(
    "RISK_MEASURE_NOT_CONVEX",
    `${field}.kind`,
    "this measure is not convex, so it is reported, not optimized; its conditional counterpart is",
  );
}

function isKey<Table extends object>(table: Table, key: PropertyKey): key is keyof Table {
  return Object.hasOwn(table, key);
}
