import { fieldsOf, numberIn, type Reader, withFields } from "./read-json.ts";

/** Measures of risk in the order of the contract's enumeration, which counts from 1. */
export const RISK_MEASURES = [
  "variance",
  "standard-deviation",
  "semivariance",
  "semideviation",
  "mean-absolute-deviation",
  "first-lower-partial-moment",
  "second-lower-partial-moment",
  "value-at-risk",
  "conditional-value-at-risk",
  "entropic-value-at-risk",
  "relativistic-value-at-risk",
  "worst-realization",
  "average-drawdown",
  "maximum-drawdown",
  "conditional-drawdown-at-risk",
  "entropic-drawdown-at-risk",
  "relativistic-drawdown-at-risk",
  "drawdown-at-risk",
  "ulcer-index",
  "gini-mean-difference",
  "tail-gini",
  "range",
  "conditional-value-at-risk-range",
  "tail-gini-range",
  "square-root-kurtosis",
  "square-root-semikurtosis",
  "even-moment",
  "distributionally-robust-cvar",
] as const;

export type RiskMeasureKind = (typeof RISK_MEASURES)[number];

/** A way to measure risk. */
export interface RiskMeasure {
  readonly kind: RiskMeasureKind;
  /** Confidence level of a tail: 0.95 looks at the worst 5 %. */
  readonly level?: number;
}

/** Measures by what they look at, in the order in which the page offers them. */
export const RISK_MEASURE_GROUPS = {
  dispersion: [
    "standard-deviation",
    "variance",
    "mean-absolute-deviation",
    "gini-mean-difference",
    "range",
    "square-root-kurtosis",
    "even-moment",
  ],
  downside: [
    "semideviation",
    "semivariance",
    "first-lower-partial-moment",
    "second-lower-partial-moment",
    "square-root-semikurtosis",
  ],
  tail: [
    "conditional-value-at-risk",
    "entropic-value-at-risk",
    "relativistic-value-at-risk",
    "value-at-risk",
    "worst-realization",
    "tail-gini",
    "conditional-value-at-risk-range",
    "tail-gini-range",
    "distributionally-robust-cvar",
  ],
  drawdown: [
    "maximum-drawdown",
    "average-drawdown",
    "conditional-drawdown-at-risk",
    "entropic-drawdown-at-risk",
    "relativistic-drawdown-at-risk",
    "drawdown-at-risk",
    "ulcer-index",
  ],
} as const satisfies Record<string, readonly RiskMeasureKind[]>;

const WITH_LEVEL: ReadonlySet<RiskMeasureKind> = new Set([
  "value-at-risk",
  "conditional-value-at-risk",
  "entropic-value-at-risk",
  "relativistic-value-at-risk",
  "conditional-drawdown-at-risk",
  "entropic-drawdown-at-risk",
  "relativistic-drawdown-at-risk",
  "drawdown-at-risk",
  "tail-gini",
  "conditional-value-at-risk-range",
  "tail-gini-range",
  "distributionally-robust-cvar",
]);

export const DEFAULT_LEVEL = 0.95;

/** Whether a measure looks at a tail whose size is chosen. */
export function hasLevel(kind: RiskMeasureKind): boolean {
  return WITH_LEVEL.has(kind);
}

const ENUM_PREFIX = "RISK_MEASURE_KIND_";

/** Name of a measure in the contract's JSON. */
export function measureEnumName(kind: RiskMeasureKind): string {
  return ENUM_PREFIX + kind.replaceAll("-", "_").toUpperCase();
}

/** Reads a measure as the page, the contract's JSON or its messages write it. */
export const readMeasure: Reader<RiskMeasure> = withFields(
  fieldsOf<RiskMeasure>({ kind: readKind, level: numberIn(0.5, 0.9999) }),
  ["kind"],
);

/** A measure as the contract's messages write it. */
export function measureInit({ kind, level }: RiskMeasure) {
  return {
    kind: RISK_MEASURES.indexOf(kind) + 1,
    ...(level !== undefined && hasLevel(kind) ? { level } : {}),
  };
}

function readKind(value: unknown): RiskMeasureKind | undefined {
  return typeof value === "number"
    ? RISK_MEASURES[value - 1]
    : RISK_MEASURES.find((kind) => kind === value || measureEnumName(kind) === value);
}
