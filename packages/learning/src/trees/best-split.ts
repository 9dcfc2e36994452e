import { type FeatureBins, MISSING_BIN } from "./feature-bins.ts";
import { FEATURE_LENGTH } from "./histogram.ts";

/** What limits the growth of a tree. */
export interface SplitRule {
  /** λ of the penalty ½λv² on a leaf's value. */
  readonly leafPenalty: number;
  /** Least gain of a split. */
  readonly gainMin: number;
  /** Least Σ of curvatures of a node. */
  readonly coverMin: number;
}

/** Σ of gradients and of curvatures of a node. */
export interface NodeSums {
  readonly gradient: number;
  readonly cover: number;
}

/** How a node is best split in two. */
export interface Split {
  readonly feature: number;
  /** Bins up to this one go left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly left: NodeSums;
}

interface Candidate {
  gain: number;
  feature: number;
  bin: number;
  missingLeft: boolean;
  gradient: number;
  cover: number;
}

/**
 * Finds the split of the largest gain ½[G_L²/(H_L + λ) + G_R²/(H_R + λ) − G²/(H + λ)].
 *
 * Missing values of a feature go to the side where they do better. Of equal gains the first counts.
 *
 * @param isUsed - 1 for each feature that may be asked for.
 * @returns Nothing when no split gains more than the least.
 * @see Chen & Guestrin (2016), "XGBoost", eq. 7 and algorithm 3, doi:10.1145/2939672.2939785
 */
export function findBestSplit(
  bins: FeatureBins,
  histogram: Float64Array,
  isUsed: Uint8Array,
  sums: NodeSums,
  rule: SplitRule,
): Split | undefined {
  const best: Candidate = {
    gain: 2 * rule.gainMin + (sums.gradient * sums.gradient) / (sums.cover + rule.leafPenalty),
    feature: -1,
    bin: 0,
    missingLeft: false,
    gradient: 0,
    cover: 0,
  };
  // Rounding of the sums must not look like a gain.
  best.gain += 1e-12 * Math.abs(best.gain);
  for (let f = 0; f < bins.cols; f++) {
    if (isUsed[f] === 0) {
      continue;
    }
    scanFeature(bins, histogram, f, sums, rule, best, false);
    if (bins.hasMissing[f] === 1) {
      scanFeature(bins, histogram, f, sums, rule, best, true);
    }
  }
  return best.feature < 0
    ? undefined
    : {
        feature: best.feature,
        bin: best.bin,
        missingLeft: best.missingLeft,
        left: { gradient: best.gradient, cover: best.cover },
      };
}

function scanFeature(
  bins: FeatureBins,
  histogram: Float64Array,
  feature: number,
  sums: NodeSums,
  { leafPenalty, coverMin }: SplitRule,
  best: Candidate,
  missingLeft: boolean,
): void {
  const start = feature * FEATURE_LENGTH;
  const missing = start + 2 * MISSING_BIN;
  let gradient = missingLeft ? histogram[missing] : 0;
  let cover = missingLeft ? histogram[missing + 1] : 0;
  // A missing bin may leave all others on one side.
  const last = bins.cuts[feature].length - (bins.hasMissing[feature] === 1 && !missingLeft ? 0 : 1);
  for (let bin = 0; bin <= last; bin++) {
    gradient += histogram[start + 2 * bin];
    cover += histogram[start + 2 * bin + 1];
    const rightCover = sums.cover - cover;
    if (cover < coverMin) {
      continue;
    }
    if (rightCover < coverMin) {
      break;
    }
    const right = sums.gradient - gradient;
    const gain =
      (gradient * gradient) / (cover + leafPenalty) + (right * right) / (rightCover + leafPenalty);
    if (gain > best.gain) {
      best.gain = gain;
      best.feature = feature;
      best.bin = bin;
      best.missingLeft = missingLeft;
      best.gradient = gradient;
      best.cover = cover;
    }
  }
}
