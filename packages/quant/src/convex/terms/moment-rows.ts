import type { RowCone } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";

/** The rows that the q-norm of deviations asks of each scenario. */
export interface MomentRows {
  readonly cones: readonly RowCone[];
  /** Coefficient of the scenario's deviation in each row. */
  readonly deviations: readonly number[];
  /** Coefficients of the scenario's locals in each row. */
  readonly locals: readonly (readonly number[])[];
  /** The border that, times the size, is the norm; where there is none, the norm is the sum of weighted locals. */
  readonly border?: { readonly index: number; readonly coefficients: readonly number[] };
  /** Whether the border has to be at least the sum of weighted locals. */
  readonly isCovered: boolean;
  /** Weights of a scenario's locals. */
  readonly weights: readonly number[];
}

/**
 * Writes the q-norm as rows, with a border of size 1 that stands for the norm of the given size.
 *
 * Deviations below the mean enter through a local e ≥ 0 with e ≥ −d.
 */
export function momentRows(
  {
    power,
    downside,
    center,
  }: {
    readonly power: number;
    readonly downside: boolean;
    readonly center: "mean" | number;
  },
  size: number,
  builder: ConicBuilder,
): MomentRows {
  if (power === 1) {
    return sumRows(downside, center);
  }
  if (power === 2) {
    return normRows(downside, size, builder);
  }
  return power === 4 ? squareRows(downside, size, builder) : powerRows(power, downside, builder);
}

/** Deviations from the mean sum to 0: those above it weigh what those below do. */
function sumRows(downside: boolean, center: "mean" | number): MomentRows {
  if (downside || center === "mean") {
    return {
      cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
      deviations: [0, 1],
      locals: [[1], [1]],
      isCovered: false,
      weights: [downside ? 1 : 2],
    };
  }
  return {
    cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
    deviations: [-1, 1],
    locals: [[1], [1]],
    isCovered: false,
    weights: [1],
  };
}

function normRows(downside: boolean, size: number, builder: ConicBuilder): MomentRows {
  const index = builder.addBorder();
  const norm: RowCone = { kind: "norm", offset: 0, coefficients: Float64Array.of(size) };
  if (!downside) {
    return {
      cones: [norm],
      deviations: [1],
      locals: [[]],
      border: { index, coefficients: [0] },
      isCovered: false,
      weights: [],
    };
  }
  return {
    cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }, norm],
    deviations: [0, 1, 0],
    locals: [[1], [1], [1]],
    border: { index, coefficients: [0, 0, 0] },
    isCovered: false,
    weights: [0],
  };
}

/** ‖q‖ ≤ s and qₜs ≥ dₜ², so that s ≥ (Σ dₜ⁴)^(1/4). */
function squareRows(downside: boolean, size: number, builder: ConicBuilder): MomentRows {
  const index = builder.addBorder();
  const cones: readonly RowCone[] = [
    { kind: "lorentz" },
    { kind: "norm", offset: 0, coefficients: Float64Array.of(size) },
  ];
  if (!downside) {
    return {
      cones,
      deviations: [0, 0, 2, 0],
      locals: [[1], [1], [0], [1]],
      border: { index, coefficients: [1, -1, 0, 0] },
      isCovered: false,
      weights: [0],
    };
  }
  return {
    cones: [...cones, { kind: "nonnegative" }, { kind: "nonnegative" }],
    deviations: [0, 0, 0, 0, 0, 1],
    locals: [
      [1, 0],
      [1, 0],
      [0, 2],
      [1, 0],
      [0, 1],
      [0, 1],
    ],
    border: { index, coefficients: [1, -1, 0, 0, 0, 0] },
    isCovered: false,
    weights: [0, 0],
  };
}

/** Σ uₜ ≤ s and uₜ^(1/q)·s^(1 − 1/q) ≥ |dₜ|, so that s ≥ (Σ |dₜ|^q)^(1/q). */
function powerRows(power: number, downside: boolean, builder: ConicBuilder): MomentRows {
  const index = builder.addBorder();
  const cone: RowCone = { kind: "power", exponent: 1 / power };
  if (!downside) {
    return {
      cones: [cone],
      deviations: [0, 0, 1],
      locals: [[1], [0], [0]],
      border: { index, coefficients: [0, 1, 0] },
      isCovered: true,
      weights: [1],
    };
  }
  return {
    cones: [cone, { kind: "nonnegative" }, { kind: "nonnegative" }],
    deviations: [0, 0, 0, 0, 1],
    locals: [
      [1, 0],
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    border: { index, coefficients: [0, 1, 0, 0, 0] },
    isCovered: true,
    weights: [1, 0],
  };
}
