import { ArgumentError, normalSource, randomSource } from "@portfolio/quant";
import { streamSeed } from "../stream-seed.ts";

/** A number that is searched for. */
export interface SearchRange {
  readonly min: number;
  /** At least `min`. */
  readonly max: number;
  /** Whether it is the ratio of two values that matters; then `min` is positive. */
  readonly isLogarithmic: boolean;
  readonly isInteger: boolean;
}

/** Values that were tried, and how they did. */
export interface SearchedTrial {
  /** One per range. */
  readonly values: readonly number[];
  /** Less is better. */
  readonly loss: number;
}

/** Trials that are drawn evenly, before what did well is known. */
const EVEN_TRIALS = 8;
/** Share of the trials that count as good. */
const GOOD_SHARE = 0.25;
/** Values drawn near good ones, of which the most promising is taken. */
const CANDIDATES = 24;
/** Least width of a kernel, as a share of the range. */
const WIDTH_MIN = 0.05;

/**
 * Draws the values of the next trial: evenly at first, then near the quarter of the trials that did
 * best, where good ones are dense in comparison with the others. Each number is drawn by itself.
 *
 * @param known - Trials that have ended, in any order that is always the same.
 * @param number - Number of the trial: the same gives the same values, given the same trials.
 * @throws {ArgumentError} A range is empty, or a logarithmic one is not positive.
 * @see Bergstra, Bardenet, Bengio & Kégl (2011), "Algorithms for Hyper-Parameter Optimization", section 4
 */
export function sampleTrial(
  ranges: readonly SearchRange[],
  known: readonly SearchedTrial[],
  seed: number,
  number: number,
): number[] {
  const draw = randomSource(streamSeed(seed, number));
  const normal = normalSource(draw);
  const ordered = known.filter(({ loss }) => Number.isFinite(loss)).sort((a, b) => a.loss - b.loss);
  const goodCount = Math.max(1, Math.ceil(GOOD_SHARE * ordered.length));
  return ranges.map((range, k) => {
    requireRange(range);
    if (ordered.length < EVEN_TRIALS) {
      return fromUnit(range, draw());
    }
    const units = ordered.map(({ values }) => toUnit(range, values[k]));
    const [good, rest] = [units.slice(0, goodCount), units.slice(goodCount)];
    const width = Math.max(WIDTH_MIN, 1 / (1 + good.length));
    let best = { unit: 0.5, promise: Number.NEGATIVE_INFINITY };
    for (let c = 0; c < CANDIDATES; c++) {
      const center = good[Math.floor(draw() * good.length)];
      const unit = Math.max(0, Math.min(1, center + width * normal()));
      const promise = Math.log(density(good, unit, width)) - Math.log(density(rest, unit, width));
      best = promise > best.promise ? { unit, promise } : best;
    }
    return fromUnit(range, best.unit);
  });
}

/** Density of normal kernels at the points, mixed with an even one. */
function density(points: readonly number[], at: number, width: number): number {
  const sum = points.reduce((total, x) => total + Math.exp(-0.5 * ((at - x) / width) ** 2), 0);
  return (1 + sum / (width * Math.sqrt(2 * Math.PI))) / (1 + points.length);
}

function toUnit({ min, max, isLogarithmic }: SearchRange, value: number): number {
  if (min === max) {
    return 0;
  }
  return isLogarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

function fromUnit({ min, max, isLogarithmic, isInteger }: SearchRange, unit: number): number {
  const value = isLogarithmic ? min * (max / min) ** unit : min + unit * (max - min);
  return Math.max(min, Math.min(max, isInteger ? Math.round(value) : value));
}

function requireRange({ min, max, isLogarithmic }: SearchRange): void {
  if (
    !(Number.isFinite(min) && Number.isFinite(max) && min <= max && !(isLogarithmic && min <= 0))
  ) {
    throw new ArgumentError(`a range of ${min} to ${max}${isLogarithmic ? ", logarithmic" : ""}`);
  }
}
