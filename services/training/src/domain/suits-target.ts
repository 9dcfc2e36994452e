import type { BaselineRule, Learner, Target } from "./training-spec.ts";

const RELATIVE_RULES: readonly BaselineRule[] = ["zero", "momentum", "reversal", "historical-mean"];

/** Says why a learner cannot forecast a target; nothing when it can. */
export function learnerProblem(learner: Learner, target: Target): string | undefined {
  switch (learner.kind) {
    case "combination":
      return undefined;
    case "garch":
    case "heterogeneous":
    case "exponential-volatility":
      return target.kind === "volatility" ? undefined : "forecasts volatilities alone";
    case "baseline":
      return baselineProblem(learner.rule, target);
    case "learned":
      return learnedProblem(learner.spec, target);
  }
}

function baselineProblem(rule: BaselineRule, { kind }: Target): string | undefined {
  const isSuitable =
    rule === "rolling-variance"
      ? kind === "volatility"
      : rule === "rolling-quantile"
        ? kind === "quantile"
        : RELATIVE_RULES.includes(rule) && (kind === "rank" || kind === "return");
  return isSuitable ? undefined : `the rule ${rule} does not forecast a ${kind}`;
}

type Learned = Extract<Learner, { kind: "learned" }>["spec"];

function learnedProblem(spec: Learned, { kind }: Target): string | undefined {
  const isLinear = spec.kind === "ridge" || spec.kind === "elastic-net";
  if (isLinear && kind === "quantile") {
    return "least squares forecast means, not quantiles";
  }
  if (spec.kind === "logistic" && kind !== "rank") {
    return "a logistic regression forecasts which half of the ranks an asset is in";
  }
  if (spec.kind === "boosted-trees" && spec.loss.kind === "ranking" && kind !== "rank") {
    return "the ranking loss is for ranks";
  }
  return undefined;
}
