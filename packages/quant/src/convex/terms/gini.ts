import type { Matrix } from "../../linalg/matrix.ts";
import { requireMeasure } from "../../risk/measures/checks.ts";
import { measureRisk } from "../../risk/measures/measure-risk.ts";
import type { TermForm } from "../term.ts";
import {
  checkScenarios,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** Gini's mean difference, Σ 2pₛpₜ|yₛ − yₜ| / (1 − Σ pₜ²) over pairs s < t. */
export interface GiniTerm extends Scenarios {
  readonly kind: "gini-mean-difference";
}

const GINI = { kind: "gini-mean-difference" } as const;

/** One local a ≥ |yₛ − yₜ| a pair. */
export const giniForm: TermForm<GiniTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireMeasure(GINI, probabilitiesOf(term));
  },

  compile(term, builder) {
    const { matrix, weights } = pairsOf(term.returns, probabilitiesOf(term));
    const unit = typicalSize(matrix) * builder.unit;
    const block = builder.addBlock({
      matrix,
      cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
      linkCoefficients: Float64Array.of(1 / unit, -1 / unit),
      locals: 1,
      localCoefficients: Float64Array.of(1, 1),
      offsets: new Float64Array(2),
    });
    return { locals: [{ block, weights: weights.map((weight) => weight * unit) }] };
  },

  value(term, x) {
    return measureRisk(GINI, portfolioReturns(term, x), probabilitiesOf(term));
  },
};

/** Makes the differences of all pairs of scenarios, and what each weighs. */
function pairsOf({ rows, cols, values }: Matrix, probabilities: Float64Array) {
  let squares = 0;
  for (let t = 0; t < rows; t++) {
    squares += probabilities[t] * probabilities[t];
  }
  const count = (rows * (rows - 1)) / 2;
  const differences = new Float64Array(count * cols);
  const weights = new Float64Array(count);
  let pair = 0;
  for (let s = 0; s < rows; s++) {
    for (let t = s + 1; t < rows; t++) {
      for (let j = 0; j < cols; j++) {
        differences[pair * cols + j] = values[s * cols + j] - values[t * cols + j];
      }
      weights[pair] = (2 * probabilities[s] * probabilities[t]) / (1 - squares);
      pair++;
    }
  }
  return { matrix: { rows: count, cols, values: differences }, weights };
}
