import type { AffineExpression } from "./conic-block.ts";

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

/** Computes sum + factor·expression. */
export function addScaled(
  sum: AffineExpression,
  expression: AffineExpression,
  factor: number,
): AffineExpression {
  const scaled = scaleExpression(expression, factor);
  const assets =
    sum.assets === undefined || scaled.assets === undefined
      ? (sum.assets ?? scaled.assets)
      : addVectors(sum.assets, scaled.assets);
  return {
    offset: (sum.offset ?? 0) + (scaled.offset ?? 0),
    ...(assets === undefined ? {} : { assets }),
    borders: [...(sum.borders ?? []), ...(scaled.borders ?? [])],
    locals: [...(sum.locals ?? []), ...(scaled.locals ?? [])],
  };
}

function addVectors(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((value, i) => value + y[i]);
}
