import { ArgumentError } from "../errors.ts";

/** Probabilities of scenarios in somebody's opinion. */
export interface Opinion {
  /** Probability of each scenario, length T, sum 1. */
  readonly probabilities: Float64Array;
  /** Probability that the opinion is right, over 0. */
  readonly probability: number;
}

/**
 * Makes one distribution of several opinions about the same scenarios.
 *
 * What the probabilities of the opinions leave of 1 belongs to the prior. The linear pool is the weighted mean
 * Σ w·p; the logarithmic pool is Π p^w, scaled to a sum of 1.
 *
 * @param prior - Probabilities before any opinion, length T, sum 1.
 * @returns Length T, sum 1. Undefined where a logarithmic pool leaves no scenario.
 * @throws {ArgumentError} Lengths differ, or the probabilities of the opinions exceed 1.
 * @see Genest & Zidek (1986), "Combining probability distributions: a critique and an annotated bibliography",
 *   Statistical Science 1(1), doi:10.1214/ss/1177013825
 */
export function poolOpinions(
  prior: Float64Array,
  opinions: readonly Opinion[],
  form: "linear" | "logarithmic",
): Float64Array | undefined {
  const spoken = opinions.reduce((sum, { probability }) => sum + probability, 0);
  // Thirds and tenths do not sum to 1 exactly.
  if (spoken > 1 + 1e-9 || opinions.some((each) => each.probabilities.length !== prior.length)) {
    throw new ArgumentError("opinions must be about the same scenarios, and sum to at most 1");
  }
  const all = [...opinions, { probabilities: prior, probability: Math.max(0, 1 - spoken) }];
  if (form === "linear") {
    return scaledToOne(weightedSum(all, (probability) => probability));
  }
  const logarithms = weightedSum(all, Math.log);
  const largest = logarithms.reduce((most, value) => Math.max(most, value), -Infinity);
  return largest === -Infinity
    ? undefined
    : scaledToOne(logarithms.map((value) => Math.exp(value - largest)));
}

function weightedSum(opinions: readonly Opinion[], read: (probability: number) => number) {
  const heard = opinions.filter(({ probability }) => probability > 0);
  return opinions[0].probabilities.map((_, t) =>
    heard.reduce((sum, each) => sum + each.probability * read(each.probabilities[t]), 0),
  );
}

function scaledToOne(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
