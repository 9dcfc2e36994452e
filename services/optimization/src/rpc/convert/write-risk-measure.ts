import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  RiskMeasureKind as Kind,
  type RiskMeasureSchema,
} from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import type { PortfolioMeasure } from "@portfolio/quant";

/** Kinds that the contract has; others are never read from it, and so never written. */
const KINDS: Readonly<Partial<Record<PortfolioMeasure["kind"], Kind>>> = {
  variance: Kind.VARIANCE,
  "standard-deviation": Kind.STANDARD_DEVIATION,
  semivariance: Kind.SEMIVARIANCE,
  semideviation: Kind.SEMIDEVIATION,
  "mean-absolute-deviation": Kind.MEAN_ABSOLUTE_DEVIATION,
  var: Kind.VALUE_AT_RISK,
  cvar: Kind.CONDITIONAL_VALUE_AT_RISK,
  evar: Kind.ENTROPIC_VALUE_AT_RISK,
  rlvar: Kind.RELATIVISTIC_VALUE_AT_RISK,
  "worst-realization": Kind.WORST_REALIZATION,
  "average-drawdown": Kind.AVERAGE_DRAWDOWN,
  "maximum-drawdown": Kind.MAXIMUM_DRAWDOWN,
  cdar: Kind.CONDITIONAL_DRAWDOWN_AT_RISK,
  edar: Kind.ENTROPIC_DRAWDOWN_AT_RISK,
  rldar: Kind.RELATIVISTIC_DRAWDOWN_AT_RISK,
  dar: Kind.DRAWDOWN_AT_RISK,
  "ulcer-index": Kind.ULCER_INDEX,
  "gini-mean-difference": Kind.GINI_MEAN_DIFFERENCE,
  "tail-gini": Kind.TAIL_GINI,
  range: Kind.RANGE,
  "cvar-range": Kind.CONDITIONAL_VALUE_AT_RISK_RANGE,
  "tail-gini-range": Kind.TAIL_GINI_RANGE,
  kurtosis: Kind.SQUARE_ROOT_KURTOSIS,
  "semi-kurtosis": Kind.SQUARE_ROOT_SEMIKURTOSIS,
  "even-moment": Kind.EVEN_MOMENT,
  "robust-cvar": Kind.DISTRIBUTIONALLY_ROBUST_CVAR,
};

/** Writes a risk measure with the parameters that it has. */
export function writeRiskMeasure(
  measure: PortfolioMeasure,
): MessageInitShape<typeof RiskMeasureSchema> {
  if (measure.kind === "lower-partial-moment") {
    return {
      kind:
        measure.order === 1 ? Kind.FIRST_LOWER_PARTIAL_MOMENT : Kind.SECOND_LOWER_PARTIAL_MOMENT,
      targetReturnPerDay: measure.threshold,
    };
  }
  return {
    kind: KINDS[measure.kind] ?? Kind.UNSPECIFIED,
    ...("level" in measure && { level: measure.level }),
    ...("gainLevel" in measure &&
      measure.gainLevel !== undefined && { upsideLevel: measure.gainLevel }),
    ...("deformation" in measure && { kappa: measure.deformation }),
    ...("order" in measure && { order: measure.order }),
    ...("radius" in measure && { radius: measure.radius }),
  };
}
