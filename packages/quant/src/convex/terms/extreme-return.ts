import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { checkScenarios, portfolioReturns, type Scenarios, typicalSize } from "./scenarios.ts";

/** The largest loss over all scenarios, as a fraction; probabilities do not matter. */
export interface WorstRealizationTerm extends Scenarios {
  readonly kind: "worst-realization";
}

/** The largest return over all scenarios; with the worst realization it makes the range. */
export interface BestRealizationTerm extends Scenarios {
  readonly kind: "best-realization";
}

export const worstRealizationForm: TermForm<WorstRealizationTerm> = {
  check: checkScenarios,
  compile: (term, builder) => addExtreme(term, 1, builder),
  value: (term, x) => portfolioReturns(term, x).reduce((most, y) => Math.max(most, -y), -Infinity),
};

export const bestRealizationForm: TermForm<BestRealizationTerm> = {
  check: checkScenarios,
  compile: (term, builder) => addExtreme(term, -1, builder),
  value: (term, x) => portfolioReturns(term, x).reduce((most, y) => Math.max(most, y), -Infinity),
};

/** Adds a border τ with τ + sign·yₜ ≥ 0 in every scenario. */
function addExtreme({ returns }: Scenarios, sign: 1 | -1, builder: ConicBuilder) {
  const unit = typicalSize(returns) * builder.unit;
  const extreme = builder.addBorder();
  builder.addBlock({
    matrix: returns,
    cones: [{ kind: "nonnegative" }],
    linkCoefficients: Float64Array.of(sign / unit),
    locals: 0,
    localCoefficients: new Float64Array(),
    borders: [[extreme, [1]]],
    offsets: new Float64Array(1),
  });
  return { borders: [[extreme, unit]] as const };
}
