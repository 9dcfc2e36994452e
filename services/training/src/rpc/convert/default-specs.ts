import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { StartDefaultTrainingsRequest } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import {
  Architecture,
  Baseline,
  type LearnerSchema,
  TargetKind,
  type TrainingSpec,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";

type Method = NonNullable<MessageInitShape<typeof LearnerSchema>["method"]>;

const HORIZON_DAYS = 21;
/**
 * Days between rows. Of every tenth day the skill depends on which one comes first as much as on the learner (docs/models.md), of
 * every other one far less; networks over raw days would take five times as long.
 */
const STEP_DAYS = 2;
const RAW_STEP_DAYS = 10;
const FOLD_COUNT = 3;
const SEED = 1;
/** Small networks: there is little to learn from returns, and much to remember. */
const WIDTH = 16;
const EPOCH_COUNT_MAX = 8;

const RANK_METHODS: readonly Method[] = [
  network(Architecture.LSTM),
  network(Architecture.GRU),
  network(Architecture.TRANSFORMER),
  network(Architecture.WAVENET),
  network(Architecture.TEMPORAL_CONVOLUTION),
  { case: "network", value: { architecture: Architecture.PERCEPTRON, width: 32, memberCount: 3 } },
  { case: "boostedTrees", value: {} },
  { case: "ridge", value: {} },
  { case: "elasticNet", value: {} },
  { case: "baseline", value: { rule: Baseline.MOMENTUM } },
  { case: "baseline", value: { rule: Baseline.REVERSAL } },
  { case: "baseline", value: { rule: Baseline.ZERO } },
];

const VOLATILITY_METHODS: readonly Method[] = [
  { case: "garch", value: {} },
  { case: "heterogeneous", value: {} },
  { case: "heterogeneous", value: { logarithmic: true } },
  { case: "boostedTrees", value: {} },
  { case: "ridge", value: {} },
  { case: "exponentialVolatility", value: {} },
  { case: "baseline", value: { rule: Baseline.ROLLING_VARIANCE } },
];

/** States the default trainings: for each model the slowest first, so that they end together. */
export function defaultSpecs(
  { horizonDays, dataset }: StartDefaultTrainingsRequest,
  symbols: readonly string[],
  startDate: string,
): readonly { readonly modelId: string; readonly specs: readonly TrainingSpec[] }[] {
  const days = horizonDays || HORIZON_DAYS;
  const specsOf = (modelId: string, kind: TargetKind, methods: readonly Method[]) => ({
    modelId,
    specs: methods.map((method) =>
      create(TrainingSpecSchema, {
        modelId,
        target: { kind, horizonDays: days },
        symbols: [...symbols],
        startDate,
        ...(dataset && { dataset }),
        learner: { method },
        validation: { scheme: { case: "walkForward", value: { foldCount: FOLD_COUNT } } },
        stepDays: isOverRawDays(method) ? RAW_STEP_DAYS : STEP_DAYS,
        seed: SEED,
      }),
    ),
  });
  return [
    specsOf(`rank-${days}d`, TargetKind.RANK, RANK_METHODS),
    specsOf(`volatility-${days}d`, TargetKind.VOLATILITY, VOLATILITY_METHODS),
  ];
}

function network(architecture: Architecture): Method {
  return {
    case: "network",
    value: {
      architecture,
      width: WIDTH,
      layerCount: layersOf(architecture),
      epochCountMax: EPOCH_COUNT_MAX,
    },
  };
}

function isOverRawDays(method: Method): boolean {
  return method.case === "network" && method.value.architecture !== Architecture.PERCEPTRON;
}

/** Convolutions of three dilations see most of the 21 days; a block of attention sees all. */
function layersOf(architecture: Architecture): number {
  return architecture === Architecture.TRANSFORMER ? 1 : 3;
}
