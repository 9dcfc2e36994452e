import {
  Architecture,
  Baseline,
  type BoostedTreesLearner,
  BoostingLoss,
  CombinationMethod,
  type NetworkLearner,
  type Learner as WireLearner,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { LearnerSpec, NetworkBody, PointLossKind } from "@portfolio/learning";
import { AppError } from "@portfolio/platform/app-error";
import type { BaselineRule, Learner, Target } from "../../domain/training-spec.ts";

/** Trees without a better loss on what is held out, after which no more are grown. */
const TREE_PATIENCE = 20;
const EPOCH_PATIENCE = 4;
const RANKING_PARTNERS = 20;
const HUBER_DEVIATIONS = 1;
const TAP_COUNT = 3;

const BASELINES: ReadonlyMap<Baseline, BaselineRule> = new Map([
  [Baseline.ZERO, "zero"],
  [Baseline.MOMENTUM, "momentum"],
  [Baseline.REVERSAL, "reversal"],
  [Baseline.HISTORICAL_MEAN, "historical-mean"],
  [Baseline.ROLLING_VARIANCE, "rolling-variance"],
  [Baseline.ROLLING_QUANTILE, "rolling-quantile"],
]);

/**
 * Reads what learns, its defaults filled in.
 *
 * @throws {AppError} `LEARNER_UNSUITABLE`: its numbers contradict each other.
 */
export function readLearner({ method }: WireLearner, target: Target, seed: number): Learner {
  switch (method.case) {
    case "ridge":
      return learned({ kind: "ridge", penalty: method.value.penalty });
    case "elasticNet":
      return learned({
        kind: "elastic-net",
        strength: method.value.strength,
        absoluteShare: method.value.absoluteShare,
      });
    case "logistic":
      return learned({ kind: "logistic", penalty: method.value.penalty });
    case "boostedTrees":
      return learned(treesOf(method.value, target, seed));
    case "network":
      return {
        kind: "learned",
        spec: networksOf(method.value, target, seed),
        lookbackDays: method.value.lookbackDays,
      };
    case "garch":
      return { kind: "garch" };
    case "heterogeneous":
      return { kind: "heterogeneous", logarithmic: method.value.logarithmic };
    case "exponentialVolatility":
      return { kind: "exponential-volatility", decay: method.value.decay };
    case "baseline":
      return { kind: "baseline", rule: BASELINES.get(method.value.rule) ?? "zero" };
    case "combination":
      return {
        kind: "combination",
        versions: method.value.versions,
        method: combinationMethod(method.value.method),
      };
    default:
      throw unsuitable("learner", "a method must be set");
  }
}

/** The learner cannot do what is asked of it. */
export function unsuitable(field: string, description: string): AppError {
  const path = `spec.${field}`;
  return new AppError("invalid-argument", "LEARNER_UNSUITABLE", `${path}: ${description}`, {
    violations: [{ field: path, description }],
  });
}

function learned(spec: LearnerSpec): Learner {
  return { kind: "learned", spec, lookbackDays: 0 };
}

function treesOf(trees: BoostedTreesLearner, target: Target, seed: number): LearnerSpec {
  const { treeCountMax, depthMax, learningRate, rowShare, featureShare } = trees;
  const loss =
    trees.loss === BoostingLoss.RANKING
      ? ({ kind: "ranking", partnersMax: RANKING_PARTNERS } as const)
      : pointLossOf(trees.loss === BoostingLoss.HUBER, target);
  return {
    kind: "boosted-trees",
    loss,
    ...{ treeCountMax, depthMax, learningRate, rowShare, featureShare, seed },
    leafPenalty: 1,
    gainMin: 0,
    // Of pairs the curvature is at most a quarter.
    coverMin: loss.kind === "ranking" ? 1 : 20,
    patience: TREE_PATIENCE,
  };
}

function pointLossOf(isHuber: boolean, target: Target): PointLossKind {
  if (target.kind === "quantile") {
    return { kind: "quantile", level: target.probability };
  }
  return isHuber ? { kind: "huber", threshold: HUBER_DEVIATIONS } : { kind: "squared" };
}

function networksOf(network: NetworkLearner, target: Target, seed: number): LearnerSpec {
  const { memberCount, epochCountMax, batchSize, learningRate } = network;
  const { weightDecay, absolutePenalty } = network;
  return {
    kind: "networks",
    ...{ memberCount, epochCountMax, batchSize, learningRate, seed },
    body: bodyOf(network),
    stepCount: Math.max(1, network.lookbackDays),
    loss: pointLossOf(false, target),
    weightDecay: weightDecay ?? 0,
    ...(absolutePenalty > 0 && { absolutePenalty }),
    gradientNormMax: 1,
    patience: EPOCH_PATIENCE,
  };
}

function bodyOf({ architecture, width, layerCount }: NetworkLearner): NetworkBody {
  const dilations = Array.from({ length: layerCount }, (_, k) => 2 ** k);
  switch (architecture) {
    case Architecture.LSTM:
      return { kind: "lstm", width };
    case Architecture.GRU:
      return { kind: "gru", width };
    case Architecture.TEMPORAL_CONVOLUTION:
      return { kind: "temporal-convolution", width, tapCount: TAP_COUNT, dilations };
    case Architecture.WAVENET:
      return { kind: "wavenet", width, skipWidth: width, tapCount: 2, dilations };
    case Architecture.TRANSFORMER: {
      const headCount = [4, 2, 1].find((heads) => width % (4 * heads) === 0);
      if (headCount === undefined) {
        throw unsuitable("learner.network.width", "a transformer's width is a multiple of 4");
      }
      return {
        kind: "transformer",
        width,
        headCount,
        innerWidth: 2 * width,
        blockCount: layerCount,
      };
    }
    default:
      return { kind: "perceptron", widths: Array.from({ length: layerCount }, () => width) };
  }
}

function combinationMethod(method: CombinationMethod): "equal" | "skill" | "stacking" {
  switch (method) {
    case CombinationMethod.SKILL:
      return "skill";
    case CombinationMethod.STACKING:
      return "stacking";
    default:
      return "equal";
  }
}
