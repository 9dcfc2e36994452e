import { ArgumentError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { type MomentRows, momentRows } from "./moment-rows.ts";
import {
  checkScenarios,
  demeanedReturns,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/**
 * The norm (Σ pₜ|dₜ|^q / divisor)^(1/q) of the deviations dₜ of returns from their mean, or from a
 * threshold; of those below it alone with `downside`.
 */
export interface MomentTerm extends Scenarios {
  readonly kind: "moment";
  /** q: 1, or even. */
  readonly power: number;
  readonly downside: boolean;
  /** What deviations are from; "mean" is the mean of the scenarios. */
  readonly center: "mean" | number;
  /** Above 0; 1 − Σ pₜ² corrects for the mean being estimated. */
  readonly divisor: number;
}

const POWER_MAX = 100;

/**
 * Deviations are scaled by (pₜ/divisor)^(1/q), and their plain q-norm taken: a sum for q = 1, a norm
 * cone for q = 2, for q = 4 the norm of qₜ with qₜs ≥ dₜ², and power cones beyond.
 */
export const momentForm: TermForm<MomentTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    const { power, divisor, center } = term;
    if (!(power === 1 || (power % 2 === 0 && power > 0 && power <= POWER_MAX))) {
      throw new ArgumentError(`power of a moment is ${power}, not 1 or even and at most 100`);
    }
    if (!(divisor > 0 && divisor < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`divisor of a moment is ${divisor}, not positive and finite`);
    }
    if (center !== "mean" && !Number.isFinite(center)) {
      throw new ArgumentError(`threshold of a moment is ${center}, not finite`);
    }
  },

  compile(term, builder) {
    const scales = scalesOf(term);
    const source = term.center === "mean" ? deviationsOf(term) : term.returns;
    const matrix = scaleRows(source, scales);
    const unit = typicalSize(matrix) * builder.unit;
    const size = sizeOfNorm(term);
    const { center } = term;
    const shift = center === "mean" || center === 0 ? undefined : scales.map((s) => s * center);
    return compileMoment(momentRows(term, size, builder), { matrix, unit, size, shift }, builder);
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const probabilities = probabilitiesOf(term);
    let center = term.center === "mean" ? 0 : term.center;
    for (let t = 0; term.center === "mean" && t < returns.length; t++) {
      center += probabilities[t] * returns[t];
    }
    const deviations = returns.map((y) => (term.downside ? Math.min(y - center, 0) : y - center));
    return powerNorm(deviations, probabilities, term);
  },
};

// Deviations of a constant return are rounding.
const DEVIATION_ROUNDING = 1e-15;

/** Gives the deviations from the means, 0 where they are rounding. */
export function deviationsOf(term: MomentTerm): Matrix {
  const { rows, cols, values } = term.returns;
  const largest = new Float64Array(cols);
  for (let i = 0; i < values.length; i++) {
    largest[i % cols] = Math.max(largest[i % cols], Math.abs(values[i]));
  }
  const demeaned = demeanedReturns(term);
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(demeaned.values[i]) <= DEVIATION_ROUNDING * rows * largest[i % cols]) {
      demeaned.values[i] = 0;
    }
  }
  return demeaned;
}

function powerNorm(
  deviations: Float64Array,
  probabilities: Float64Array,
  { power, divisor }: MomentTerm,
): number {
  let largest = 0;
  for (let t = 0; t < deviations.length; t++) {
    largest = Math.max(largest, Math.abs(deviations[t]));
  }
  let sum = 0;
  for (let t = 0; t < deviations.length && largest > 0; t++) {
    sum += probabilities[t] * Math.abs(deviations[t] / largest) ** power;
  }
  return largest * (sum / divisor) ** (1 / power);
}

function scalesOf(term: MomentTerm): Float64Array {
  return probabilitiesOf(term).map((p) => (p / term.divisor) ** (1 / term.power));
}

/** Says how many times a typical scaled deviation the norm is. */
function sizeOfNorm({ returns, power }: MomentTerm): number {
  return returns.rows ** (1 / power);
}

function scaleRows({ rows, cols, values }: Matrix, scales: Float64Array): Matrix {
  return { rows, cols, values: values.map((value, i) => value * scales[Math.floor(i / cols)]) };
}

interface MomentSource {
  readonly matrix: Matrix;
  /** Size of a scaled deviation. */
  readonly unit: number;
  /** Size of the norm in that unit. */
  readonly size: number;
  readonly shift: Float64Array | undefined;
}

function compileMoment(
  rows: MomentRows,
  { matrix, unit, size, shift }: MomentSource,
  builder: ConicBuilder,
) {
  const locals = rows.locals[0]?.length ?? 0;
  const block = builder.addBlock({
    matrix,
    cones: rows.cones,
    linkCoefficients: Float64Array.from(rows.deviations, (value) => value / unit),
    locals,
    localCoefficients: Float64Array.from(rows.locals.flat()),
    borders:
      rows.border === undefined
        ? []
        : [[rows.border.index, rows.border.coefficients.map((value) => value * size)]],
    offsets: new Float64Array(rows.deviations.length),
    ...(shift === undefined ? {} : { shift }),
  });
  const repeat = (weights: readonly number[]) =>
    Float64Array.from({ length: matrix.rows * locals }, (_, i) => weights[i % locals]);
  if (rows.border === undefined) {
    return { locals: [{ block, weights: repeat(rows.weights.map((w) => w * unit)) }] };
  }
  if (rows.isCovered) {
    builder.addRow("nonnegative", {
      borders: [[rows.border.index, size]],
      locals: [{ block, weights: repeat(rows.weights.map((w) => -w)) }],
    });
  }
  return { borders: [[rows.border.index, unit * size] as const] };
}
