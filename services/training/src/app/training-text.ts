import type { Learner } from "../domain/training-spec.ts";

const NETWORKS: Readonly<Record<string, string>> = {
  perceptron: "Perceptron",
  lstm: "LSTM",
  gru: "GRU",
  "temporal-convolution": "Temporal convolution",
  wavenet: "WaveNet",
  transformer: "Transformer",
};

const RULES: Readonly<Record<string, string>> = {
  zero: "Zero",
  momentum: "Momentum",
  reversal: "Reversal",
  "historical-mean": "Historical mean",
  "rolling-variance": "Rolling variance",
  "rolling-quantile": "Rolling quantile",
};

/** Names what learns, for people. */
export function learnerTitle(learner: Learner): string {
  switch (learner.kind) {
    case "learned":
      return learnedTitle(learner.spec);
    case "garch":
      return "GARCH(1,1)";
    case "heterogeneous":
      return learner.logarithmic ? "Log-HAR" : "HAR";
    case "exponential-volatility":
      return "Exponential volatility";
    case "baseline":
      return RULES[learner.rule] ?? learner.rule;
    case "combination":
      return `Combination of ${learner.versions.length}`;
  }
}

function learnedTitle(spec: Extract<Learner, { kind: "learned" }>["spec"]): string {
  switch (spec.kind) {
    case "ridge":
      return "Ridge";
    case "elastic-net":
      return "Elastic net";
    case "logistic":
      return "Logistic regression";
    case "boosted-trees":
      return "Boosted trees";
    case "networks": {
      const title = NETWORKS[spec.body.kind] ?? spec.body.kind;
      return spec.memberCount > 1 ? `${title} × ${spec.memberCount}` : title;
    }
  }
}

/** Names the code that learns; it changes when the same input may give other bits than before. */
export function codeVersion(learner: Learner): string {
  if (learner.kind !== "learned") {
    return learner.kind === "baseline" ? `${learner.rule}/1` : `${learner.kind}/1`;
  }
  const { spec } = learner;
  return spec.kind === "networks" ? `${spec.body.kind}/1` : `${spec.kind}/1`;
}
