import { ArgumentError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import {
  checkScenarios,
  demeanedReturns,
  expectation,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** Σ pₜ·max(target − yₜ, 0), the first lower partial moment; what Omega divides by. */
export interface LowerPartialMomentTerm extends Scenarios {
  readonly kind: "lower-partial-moment";
  /** As a fraction. */
  readonly target: number;
}

/**
 * √Σ pₜ·max(target − yₜ, 0)², the root of the second lower partial moment, without degrees of
 * freedom: the semideviation where the target is the portfolio's own mean.
 */
export interface DownsideDeviationTerm extends Scenarios {
  readonly kind: "downside-deviation";
  /** A fraction, or the portfolio's mean return. */
  readonly target: number | "mean";
}

/** Σ pₜ·|yₜ − ȳ|, the mean absolute deviation from the mean. */
export interface MeanAbsoluteDeviationTerm extends Scenarios {
  readonly kind: "mean-absolute-deviation";
}

/** uₜ ≥ 0 and uₜ ≥ target − yₜ. */
export const lowerPartialMomentForm: TermForm<LowerPartialMomentTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireTarget(term.target);
  },

  compile(term, builder) {
    const shift = new Float64Array(term.returns.rows).fill(term.target);
    return expectedShortfall(builder, term.returns, shift, probabilitiesOf(term));
  },

  value(term, x) {
    return expectation(term, portfolioReturns(term, x), (y) => Math.max(term.target - y, 0));
  },
};

/** Twice the expected shortfall below the mean: both sides of a mean weigh the same. */
export const meanAbsoluteDeviationForm: TermForm<MeanAbsoluteDeviationTerm> = {
  check: checkScenarios,

  compile(term, builder) {
    const twice = probabilitiesOf(term).map((p) => 2 * p);
    return expectedShortfall(builder, demeanedReturns(term), undefined, twice);
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const mean = expectation(term, returns, (y) => y);
    return expectation(term, returns, (y) => Math.abs(y - mean));
  },
};

/** Rows √pₜ·(yₜ − target) + uₜ ≥ 0, and ‖u‖ at most a border. */
export const downsideDeviationForm: TermForm<DownsideDeviationTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    if (term.target !== "mean") {
      requireTarget(term.target);
    }
  },

  compile(term, builder) {
    const base = term.target === "mean" ? demeanedReturns(term) : term.returns;
    const roots = probabilitiesOf(term).map(Math.sqrt);
    const matrix = scaleRows(base, roots);
    const { target } = term;
    const unit = typicalSize(base) * builder.unit;
    const size = builder.addBorder();
    builder.addBlock({
      matrix,
      cones: [
        { kind: "nonnegative" },
        { kind: "norm", offset: 0, coefficients: Float64Array.of(1) },
      ],
      linkCoefficients: Float64Array.of(1 / unit, 0),
      locals: 1,
      localCoefficients: Float64Array.of(1, 1),
      borders: [[size, [0, 0]]],
      offsets: new Float64Array(2),
      ...(target === "mean" ? {} : { shift: roots.map((root) => root * target) }),
    });
    return { borders: [[size, unit]] };
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const { target } = term;
    const floor = target === "mean" ? expectation(term, returns, (y) => y) : target;
    return Math.sqrt(expectation(term, returns, (y) => Math.max(floor - y, 0) ** 2));
  },
};

/** Adds Σ weightsₜ·max(shiftₜ − yₜ, 0). */
function expectedShortfall(
  builder: ConicBuilder,
  matrix: Matrix,
  shift: Float64Array | undefined,
  weights: Float64Array,
) {
  const unit = typicalSize(matrix) * builder.unit;
  const block = builder.addBlock({
    matrix,
    cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
    linkCoefficients: Float64Array.of(0, 1 / unit),
    locals: 1,
    localCoefficients: Float64Array.of(1, 1),
    offsets: new Float64Array(2),
    ...(shift === undefined ? {} : { shift }),
  });
  return { locals: [{ block, weights: weights.map((weight) => weight * unit) }] };
}

function scaleRows({ rows, cols, values }: Matrix, factors: Float64Array): Matrix {
  const scaled = new Float64Array(values.length);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      scaled[t * cols + j] = values[t * cols + j] * factors[t];
    }
  }
  return { rows, cols, values: scaled };
}

function requireTarget(target: number): void {
  if (!Number.isFinite(target)) {
    throw new ArgumentError(`target is ${target}, not finite`);
  }
}
