import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { scenarioCovariance, scenarioMean } from "../scenarios/scenario-set.ts";
import type { DistributionView } from "./distribution-view.ts";
import { entropyPooling } from "./entropy-pooling.ts";
import { poolOpinions } from "./pool-opinions.ts";

interface Summary {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
}

// skfolio on real prices: see make_entropy_pooling.py.
const reference = readReference<{
  readonly names: readonly string[];
  readonly returns: readonly number[];
  readonly opinions: Record<"linear" | "logarithmic", Summary>;
}>("entropy-pooling.json");

const RETURNS = matrixOf(reference.returns, reference.names.length);
const EQUAL = new Float64Array(RETURNS.rows).fill(1 / RETURNS.rows);

function mean(weights: Readonly<Record<string, number>>, relation: "=" | ">=", value: number) {
  const coefficients = Float64Array.from(reference.names, (name) => weights[name] ?? 0);
  return { measure: "mean", coefficients, relation, value } as const;
}

function opinion(probability: number, views: readonly DistributionView[]) {
  const answer = entropyPooling(RETURNS, EQUAL, views);
  if (answer.status !== "optimal") {
    throw new Error(`the views are ${answer.status}`);
  }
  return { probabilities: answer.probabilities, probability };
}

describe("poolOpinions", () => {
  it.each(["linear", "logarithmic"] as const)("agrees with skfolio's %s pool", (form) => {
    const bold = opinion(0.5, [mean({ AAPL: 1 }, "=", 0.003), mean({ GE: 1, JPM: -1 }, ">=", 0)]);
    const wary = opinion(0.3, [mean({ AAPL: 1 }, "=", -0.001)]);

    const probabilities = poolOpinions(EQUAL, [bold, wary], form) ?? EQUAL;

    const pooled = { returns: RETURNS, probabilities };
    const expected = reference.opinions[form];
    expect(largestDifference(scenarioMean(pooled), expected.mean)).toBeLessThan(1e-9);
    expect(largestDifference(scenarioCovariance(pooled).values, expected.covariance)).toBeLessThan(
      1e-9,
    );
  });

  it("is the prior where nobody says anything", () => {
    const prior = Float64Array.of(0.5, 0.25, 0.25);

    expect(poolOpinions(prior, [], "linear")).toEqual(prior);
    expect(largestDifference(poolOpinions(prior, [], "logarithmic") ?? [], prior)).toBeLessThan(
      1e-15,
    );
  });

  it("has no logarithmic pool of opinions that rule out each other", () => {
    const prior = Float64Array.of(0.5, 0.5);
    const first = { probabilities: Float64Array.of(1, 0), probability: 0.5 };
    const second = { probabilities: Float64Array.of(0, 1), probability: 0.5 };

    expect(poolOpinions(prior, [first, second], "logarithmic")).toBeUndefined();
    expect(poolOpinions(prior, [first, second], "linear")).toEqual(prior);
  });

  it("refuses more than certainty, and opinions about something else", () => {
    const prior = Float64Array.of(0.5, 0.5);
    const sure = { probabilities: prior, probability: 0.7 };
    const other = { probabilities: Float64Array.of(1), probability: 0.1 };

    expect(() => poolOpinions(prior, [sure, sure], "linear")).toThrow(ArgumentError);
    expect(() => poolOpinions(prior, [other], "linear")).toThrow(ArgumentError);
  });
});
