import { ArgumentError } from "../errors.ts";
import { drawSubset } from "../random/draw-subset.ts";
import { randomSource } from "../random/xoshiro.ts";
import { type WalkForwardRows, type WalkForwardSplit, walkForward } from "./walk-forward.ts";

/** Many walks over random assets and times. */
export interface RandomizedPlan {
  readonly rowCount: number;
  readonly assetCount: number;
  readonly sampleCount: number;
  /** Assets of each sample, drawn without replacement. */
  readonly assetsPerSample: number;
  /** Consecutive rows of each sample. */
  readonly rowsPerSample: number;
  /** The walk within a sample. */
  readonly walk: Omit<WalkForwardRows, "rowCount">;
  /** Any integer; its low 32 bits count. */
  readonly seed: number;
}

/** A part of the assets over a part of the time. */
export interface RandomizedSample {
  /** Column numbers, ascending. */
  readonly assets: Int32Array;
  /** Splits in rows of the whole. */
  readonly splits: readonly WalkForwardSplit[];
}

// Draws of a set that was drawn before are thrown away: few as long as sets are many.
const DRAWS_PER_SAMPLE_MAX = 1000;

/**
 * Draws random sets of assets and random windows of time, with a walk forward in each.
 *
 * The same set of assets is not drawn twice, as long as there are others.
 *
 * @throws {ArgumentError} A number is not valid, or a sample holds no split.
 * @see Palomar (2025), "Portfolio Optimization: Theory and Application", section 8.4.3
 */
export function randomizedSplits(plan: RandomizedPlan): readonly RandomizedSample[] {
  checkPlan(plan);
  const uniform = randomSource(plan.seed);
  const splits = walkForward({ ...plan.walk, rowCount: plan.rowsPerSample });
  if (splits.length === 0) {
    throw new ArgumentError(`${plan.rowsPerSample} rows hold no training and test`);
  }
  const seen = new Set<string>();
  return Array.from({ length: plan.sampleCount }, () => {
    const offset = Math.floor(uniform() * (plan.rowCount - plan.rowsPerSample + 1));
    return {
      assets: freshSubset(plan, uniform, seen),
      splits: splits.map((split) => ({
        trainStart: split.trainStart + offset,
        trainEnd: split.trainEnd + offset,
        testStart: split.testStart + offset,
        testEnd: split.testEnd + offset,
      })),
    };
  });
}

function freshSubset(
  { assetCount, assetsPerSample }: RandomizedPlan,
  uniform: () => number,
  seen: Set<string>,
): Int32Array {
  let subset = drawSubset(assetCount, assetsPerSample, uniform).sort();
  for (let draw = 1; seen.has(subset.join()) && draw < DRAWS_PER_SAMPLE_MAX; draw++) {
    subset = drawSubset(assetCount, assetsPerSample, uniform).sort();
  }
  seen.add(subset.join());
  return subset;
}

function checkPlan(plan: RandomizedPlan): void {
  const { rowCount, rowsPerSample, assetCount, assetsPerSample, sampleCount } = plan;
  const isWhole = [rowCount, rowsPerSample, assetCount, assetsPerSample, sampleCount].every(
    (value) => Number.isInteger(value) && value >= 1,
  );
  if (!isWhole || rowsPerSample > rowCount || assetsPerSample > assetCount) {
    throw new ArgumentError(
      `${sampleCount} samples of ${rowsPerSample} × ${assetsPerSample} do not fit in ` +
        `${rowCount} × ${assetCount}`,
    );
  }
}
