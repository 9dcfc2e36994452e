import { tailMeanDistortion } from "./distortion.ts";
import { entropicRisk } from "./entropic-risk.ts";
import { quantileLoss, worstLoss } from "./quantile-loss.ts";
import { relativisticRisk } from "./relativistic-risk.ts";
import type { OrderedMeasure, TailMeasure } from "./risk-measure.ts";
import { ofNegative, type Sensitivity, sumOf } from "./sensitivity.ts";
import { spectralRisk } from "./spectral-risk.ts";

/**
 * Computes a measure of the worst losses.
 *
 * @param losses - Length T.
 * @param probabilities - Length T, ≥ 0, of sum 1.
 */
export function lossRisk(
  measure: TailMeasure,
  losses: Float64Array,
  probabilities: Float64Array,
): Sensitivity {
  switch (measure.kind) {
    case "worst-realization":
      return worstLoss(losses, probabilities);
    case "var":
      return quantileLoss(losses, probabilities, 1 - measure.level);
    case "cvar":
      return spectralRisk(losses, probabilities, tailMeanDistortion(1 - measure.level));
    case "evar":
      return entropicRisk(losses, probabilities, 1 - measure.level);
    case "rlvar":
      return relativisticRisk(losses, probabilities, {
        tail: 1 - measure.level,
        deformation: measure.deformation,
      });
  }
}

/** The ranges that are no spectral measures. */
export type LossRange = Extract<
  OrderedMeasure,
  { readonly kind: "range" | "var-range" | "evar-range" | "rlvar-range" }
>;

/** Adds the measure of the worst losses to that of the best gains. */
export function rangeRisk(
  measure: LossRange,
  returns: Float64Array,
  probabilities: Float64Array,
): Sensitivity {
  const { loss, gain } = sidesOf(measure);
  return sumOf(
    ofNegative(returns, (losses) => lossRisk(loss, losses, probabilities)),
    lossRisk(gain, returns, probabilities),
  );
}

/** The measures of the losses, and of the gains as if they were losses, that a range adds. */
export function sidesOf(measure: LossRange): {
  readonly loss: TailMeasure;
  readonly gain: TailMeasure;
} {
  if (measure.kind === "range") {
    return { loss: { kind: "worst-realization" }, gain: { kind: "worst-realization" } };
  }
  const { level, gainLevel = level } = measure;
  if (measure.kind === "rlvar-range") {
    const { deformation, gainDeformation = deformation } = measure;
    return {
      loss: { kind: "rlvar", level, deformation },
      gain: { kind: "rlvar", level: gainLevel, deformation: gainDeformation },
    };
  }
  const kind = measure.kind === "var-range" ? "var" : "evar";
  return { loss: { kind, level }, gain: { kind, level: gainLevel } };
}
