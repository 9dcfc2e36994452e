import type { Matrix } from "../linalg/matrix.ts";

/** Pairs of rows of a matrix. */
export interface RowPairs {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/**
 * What one scenario of a block sees of the variables x: a row of a matrix, yₜ = (Rx)ₜ, the difference
 * of two rows, or one asset, yₜ = x(assets(t)) − anchor(t)·x(anchor column).
 */
export type Link =
  | { readonly kind: "matrix"; readonly matrix: Matrix }
  | { readonly kind: "pairs"; readonly matrix: Matrix; readonly pairs: RowPairs }
  | {
      readonly kind: "asset";
      readonly assets: Int32Array;
      readonly anchor?: { readonly column: number; readonly coefficients: Float64Array };
    };

/**
 * Where rows of a block have to lie. Rows follow each other in the order of the cones.
 *
 * - `nonnegative`: one row, at least 0 in every scenario.
 * - `norm`: one row; its Euclidean norm over all scenarios is at most the head, which is
 *   `offset + Σ coefficients·borders`.
 * - `lorentz`: three rows (a, b, c) with a ≥ √(b² + c²) in every scenario.
 * - `exponential`: three rows (a, b, c) with b·exp(a/b) ≤ c, b > 0 in every scenario.
 * - `power`: three rows (a, b, c) with a^α·b^(1−α) ≥ |c| in every scenario.
 */
export type RowCone =
  | { readonly kind: "nonnegative" }
  | { readonly kind: "norm"; readonly offset: number; readonly coefficients: Float64Array }
  | { readonly kind: "lorentz" }
  | { readonly kind: "exponential" }
  | { readonly kind: "power"; readonly exponent: number };

/**
 * Conic rows that look alike in every scenario t = 1 … T:
 *
 *     s(t, r) = offset(r) + link(r)·(yₜ − shift(t)) + Σⱼ local(r, j)·u(t, j) + Σᵦ border(r, b)·βᵦ
 *
 * has to lie in the block's cones. The locals u belong to their scenario alone, the borders β are
 * shared by all of them. This shape is all the solver needs to eliminate the locals one scenario at
 * a time, so a block costs T·n² operations an iteration and no more.
 */
export interface ConicBlock {
  readonly link: Link;
  /** T, the number of scenarios. */
  readonly scenarios: number;
  readonly cones: readonly RowCone[];
  /** Length m, the number of rows in a scenario. */
  readonly linkCoefficients: Float64Array;
  /** k, the number of locals of a scenario. */
  readonly locals: number;
  /** Shape (m, k). */
  readonly localCoefficients: Float64Array;
  /** Indices of the borders that the rows use, as `ConicBuilder.addBorder` gives them. */
  readonly borders: readonly number[];
  /** Shape (m, number of borders used). */
  readonly borderCoefficients: Float64Array;
  /** Length m, the same in every scenario. */
  readonly offsets: Float64Array;
  /** Taken from yₜ, length T. Absent means 0. */
  readonly shift?: Float64Array;
  /**
   * Makes the last local a path in time: in this row, which is a cone of its own and the only one
   * that sees the weights, the last local of the scenario before is subtracted, 0 before the first.
   */
  readonly stepRow?: number;
}

/** Gives the number of rows that a cone takes in every scenario. */
export function coneRows(cone: RowCone): number {
  return cone.kind === "nonnegative" || cone.kind === "norm" ? 1 : 3;
}

/** An affine function of all variables: offset + a'x + Σ cᵦ·βᵦ + Σ weights·locals. */
export interface AffineExpression {
  readonly offset?: number;
  /** Length n. */
  readonly assets?: Float64Array;
  /** Border and coefficient. */
  readonly borders?: readonly (readonly [border: number, coefficient: number])[];
  readonly locals?: readonly LocalWeights[];
}

/** Coefficients of all locals of one block, shape (T, k). */
export interface LocalWeights {
  readonly block: number;
  readonly weights: Float64Array;
}

/** A single row: an affine function that is 0, or at least 0. */
export interface ConicRow {
  readonly kind: "zero" | "nonnegative";
  readonly expression: AffineExpression;
}

/** Multiplies an expression by a factor. */
export function scaleExpression(expression: AffineExpression, factor: number): AffineExpression {
  const { offset = 0, assets, borders, locals } = expression;
  return {
    offset: offset * factor,
    ...(assets === undefined ? {} : { assets: assets.map((value) => value * factor) }),
    ...(borders === undefined
      ? {}
      : { borders: borders.map(([border, value]) => [border, value * factor] as const) }),
    ...(locals === undefined
      ? {}
      : {
          locals: locals.map(({ block, weights }) => ({
            block,
            weights: weights.map((value) => value * factor),
          })),
        }),
  };
}
