import { ArgumentError } from "../errors.ts";

/** A range that a number must lie in; equal ends make an equality. */
export interface Limits {
  /** Smallest value, or -Infinity for none. */
  readonly lower: number;
  /** Largest value, or Infinity for none. */
  readonly upper: number;
}

/** Limits on a weighted sum of weights, lower ≤ a'w ≤ upper. */
export interface LinearRow extends Limits {
  /** What the sum is called in messages, such as `group tech` or `AAPL − 2·MSFT`. */
  readonly name: string;
  /** Indices of the assets that count, distinct. */
  readonly assets: readonly number[];
  /**
   * Coefficient aᵢ of each of them: 0, or from 1e-6 of the largest upward. Numerics cannot tell
   * smaller ones from rounding.
   */
  readonly coefficients: readonly number[];
}

const SMALLEST_SHARE = 1e-6;

/** Limits the sum of some assets' weights. */
export function groupRow(name: string, members: readonly number[], limits: Limits): LinearRow {
  const { lower, upper } = limits;
  return { name, assets: members, coefficients: members.map(() => 1), lower, upper };
}

/**
 * Limits a weighted sum of all weights, such as an exposure or the expected return. Coefficients
 * below 1e-6 of the largest are left out.
 */
export function denseRow(
  name: string,
  coefficients: ArrayLike<number>,
  { lower, upper }: Limits,
): LinearRow {
  const values = Array.from(coefficients);
  const size = values.reduce((largest, a) => Math.max(largest, Math.abs(a)), 0);
  const assets = [...values.keys()].filter(
    (i) => Number.isNaN(values[i]) || Math.abs(values[i]) > SMALLEST_SHARE * size,
  );
  return { name, assets, coefficients: assets.map((i) => values[i]), lower, upper };
}

/** Computes a'w. */
export function rowValue({ assets, coefficients }: LinearRow, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < assets.length; k++) {
    sum += coefficients[k] * weights[assets[k]];
  }
  return sum;
}

/** Finds the least and the greatest a'w within bounds of the assets. */
export function attainableRange(
  { assets, coefficients }: LinearRow,
  lower: Float64Array,
  upper: Float64Array,
): Limits {
  let least = 0;
  let most = 0;
  for (let k = 0; k < assets.length; k++) {
    const [a, i] = [coefficients[k], assets[k]];
    least += a * (a > 0 ? lower[i] : upper[i]);
    most += a * (a > 0 ? upper[i] : lower[i]);
  }
  return { lower: least, upper: most };
}

/** Finds the largest |aᵢ|; 1 where all are 0. */
export function rowSize({ coefficients }: LinearRow): number {
  return coefficients.reduce((size, a) => Math.max(size, Math.abs(a)), 0) || 1;
}

/**
 * Checks that a row makes sense by itself.
 *
 * @throws {ArgumentError} A limit is NaN or infinite on the wrong side, a coefficient is missing
 *   or not finite, the row names an asset twice or one that does not exist, or its
 *   coefficients are of very different size.
 */
export function checkRow(row: LinearRow, assetCount: number): void {
  const { name, assets, coefficients, lower, upper } = row;
  if (!(lower < Number.POSITIVE_INFINITY && upper > Number.NEGATIVE_INFINITY)) {
    throw new ArgumentError(`limits of ${name} are ${lower} and ${upper}`);
  }
  if (assets.length !== coefficients.length) {
    throw new ArgumentError(
      `${name} has ${coefficients.length} coefficients for ${assets.length} assets`,
    );
  }
  const seen = new Set<number>();
  for (const [k, asset] of assets.entries()) {
    if (!(Number.isInteger(asset) && asset >= 0 && asset < assetCount)) {
      throw new ArgumentError(`${name} names asset ${asset} of ${assetCount}`);
    }
    if (seen.has(asset)) {
      throw new ArgumentError(`${name} names asset ${asset} twice`);
    }
    if (!Number.isFinite(coefficients[k])) {
      throw new ArgumentError(`${name} has a coefficient of ${coefficients[k]}, not finite`);
    }
    seen.add(asset);
  }
  const size = rowSize(row);
  const smallest = coefficients.findIndex((a) => a !== 0 && Math.abs(a) < SMALLEST_SHARE * size);
  if (smallest !== -1) {
    throw new ArgumentError(
      `${name} has a coefficient of ${coefficients[smallest]} beside one of ${size}: ` +
        `too small to tell from rounding, leave it out`,
    );
  }
}
