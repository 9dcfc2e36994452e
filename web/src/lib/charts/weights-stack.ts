import type { ColorSlot } from "../colors.ts";
import { type FrontierModel, weightsAt } from "../frontier/frontier.ts";

/** One color of a stack: an asset, or all assets without a color of their own. */
export interface WeightLayer {
  /** Undefined for "Other". */
  readonly symbol: string | undefined;
  readonly slot: ColorSlot;
  /** Weight at each position, summed over the assets of the layer, as fractions. */
  readonly weights: Float64Array;
  /** The part at or above zero, and the part below if there is one. */
  readonly bands: readonly WeightBand[];
}

/** An area between two lines, as fractions of the portfolio, one entry per position. */
export interface WeightBand {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

export interface WeightStack {
  readonly layers: readonly WeightLayer[];
  /** Lowest and highest edge of all bands, as fractions. */
  readonly low: number;
  readonly high: number;
}

// A weight that never reaches this is rounding of 0, and no eye could see its band.
const VISIBLE_MIN = 1e-4;

/**
 * Stacks weights along the frontier: long positions upward from zero, short ones downward.
 *
 * Layers go from the assets that matter near minimum variance to those that matter near the highest
 * return, so that bands cross as little as possible; "Other" is the last.
 *
 * @param positions - In [0, 1], rising.
 * @param slots - A color per symbol; those with null, or none, are summed up as "Other".
 */
export function stackWeights(
  model: FrontierModel,
  positions: Float64Array,
  slots: ReadonlyMap<string, ColorSlot>,
): WeightStack {
  const rows = Array.from(positions, (position) => weightsAt(model, position));
  const columns = model.symbols.map((symbol, i) => ({
    symbol,
    slot: slots.get(symbol) ?? null,
    weights: Float64Array.from(rows, (row) => row[i] ?? 0),
  }));
  const isVisible = (weights: Float64Array) => weights.some((w) => Math.abs(w) >= VISIBLE_MIN);
  const colored = columns
    .filter(({ slot, weights }) => slot !== null && isVisible(weights))
    .sort((a, b) => centroid(a.weights, positions) - centroid(b.weights, positions));
  const others = columns.filter(({ slot, weights }) => slot === null && isVisible(weights));
  const edges = {
    above: new Float64Array(positions.length),
    below: new Float64Array(positions.length),
  };
  const layers = colored.map(
    ({ symbol, slot, weights }): WeightLayer => ({
      symbol,
      slot,
      weights,
      bands: bandsOf([weights], edges),
    }),
  );
  if (others.length > 0) {
    const parts = others.map(({ weights }) => weights);
    const weights = positions.map((_, k) => parts.reduce((sum, part) => sum + (part[k] ?? 0), 0));
    layers.push({ symbol: undefined, slot: null, weights, bands: bandsOf(parts, edges) });
  }
  return {
    layers,
    low: edges.below.reduce((a, b) => Math.min(a, b), 0),
    high: edges.above.reduce((a, b) => Math.max(a, b), 0),
  };
}

/** Where along the frontier an asset's weight lies, on average, in [0, 1]. */
function centroid(weights: Float64Array, positions: Float64Array): number {
  let total = 0;
  let moment = 0;
  for (let k = 0; k < weights.length; k += 1) {
    const weight = Math.abs(weights[k] ?? 0);
    total += weight;
    moment += weight * (positions[k] ?? 0);
  }
  return moment / total;
}

/** Puts one layer on the stack and moves the stack's edges. */
function bandsOf(
  parts: readonly Float64Array[],
  edges: { readonly above: Float64Array; readonly below: Float64Array },
): WeightBand[] {
  const bands: WeightBand[] = [];
  const sum = (k: number, side: (weight: number) => number) =>
    parts.reduce((total, part) => total + side(part[k] ?? 0), 0);
  const up = edges.above.map((_, k) => sum(k, (weight) => Math.max(0, weight)));
  const down = edges.below.map((_, k) => sum(k, (weight) => Math.min(0, weight)));
  for (const [edge, added] of [
    [edges.above, up],
    [edges.below, down],
  ] as const) {
    if (added.some((weight) => Math.abs(weight) >= VISIBLE_MIN)) {
      const start = edge.slice();
      for (let k = 0; k < edge.length; k += 1) {
        edge[k] = (edge[k] ?? 0) + (added[k] ?? 0);
      }
      bands.push({ start, end: edge.slice() });
    }
  }
  return bands;
}
