import { ArgumentError } from "@portfolio/quant";
import { type Autoregression, fitAutoregression } from "./autoregression.ts";

/** How losses are watched. */
export interface LossDetectorSpec {
  /** A: mean days to a false alarm, at least, such as 756, three years. */
  readonly runLength: number;
}

/** A loss of a day and what it did to the detector. */
export interface LossDetectorPoint {
  /** Evidence that losses rose, which alarms at `runLength`. */
  readonly statistic: number;
  readonly isAlarm: boolean;
}

const REFERENCE_MIN = 250;
const BETS = Float64Array.of(0.05, 0.1, 0.2, 0.4);
const CLIP = 4;
// What the mean of the reference may be off by, in deviations.
const MARGIN = 0.1;

/**
 * Watches the daily losses of a model in use for a lasting rise; the one detector whose alarm calls
 * for training anew.
 *
 * Losses are measured on a reference and rid of their autocorrelation of one day: e. Bets λ on
 * u = clip(e, ±4) − 0.1 make evidence R ← (R + 1)(1 + λu/2), of which the mean over four λ alarms at
 * A. While u has a mean of at most 0, the expected time to an alarm is at least A.
 *
 * @param reference - Losses before, at least 250 days, oldest first.
 * @param losses - Losses since, oldest first.
 * @returns A point for each of the losses. After an alarm the detector starts again.
 * @throws {ArgumentError} The reference is too short or not finite, a loss is not finite, or the run
 *   length is not over 1.
 * @see Shin, Ramdas & Rinaldo (2022), "E-detectors: a nonparametric framework for sequential change
 *   detection", definition 2.6 and section 3, arXiv:2203.03532
 */
export function watchLosses(
  spec: LossDetectorSpec,
  reference: Float64Array,
  losses: Float64Array,
): LossDetectorPoint[] {
  if (!(spec.runLength > 1 && Number.isFinite(spec.runLength))) {
    throw new ArgumentError(`run length of ${spec.runLength} days is not over 1`);
  }
  if (reference.length < REFERENCE_MIN) {
    throw new ArgumentError(`${reference.length} days of reference, fewer than ${REFERENCE_MIN}`);
  }
  const model = fitAutoregression(reference, 1);
  const evidence = new Float64Array(BETS.length);
  let before = reference[reference.length - 1];
  return Array.from(losses, (loss, day) => {
    if (!Number.isFinite(loss)) {
      throw new ArgumentError(`loss of day ${day} is ${loss}`);
    }
    const surprise = surpriseOf(model, before, loss);
    before = loss;
    const statistic = bet(evidence, surprise);
    const isAlarm = statistic >= spec.runLength;
    if (isAlarm) {
      evidence.fill(0);
    }
    return { statistic, isAlarm };
  });
}

/** Measures a loss in deviations from what the day before let expect. */
function surpriseOf(
  { intercept, coefficients, deviation }: Autoregression,
  before: number,
  loss: number,
): number {
  const residual = loss - intercept - coefficients[0] * before;
  if (deviation === 0) {
    return Math.sign(residual) * CLIP;
  }
  return Math.max(-CLIP, Math.min(CLIP, residual / deviation));
}

/** Raises or lowers the evidence of each bet. @returns Their mean. */
function bet(evidence: Float64Array, surprise: number): number {
  let sum = 0;
  for (let k = 0; k < BETS.length; k++) {
    evidence[k] = (evidence[k] + 1) * (1 + (BETS[k] * (surprise - MARGIN)) / 2);
    sum += evidence[k];
  }
  return sum / BETS.length;
}
