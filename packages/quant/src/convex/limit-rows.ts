import { type AffineExpression, scaleExpression } from "./conic-block.ts";
import type { ConicBuilder } from "./conic-builder.ts";
import type { TermLimit } from "./program.ts";
import { compileTerm } from "./terms/term-forms.ts";
import { largestInRow } from "./variable-map.ts";

/** Where the row of a limit lies among the single rows, and what it was multiplied by. */
export interface LimitRow {
  readonly row: number;
  readonly scale: number;
}

/** Adds limit − ρ(x) ≥ 0 for every limited term. */
export function placeLimits(limits: readonly TermLimit[], builder: ConicBuilder): LimitRow[] {
  return limits.map(({ term, limit }) => {
    const value = compileTerm(term, builder);
    const size = coefficientSize(value, builder.unit);
    const scale = size > 0 ? 1 / size : 1;
    const expression = scaleExpression(value, -scale);
    const offset = (expression.offset ?? 0) + scale * limit;
    return { row: builder.addRow("nonnegative", { ...expression, offset }), scale };
  });
}

/** Finds the largest coefficient of an expression, with that of x in units of x. */
function coefficientSize({ assets, borders, locals }: AffineExpression, unit: number): number {
  let size = assets === undefined ? 0 : largestInRow(assets, 0, assets.length) * unit;
  for (const [, coefficient] of borders ?? []) {
    size = Math.max(size, Math.abs(coefficient));
  }
  for (const { weights } of locals ?? []) {
    size = Math.max(size, largestInRow(weights, 0, weights.length));
  }
  return size;
}
