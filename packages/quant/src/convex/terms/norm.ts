import { ArgumentError } from "../../errors.ts";
import { type Matrix, multiplyVector, requireFinite } from "../../linalg/matrix.ts";
import type { TermForm } from "../term.ts";
import { typicalSize } from "./scenarios.ts";

/**
 * The Euclidean norm ‖F(x − center)‖: standard deviation and tracking error where F'F is a
 * covariance, the radius of an ellipsoidal uncertainty set, the root of a quadratic form.
 */
export interface NormTerm {
  readonly kind: "norm";
  /** F, shape (any, n). */
  readonly matrix: Matrix;
  /** Length n. Absent means 0. */
  readonly center?: Float64Array;
}

/** t ≥ ‖F(x − center)‖, one second-order cone. */
export const normForm: TermForm<NormTerm> = {
  check(term, variables) {
    const { matrix, center } = term;
    if (matrix.cols !== variables || matrix.values.length !== matrix.rows * matrix.cols) {
      throw new ArgumentError(`matrix has ${matrix.cols} columns for ${variables} variables`);
    }
    requireFinite(matrix.values, "matrix");
    if (center !== undefined) {
      if (center.length !== variables) {
        throw new ArgumentError(`center has ${center.length} entries, not ${variables}`);
      }
      requireFinite(center, "center");
    }
  },

  compile(term, builder) {
    const { matrix, center } = term;
    const size = builder.addBorder();
    const unit = typicalSize(matrix) * builder.unit;
    builder.addBlock({
      matrix,
      cones: [{ kind: "norm", offset: 0, coefficients: Float64Array.of(1) }],
      linkCoefficients: Float64Array.of(1 / unit),
      locals: 0,
      localCoefficients: new Float64Array(),
      borders: [[size, [0]]],
      offsets: new Float64Array(1),
      ...(center === undefined ? {} : { shift: multiplyVector(matrix, center) }),
    });
    return { borders: [[size, unit]] };
  },

  value({ matrix, center }, x) {
    const away = center === undefined ? x : x.map((value, i) => value - center[i]);
    return euclideanNorm(multiplyVector(matrix, away));
  },
};

/** Computes ‖v‖ without overflow. */
export function euclideanNorm(v: Float64Array): number {
  let most = 0;
  for (let i = 0; i < v.length; i++) {
    most = Math.max(most, Math.abs(v[i]));
  }
  if (most === 0) {
    return 0;
  }
  let sum = 0;
  for (let i = 0; i < v.length; i++) {
    sum += (v[i] / most) ** 2;
  }
  return most * Math.sqrt(sum);
}
