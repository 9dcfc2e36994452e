import { ArgumentError } from "../../errors.ts";
import type { TermForm } from "../term.ts";
import {
  checkScenarios,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** Mean loss in the worst 1 − α of the scenarios, as a fraction: CVaR, expected shortfall. */
export interface ConditionalValueAtRiskTerm extends Scenarios {
  readonly kind: "conditional-value-at-risk";
  /** α, such as 0.95; from 0 (mean loss) to below 1. */
  readonly confidence: number;
}

/** min over τ of τ + Σ pₜ max(−yₜ − τ, 0)/(1 − α): Rockafellar & Uryasev 2000, eq. (17). */
export const conditionalValueAtRiskForm: TermForm<ConditionalValueAtRiskTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireConfidence(term.confidence);
  },

  compile(term, builder) {
    const unit = typicalSize(term.returns) * builder.unit;
    const quantile = builder.addBorder();
    const block = builder.addBlock({
      matrix: term.returns,
      cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
      linkCoefficients: Float64Array.of(0, 1 / unit),
      locals: 1,
      localCoefficients: Float64Array.of(1, 1),
      borders: [[quantile, [0, 1]]],
      offsets: new Float64Array(2),
    });
    const weights = probabilitiesOf(term).map((p) => (unit * p) / (1 - term.confidence));
    return { borders: [[quantile, unit]], locals: [{ block, weights }] };
  },

  value(term, x) {
    return tailMean(portfolioReturns(term, x), probabilitiesOf(term), 1 - term.confidence);
  },
};

/** @throws {ArgumentError} The confidence is not from 0 to below 1. */
export function requireConfidence(confidence: number): void {
  if (!(confidence >= 0 && confidence < 1)) {
    throw new ArgumentError(`confidence is ${confidence}, not from 0 to below 1`);
  }
}

/**
 * Computes the mean loss in the worst scenarios whose probabilities add up to `share`; the last of
 * them counts in part.
 */
export function tailMean(
  returns: Float64Array,
  probabilities: Float64Array,
  share: number,
): number {
  const order = Uint32Array.from(returns, (_, t) => t).sort((a, b) => returns[a] - returns[b]);
  let rest = share;
  let sum = 0;
  for (let i = 0; i < order.length && rest > 0; i++) {
    const taken = i === order.length - 1 ? rest : Math.min(rest, probabilities[order[i]]);
    sum -= taken * returns[order[i]];
    rest -= taken;
  }
  return sum / share;
}
