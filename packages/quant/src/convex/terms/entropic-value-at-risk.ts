import type { TermForm } from "../term.ts";
import { requireConfidence } from "./conditional-value-at-risk.ts";
import {
  checkScenarios,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** The entropic value at risk: least t·log(E[exp(−y/t)]/(1 − α)) over t > 0, as a fraction. */
export interface EntropicValueAtRiskTerm extends Scenarios {
  readonly kind: "entropic-value-at-risk";
  /** α, above 0 and below 1. */
  readonly confidence: number;
}

/**
 * θ − t·log(1 − α) with t·exp((−yₜ − θ)/t) ≤ uₜ and Σ pₜuₜ ≤ t: Cajas 2021, "Entropic portfolio
 * optimization", eq. (9).
 */
export const entropicValueAtRiskForm: TermForm<EntropicValueAtRiskTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireConfidence(term.confidence);
  },

  compile(term, builder) {
    const unit = typicalSize(term.returns) * builder.unit;
    const level = builder.addBorder();
    const temperature = builder.addBorder();
    const block = builder.addBlock({
      matrix: term.returns,
      cones: [{ kind: "exponential" }],
      linkCoefficients: Float64Array.of(-1 / unit, 0, 0),
      locals: 1,
      localCoefficients: Float64Array.of(0, 0, 1),
      borders: [
        [level, [-1, 0, 0]],
        [temperature, [0, 1, 0]],
      ],
      offsets: new Float64Array(3),
    });
    const weights = probabilitiesOf(term).map((p) => -p);
    builder.addRow("nonnegative", { borders: [[temperature, 1]], locals: [{ block, weights }] });
    const price = -Math.log(1 - term.confidence);
    return {
      borders: [
        [level, unit],
        [temperature, unit * price],
      ],
    };
  },

  value(term, x) {
    const probabilities = probabilitiesOf(term);
    return entropicRisk(portfolioReturns(term, x), probabilities, term.confidence);
  },
};

const BISECTIONS = 200;
const LOG_RANGE = 60;

/** Minimizes t·log(Σ pₜ exp(−yₜ/t)/(1 − α)) over t, which is convex, by the sign of its slope. */
export function entropicRisk(
  returns: Float64Array,
  probabilities: Float64Array,
  confidence: number,
): number {
  let worst = Number.POSITIVE_INFINITY;
  let best = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < returns.length; t++) {
    if (probabilities[t] > 0) {
      worst = Math.min(worst, returns[t]);
      best = Math.max(best, returns[t]);
    }
  }
  const range = best - worst;
  if (range === 0) {
    return -worst;
  }
  const price = -Math.log(1 - confidence);
  let low = Math.log(range) - LOG_RANGE;
  let high = Math.log(range) + LOG_RANGE;
  for (let i = 0; i < BISECTIONS && high - low > 1e-9; i++) {
    const middle = (low + high) / 2;
    const { slope } = entropy(returns, probabilities, worst, Math.exp(middle));
    if (slope + price < 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const temperature = Math.exp((low + high) / 2);
  const { log } = entropy(returns, probabilities, worst, temperature);
  return -worst + temperature * (log + price);
}

/** Computes log Σ p·exp((worst − y)/t) and the slope in t of t times it. */
function entropy(
  returns: Float64Array,
  probabilities: Float64Array,
  worst: number,
  temperature: number,
): { log: number; slope: number } {
  let sum = 0;
  let moment = 0;
  for (let t = 0; t < returns.length; t++) {
    const exponent = (worst - returns[t]) / temperature;
    const mass = probabilities[t] * Math.exp(exponent);
    sum += mass;
    moment += mass > 0 ? mass * exponent : 0;
  }
  const log = Math.log(sum);
  return { log, slope: log - moment / sum };
}
