import type { Matrix } from "../../linalg/matrix.ts";
import type { AffineExpression, LocalWeights } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { LossRows } from "./loss-rows.ts";

/** Returns y of the assets; a loss is −y, or y where the measure is of gains. */
export interface ReturnSource {
  readonly matrix: Matrix;
  readonly isGain: boolean;
  /** Size of a loss. */
  readonly unit: number;
}

/** Adds rows on the losses −yₜ, and gives the measure. */
export function compileReturnLosses(
  rows: LossRows,
  { matrix, isGain, unit }: ReturnSource,
  builder: ConicBuilder,
): AffineExpression {
  const sign = isGain ? 1 : -1;
  const locals = rows.locals[0]?.length ?? 0;
  const block = builder.addBlock({
    matrix,
    cones: rows.cones,
    linkCoefficients: Float64Array.from(rows.losses, (loss) => (sign * loss) / unit),
    locals,
    localCoefficients: Float64Array.from(rows.locals.flat()),
    borders: rows.borders,
    offsets: new Float64Array(rows.losses.length),
  });
  addCover(rows, { block, weights: rows.cover?.weights ?? new Float64Array() }, builder);
  return {
    borders: rows.borderWeights.map(([border, weight]) => [border, weight * unit] as const),
    ...(rows.localWeights === undefined
      ? {}
      : { locals: [{ block, weights: rows.localWeights.map((weight) => weight * unit) }] }),
  };
}

/**
 * Adds rows on the drawdowns dₜ ≥ max(dₜ₋₁ − yₜ, 0), a path of locals, and gives the measure, which
 * must not fall as drawdowns grow.
 */
export function compileDrawdownLosses(
  rows: LossRows,
  { matrix, unit }: Omit<ReturnSource, "isGain">,
  builder: ConicBuilder,
): AffineExpression {
  const own = rows.locals[0]?.length ?? 0;
  const locals = own + 1;
  const stepRow = rows.losses.length + 1;
  const none = new Array<number>(own).fill(0);
  const localCoefficients = Float64Array.from([
    ...rows.locals.flatMap((row, r) => [...row, rows.losses[r]]),
    ...[...none, 1],
    ...[...none, 1],
  ]);
  const linkCoefficients = new Float64Array(stepRow + 1);
  linkCoefficients[stepRow] = 1 / unit;
  const block = builder.addBlock({
    matrix,
    cones: [...rows.cones, { kind: "nonnegative" }, { kind: "nonnegative" }],
    linkCoefficients,
    locals,
    localCoefficients,
    borders: rows.borders.map(([border, values]) => [border, [...values, 0, 0]] as const),
    offsets: new Float64Array(stepRow + 1),
    stepRow,
  });
  const spread = (weights: Float64Array | undefined) =>
    spreadWeights(weights, rows.lossWeights, own, matrix.rows);
  addCover(
    rows,
    { block, weights: spreadWeights(rows.cover?.weights, undefined, own, matrix.rows) },
    builder,
  );
  return {
    borders: rows.borderWeights.map(([border, weight]) => [border, weight * unit] as const),
    locals: [{ block, weights: spread(rows.localWeights).map((weight) => weight * unit) }],
  };
}

/** Puts weights of a scenario's own locals, and of its loss, into one vector of shape (T, own + 1). */
function spreadWeights(
  own: Float64Array | undefined,
  losses: Float64Array | undefined,
  count: number,
  scenarios: number,
): Float64Array {
  const weights = new Float64Array(scenarios * (count + 1));
  for (let t = 0; t < scenarios; t++) {
    for (let j = 0; own !== undefined && j < count; j++) {
      weights[t * (count + 1) + j] = own[t * count + j];
    }
    weights[t * (count + 1) + count] = losses?.[t] ?? 0;
  }
  return weights;
}

function addCover(
  { cover }: LossRows,
  { block, weights }: LocalWeights,
  builder: ConicBuilder,
): void {
  if (cover !== undefined) {
    builder.addRow("nonnegative", {
      borders: [[cover.border, 1]],
      locals: [{ block, weights: weights.map((weight) => -weight) }],
    });
  }
}
