import { ArgumentError, type Matrix } from "@portfolio/quant";
import { fitAutoregression, residualsOf } from "./autoregression.ts";
import { falseDiscoveries } from "./false-discoveries.ts";
import { kolmogorovSmirnov, type TwoSampleTest } from "./kolmogorov-smirnov.ts";

/** How features are watched. */
export interface FeatureDriftSpec {
  /** Lags of the autoregression that features are rid of, from 0. */
  readonly order: number;
  /** Share of false alarms among the features named. */
  readonly falseShare: number;
  /** How features may depend on each other. */
  readonly dependence: "positive" | "any";
}

/** A feature, and whether it is believed to have changed. */
export interface FeatureDrift extends TwoSampleTest {
  readonly isShifted: boolean;
}

/**
 * Tests whether a series changed its distribution, by what its own past does not explain.
 *
 * An autoregression is fitted to the reference; its residuals before and since are compared. Features
 * such as volatility or momentum change slowly, and compared as they are would alarm most of the
 * time.
 *
 * @param reference - Days before, oldest first.
 * @param current - Days since, which follow on the reference.
 * @param order - Lags, from 0.
 * @throws {ArgumentError} A series is too short, or not finite.
 * @see Dehling & Philipp (2002), "Empirical Process Techniques for Dependent Data" (why)
 */
export function compareSeries(
  reference: Float64Array,
  current: Float64Array,
  order: number,
): TwoSampleTest {
  const model = fitAutoregression(reference, order);
  const start = reference.subarray(reference.length - order);
  const joined = new Float64Array(order + current.length);
  joined.set(start);
  joined.set(current, order);
  return kolmogorovSmirnov(residualsOf(model, reference), residualsOf(model, joined));
}

/**
 * Names the features that changed, with a bound on the share of false names.
 *
 * A diagnosis and no reason to train anew: that is for the losses to say.
 *
 * @param reference - A row per day, a column per feature.
 * @param current - Days since, the same features.
 * @returns A test for each feature.
 * @throws {ArgumentError} Features differ in number, or a series is too short or not finite.
 */
export function watchFeatures(
  spec: FeatureDriftSpec,
  reference: Matrix,
  current: Matrix,
): FeatureDrift[] {
  if (reference.cols !== current.cols) {
    throw new ArgumentError(`${current.cols} features, the reference has ${reference.cols}`);
  }
  const tests = Array.from({ length: reference.cols }, (_, j) =>
    compareSeries(columnOf(reference, j), columnOf(current, j), spec.order),
  );
  const pValues = Float64Array.from(tests, ({ pValue }) => pValue);
  const believed = falseDiscoveries(pValues, spec.falseShare, spec.dependence);
  return tests.map((test, j) => ({ ...test, isShifted: believed[j] === 1 }));
}

function columnOf({ rows, cols, values }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => values[i * cols + j]);
}
