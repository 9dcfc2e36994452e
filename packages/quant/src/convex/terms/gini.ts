import type { Matrix } from "../../linalg/matrix.ts";
import { requireMeasure } from "../../risk/measures/checks.ts";
import { measureRisk } from "../../risk/measures/measure-risk.ts";
import type { AffineExpression, RowPairs } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
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

/** Pairs in the order (0, 1), (0, 2), … */
export const giniForm: TermForm<GiniTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireMeasure(GINI, probabilitiesOf(term));
  },

  compile(term, builder) {
    return compilePairs(term, allPairs(term.returns.rows), builder);
  },

  value(term, x) {
    return measureRisk(GINI, portfolioReturns(term, x), probabilitiesOf(term));
  },
};

/** Adds Σ weight·|yₛ − yₜ| of some pairs, with one local a ≥ |yₛ − yₜ| a pair. */
export function compilePairs(
  scenarios: Scenarios,
  pairs: RowPairs,
  builder: ConicBuilder,
): AffineExpression {
  const { returns } = scenarios;
  const unit = typicalSize(returns) * builder.unit;
  const isFew = pairs.first.length <= FEW_PAIRS * returns.rows;
  const block = builder.addBlock({
    ...(isFew ? { matrix: differences(returns, pairs) } : { matrix: returns, pairs }),
    cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
    linkCoefficients: Float64Array.of(1 / unit, -1 / unit),
    locals: 1,
    localCoefficients: Float64Array.of(1, 1),
    offsets: new Float64Array(2),
  });
  return { locals: [{ block, weights: pairWeights(scenarios, pairs).map((w) => w * unit) }] };
}

// Up to this many pairs a scenario their differences are cheaper as rows of a matrix.
const FEW_PAIRS = 2;

function differences({ cols, values }: Matrix, { first, second }: RowPairs): Matrix {
  const rows = first.length;
  const out = new Float64Array(rows * cols);
  for (let p = 0; p < rows; p++) {
    for (let j = 0; j < cols; j++) {
      out[p * cols + j] = values[first[p] * cols + j] - values[second[p] * cols + j];
    }
  }
  return { rows, cols, values: out };
}

/** Gives what |yₛ − yₜ| weighs in the mean difference. */
export function pairWeights(scenarios: Scenarios, { first, second }: RowPairs): Float64Array {
  const probabilities = probabilitiesOf(scenarios);
  let squares = 0;
  for (let t = 0; t < probabilities.length; t++) {
    squares += probabilities[t] * probabilities[t];
  }
  return Float64Array.from(
    first,
    (s, p) => (2 * probabilities[s] * probabilities[second[p]]) / (1 - squares),
  );
}

function allPairs(count: number): RowPairs {
  const first = new Int32Array((count * (count - 1)) / 2);
  const second = new Int32Array(first.length);
  let pair = 0;
  for (let s = 0; s < count; s++) {
    for (let t = s + 1; t < count; t++) {
      first[pair] = s;
      second[pair] = t;
      pair++;
    }
  }
  return { first, second };
}
