import { ArgumentError, type Matrix } from "@portfolio/quant";
import type { TrainingSet } from "../training-set.ts";

/** Means and standard deviations that a network's features and targets are measured in. */
export interface Scaling {
  /** Of each feature over all steps of all observations, length D. */
  readonly featureMeans: Float64Array;
  /** Positive; 1 for a constant feature. */
  readonly featureScales: Float64Array;
  readonly targetMean: number;
  readonly targetScale: number;
}

/**
 * Measures features and targets of a training set. Missing features (NaN) are left out.
 *
 * @param featureCount - D, features of a step; a row holds those of each step, the oldest first.
 */
export function scalingOf({ features, targets }: TrainingSet, featureCount: number): Scaling {
  const featureMeans = new Float64Array(featureCount);
  const featureScales = new Float64Array(featureCount);
  for (let d = 0; d < featureCount; d++) {
    const { mean, scale } = meanAndScale(features.values, d, featureCount);
    featureMeans[d] = mean;
    featureScales[d] = scale;
  }
  const { mean, scale } = meanAndScale(targets, 0, 1);
  return { featureMeans, featureScales, targetMean: mean, targetScale: scale };
}

/** Of every `stride`-th number from `start`, but for NaN. */
function meanAndScale(values: Float64Array, start: number, stride: number) {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let k = start; k < values.length; k += stride) {
    if (!Number.isNaN(values[k])) {
      // Welford's update: it neither overflows nor cancels.
      count++;
      const deviation = values[k] - mean;
      mean += deviation / count;
      squares += deviation * (values[k] - mean);
    }
  }
  const scale = Math.sqrt(squares / Math.max(1, count));
  return { mean, scale: scale > 1e-12 * Math.abs(mean) && scale > 0 ? scale : 1 };
}

/**
 * Writes measured features as floats, one block of rows for each step; a missing one becomes the
 * mean.
 *
 * @param out - Takes floats from `start` on, rows of `width`.
 * @throws {ArgumentError} A measured feature is beyond single precision.
 */
export function writeScaled(
  features: Matrix,
  { featureMeans, featureScales }: Scaling,
  out: Float32Array,
  start: number,
  width: number,
): void {
  const { rows, cols, values } = features;
  const featureCount = featureMeans.length;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) {
      const d = k % featureCount;
      const step = (k - d) / featureCount;
      const scaled = (values[i * cols + k] - featureMeans[d]) / featureScales[d];
      if (Math.abs(scaled) > SCALED_MAX) {
        throw new ArgumentError(`feature ${k} of row ${i} is ${scaled} standard deviations away`);
      }
      out[start + (step * rows + i) * width + d] = Number.isNaN(scaled) ? 0 : scaled;
    }
  }
}

// Squares of it are still far within single precision.
const SCALED_MAX = 1e9;
