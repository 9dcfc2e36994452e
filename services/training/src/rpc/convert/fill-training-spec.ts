import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  Architecture,
  BaselineLearnerSchema,
  BoostedTreesLearnerSchema,
  BoostingLoss,
  CombinationLearnerSchema,
  CombinationMethod,
  ElasticNetLearnerSchema,
  ExponentialVolatilityLearnerSchema,
  type Learner,
  LearnerSchema,
  LogisticLearnerSchema,
  type NetworkLearner,
  NetworkLearnerSchema,
  RidgeLearnerSchema,
  type TrainingSpec,
  TrainingSpecSchema,
  type Validation,
  ValidationSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";

/** Writes into a specification what its fields stand for when they are not set. */
export function fillTrainingSpec(spec: TrainingSpec): TrainingSpec {
  return create(TrainingSpecSchema, {
    ...spec,
    dataset: spec.dataset ?? create(DatasetReferenceSchema, { id: "sample" }),
    learner: fillLearner(spec.learner ?? create(LearnerSchema)),
    validation: fillValidation(spec.validation),
    stepDays: spec.stepDays || 5,
  });
}

function fillLearner({ method }: Learner): Learner {
  return create(LearnerSchema, { method: filled(method) });
}

function filled(
  method: Learner["method"],
): NonNullable<MessageInitShape<typeof LearnerSchema>["method"]> {
  switch (method.case) {
    case "ridge":
      return {
        case: "ridge",
        value: create(RidgeLearnerSchema, { penalty: method.value.penalty || 100 }),
      };
    case "elasticNet": {
      const { strength, absoluteShare } = method.value;
      const value = { strength: strength || 0.001, absoluteShare: absoluteShare || 0.5 };
      return { case: "elasticNet", value: create(ElasticNetLearnerSchema, value) };
    }
    case "logistic":
      return {
        case: "logistic",
        value: create(LogisticLearnerSchema, { penalty: method.value.penalty || 100 }),
      };
    case "boostedTrees":
      return { case: "boostedTrees", value: filledTrees(method.value) };
    case "network":
      return { case: "network", value: filledNetwork(method.value) };
    case "exponentialVolatility": {
      const decay = method.value.decay || 0.94;
      return {
        case: "exponentialVolatility",
        value: create(ExponentialVolatilityLearnerSchema, { decay }),
      };
    }
    case "baseline":
      return { case: "baseline", value: create(BaselineLearnerSchema, method.value) };
    case "combination": {
      const way = method.value.method || CombinationMethod.EQUAL;
      return {
        case: "combination",
        value: create(CombinationLearnerSchema, { ...method.value, method: way }),
      };
    }
    default:
      return method;
  }
}

function filledTrees(trees: MessageInitShape<typeof BoostedTreesLearnerSchema>) {
  return create(BoostedTreesLearnerSchema, {
    loss: trees.loss || BoostingLoss.UNSPECIFIED,
    treeCountMax: trees.treeCountMax || 200,
    depthMax: trees.depthMax || 4,
    learningRate: trees.learningRate || 0.05,
    rowShare: trees.rowShare || 0.7,
    featureShare: trees.featureShare || 0.7,
  });
}

function filledNetwork(network: NetworkLearner): NetworkLearner {
  const { architecture } = network;
  const isRecurrent = architecture === Architecture.LSTM || architecture === Architecture.GRU;
  const readsDays = architecture !== Architecture.PERCEPTRON;
  return create(NetworkLearnerSchema, {
    architecture,
    width: network.width || 32,
    layerCount: isRecurrent ? 1 : network.layerCount || 2,
    lookbackDays: readsDays ? network.lookbackDays || 21 : 0,
    memberCount: network.memberCount || 1,
    epochCountMax: network.epochCountMax || 20,
    batchSize: network.batchSize || 256,
    learningRate: network.learningRate || 0.001,
    weightDecay: network.weightDecay ?? 0.01,
    absolutePenalty: network.absolutePenalty,
  });
}

function fillValidation(validation: Validation | undefined): Validation {
  const scheme = validation?.scheme;
  const embargo = validation?.embargoDays !== undefined && { embargoDays: validation.embargoDays };
  if (scheme?.case === "combinatorialPurged") {
    return create(ValidationSchema, { ...embargo, scheme });
  }
  const {
    foldCount = 0,
    trainDaysMin = 0,
    trainDaysMax = 0,
  } = scheme?.case === "walkForward" ? scheme.value : {};
  return create(ValidationSchema, {
    ...embargo,
    scheme: {
      case: "walkForward",
      value: { foldCount: foldCount || 5, trainDaysMin, trainDaysMax },
    },
  });
}
