import type { LearnedModel } from "../model/learned-model.ts";
import type { TrainingSet } from "../training-set.ts";

/** A training set in standard deviations, and the way back. */
export interface Standardized {
  readonly set: TrainingSet;
  /** Turns a linear model of standard deviations into one of the features as they are. */
  readonly restore: (model: LearnedModel) => LearnedModel;
}

/**
 * Measures each feature of a training set by its own mean and standard deviation, so that penalties
 * mean the same for all. Other sets do not enter: what is restored needs none.
 */
export function standardized(set: TrainingSet): Standardized {
  const { rows, cols, values } = set.features;
  const means = new Float64Array(cols);
  const scales = new Float64Array(cols);
  for (let k = 0; k < cols; k++) {
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      const deviation = values[i * cols + k] - means[k];
      means[k] += deviation / (i + 1);
      squares += deviation * (values[i * cols + k] - means[k]);
    }
    const scale = Math.sqrt(squares / Math.max(1, rows));
    scales[k] = scale > 1e-12 * Math.abs(means[k]) && scale > 0 ? scale : 1;
  }
  const scaled = values.map((value, at) => (value - means[at % cols]) / scales[at % cols]);
  return {
    set: { ...set, features: { rows, cols, values: scaled } },
    restore: (model) => {
      if (model.kind !== "linear" && model.kind !== "logistic") {
        return model;
      }
      const coefficients = model.model.coefficients.map((value, k) => value / scales[k]);
      const shift = coefficients.reduce((sum, value, k) => sum + value * means[k], 0);
      return {
        kind: model.kind,
        model: { intercept: model.model.intercept - shift, coefficients },
      };
    },
  };
}
