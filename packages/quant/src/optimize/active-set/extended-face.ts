import { ExtendedSystem } from "../critical-line/extended-system.ts";
import { certify, objectiveOf } from "./certify.ts";
import type { QuadraticProgram, QuadraticProgramOptimum } from "./quadratic-program.ts";
import { type ScaledProgram, scaleProgram, USUAL_SCALING } from "./scaled-program.ts";

// So many variables and rows are solved for in milliseconds.
const ITEMS_MAX = 72;

/**
 * Solves for the optimum of the working set that an answer names, with 31 digits and without the
 * proximal term.
 *
 * @param size - The unit of x.
 * @returns Nothing where the program is large or the working set does not determine x. The answer
 *   may leave the limits: its certificate tells.
 */
export function solveFace(
  program: QuadraticProgram,
  { workingSet, certificate }: QuadraticProgramOptimum,
  size: number | undefined,
): QuadraticProgramOptimum | undefined {
  if (size === undefined || workingSet.length > ITEMS_MAX) {
    return undefined;
  }
  const scaled = scaleProgram(program, { ...USUAL_SCALING, size });
  const face = new ExtendedSystem(
    problemOf(scaled),
    workingSet.slice(),
    new Float64Array(scaled.n),
  );
  if (!face.solve()) {
    return undefined;
  }
  const { n, slope, rowSize } = scaled;
  const [constant, rate] = face.values;
  const { lower, upper } = program.system;
  const x = Float64Array.from({ length: n }, (_, j) =>
    Math.min(upper[j], Math.max(lower[j], size * (constant.high[j] + rate.high[j]))),
  );
  const prices = face.multipliers[0].high.map((price, item) => {
    const total = price + face.multipliers[1].high[item];
    const multiplier = item < n ? total * slope : (-total * slope) / rowSize[item - n];
    const isWrong = multiplier * workingSet[item] > 0 && !face.isEquality(item);
    return isWrong ? 0 : multiplier;
  });
  const multipliers = { bounds: prices.slice(0, n), rows: prices.slice(n) };
  return {
    status: "optimal",
    x,
    objective: objectiveOf(program, x),
    multipliers,
    certificate: certify(program, x, multipliers, certificate.iterations),
    workingSet,
  };
}

/** The program as ½w'Σw − λm'w at λ = 1. */
function problemOf(scaled: ScaledProgram) {
  const { n, m, matrix, width, columns, curvature, proximity, rows, linear } = scaled;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      covariance[i * n + j] = matrix[columns[i] * width + columns[j]];
    }
    covariance[i * (n + 1)] += curvature[i] - proximity[i];
  }
  return {
    assetCount: n,
    rowCount: m,
    covariance,
    mean: linear.map((slope) => -slope),
    system: {
      lower: scaled.lower.subarray(0, n),
      upper: scaled.upper.subarray(0, n),
      coefficients: rows,
      rowLower: scaled.lower.subarray(n),
      rowUpper: scaled.upper.subarray(n),
    },
  };
}
