import {
  SelectionCriterion,
  StepwiseDirection,
  type FactorSelection as WireSelection,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { FactorSelection } from "@portfolio/quant";
import { checkNumbers } from "./read-numbers.ts";
import { refuse } from "./refuse.ts";

type Stepwise = Extract<FactorSelection, { kind: "stepwise" }>;

const FIELD = "covariance.factor_model.selection";
const P_VALUE_MAX = 0.05;
const VARIANCE_SHARE = 0.95;

const DIRECTIONS: Readonly<Record<StepwiseDirection, Stepwise["direction"]>> = {
  [StepwiseDirection.UNSPECIFIED]: "forward",
  [StepwiseDirection.FORWARD]: "forward",
  [StepwiseDirection.BACKWARD]: "backward",
};

const CRITERIA: Readonly<Record<SelectionCriterion, Stepwise["criterion"]>> = {
  [SelectionCriterion.UNSPECIFIED]: "p-value",
  [SelectionCriterion.P_VALUE]: "p-value",
  [SelectionCriterion.AKAIKE]: "akaike",
  [SelectionCriterion.SCHWARZ]: "schwarz",
  [SelectionCriterion.ADJUSTED_R_SQUARED]: "adjusted-r-squared",
};

/**
 * Reads what regressions on given factors rest on.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readFactorSelection({ method }: WireSelection): FactorSelection {
  switch (method.case) {
    case "stepwise": {
      const { direction, criterion, pValueMax = P_VALUE_MAX } = method.value;
      checkNumbers([{ field: `${FIELD}.stepwise.p_value_max`, value: pValueMax, min: 0, max: 1 }]);
      return {
        kind: "stepwise",
        direction: DIRECTIONS[direction],
        criterion: CRITERIA[criterion],
        pValueMax,
      };
    }
    case "principalComponents": {
      const { varianceShare = VARIANCE_SHARE } = method.value;
      const field = `${FIELD}.principal_components.variance_share`;
      checkNumbers([{ field, value: varianceShare, min: 0, max: 1 }]);
      return { kind: "principal-components", varianceShare };
    }
    default:
      return refuse("REQUEST_INVALID", FIELD, "choose stepwise or principal_components");
  }
}
