import { create, toBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import {
  TargetKind,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { normalSource, randomSource } from "@portfolio/quant";
import type { VersionDraft } from "../../../services/training/src/domain/model-version.ts";
import { compareVersionsHandler } from "../../../services/training/src/rpc/compare-versions.ts";
import { getModelHandler } from "../../../services/training/src/rpc/get-model.ts";
import { getVersionHandler } from "../../../services/training/src/rpc/get-version.ts";
import { listAliasChangesHandler } from "../../../services/training/src/rpc/list-alias-changes.ts";
import { listModelsHandler } from "../../../services/training/src/rpc/list-models.ts";
import { listVersionsHandler } from "../../../services/training/src/rpc/list-versions.ts";
import { setAliasHandler } from "../../../services/training/src/rpc/set-alias.ts";
import { setStageHandler } from "../../../services/training/src/rpc/set-stage.ts";
import { updateModelHandler } from "../../../services/training/src/rpc/update-model.ts";
import type { MemoryRegistry } from "./memory-registry.ts";
import { answering } from "./optimization-service.ts";

const DAYS = 60;
const FIRST_DAY = 18_000;
const DAY_MS = 86_400_000;
const SYMBOLS = ["AAPL", "KO", "PEP", "XOM", "JPM"];

/** The handlers of the service over models in memory. */
export function mockModelService(
  registry: MemoryRegistry,
): Partial<ServiceImpl<typeof ModelService>> {
  const deps = { registry } as never;
  return {
    listModels: answering(listModelsHandler(deps)),
    getModel: answering(getModelHandler(deps)),
    updateModel: answering(updateModelHandler(deps)),
    listVersions: answering(listVersionsHandler(deps)),
    getVersion: answering(getVersionHandler(deps)),
    compareVersions: answering(compareVersionsHandler(deps)),
    setAlias: answering(setAliasHandler(deps)),
    listAliasChanges: answering(listAliasChangesHandler(deps)),
    setStage: answering(setStageHandler(deps)),
  };
}

/** Adds a version that forecasts ranks, the better the more skill it has. */
export async function addRankVersion(
  registry: MemoryRegistry,
  title: string,
  skill: number,
): Promise<void> {
  await registry.addVersion(rankDraft(title, skill));
}

function rankDraft(title: string, skill: number): VersionDraft {
  const normal = normalSource(randomSource(7));
  const outcomes = Float64Array.from({ length: DAYS * SYMBOLS.length }, normal);
  const forecasts = outcomes.map((outcome) => skill * outcome + normal());
  const shape = { rows: DAYS, cols: SYMBOLS.length };
  const days = Int32Array.from({ length: DAYS }, (_, k) => FIRST_DAY + k);
  const hash = "0".repeat(64);
  return {
    modelId: "rank-21d",
    target: { kind: "rank", horizonDays: 21 },
    title,
    spec: toBinary(
      TrainingSpecSchema,
      create(TrainingSpecSchema, {
        modelId: "rank-21d",
        target: { kind: TargetKind.RANK, horizonDays: 21 },
        symbols: SYMBOLS,
        dataset: { id: "sample", revision: 1 },
        learner: { method: { case: "ridge", value: { penalty: 100 * skill } } },
      }),
    ),
    lineage: {
      dataset: { id: "sample", revision: 1 },
      ...{ contentHash: hash, startDate: "1990-01-02", endDate: "2022-12-28" },
      ...{ featureVersion: "price-features/1", codeVersion: "ridge/1", specHash: hash },
      ...{ artifactHash: hash, backend: "native", device: "CPU, WebAssembly", parents: [] },
    },
    stage: "validated",
    metrics: [
      { name: "rank_ic", value: skill / 10, standardError: 0.01, fold: 0 },
      { name: "icir", value: skill, standardError: undefined, fold: 0 },
      { name: "rank_ic", value: skill / 9, standardError: undefined, fold: 1 },
      { name: "dm_t_momentum", value: 2.5, standardError: undefined, fold: 0 },
    ],
    series: [
      {
        ...{ name: "training_loss", unit: "step" },
        points: Int32Array.of(1, 2, 3),
        values: Float64Array.of(1, 0.9, 0.85),
      },
      {
        ...{ name: "validation_loss", unit: "step" },
        points: Int32Array.of(1, 2, 3),
        values: Float64Array.of(1, 0.95, 0.93),
      },
      {
        ...{ name: "rank_ic_by_horizon", unit: "step" },
        points: Int32Array.of(1, 5, 21),
        values: Float64Array.of(0.01, 0.03, 0.02),
      },
      {
        ...{ name: "return_by_group", unit: "step" },
        points: Int32Array.of(1, 2, 3, 4, 5),
        values: Float64Array.of(-0.02, -0.01, 0, 0.01, 0.02),
      },
      {
        ...{ name: "rank_ic", unit: "day", points: days },
        values: Float64Array.from(days, (day) => Math.sin(day) / 10 + skill / 10),
      },
    ],
    artifact: Uint8Array.of(1),
    replay: {
      symbols: SYMBOLS,
      dates: Array.from(days, (day) => new Date(day * DAY_MS).toISOString().slice(0, 10)),
      forecasts: { ...shape, values: forecasts },
      outcomes: { ...shape, values: outcomes },
    },
    jobId: undefined,
  };
}
