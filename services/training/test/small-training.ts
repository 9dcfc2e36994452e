import { createClient } from "@connectrpc/connect";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { Architecture, TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { TestTraining } from "./test-training.ts";

export const MODEL_ID = "rank-10d";
export const SPEC = {
  modelId: MODEL_ID,
  target: { kind: TargetKind.RANK, horizonDays: 10 },
  symbols: ["AAPL", "BAC", "CVX", "JNJ", "KO", "MSFT"] as string[],
  startDate: "2018-01-01",
  endDate: "2020-12-31",
  validation: { scheme: { case: "walkForward", value: { foldCount: 2 } } },
} as const;
export const NETWORK = {
  method: {
    case: "network",
    value: { architecture: Architecture.PERCEPTRON, width: 6, memberCount: 2, epochCountMax: 3 },
  },
} as const;
export const RIDGE = { method: { case: "ridge", value: {} } } as const;

/** Trains a version on three years of six assets. @returns The job that did, ended. */
export async function trainSmall(service: TestTraining, learner: typeof NETWORK | typeof RIDGE) {
  const trainings = createClient(TrainingService, service.transport);
  const { job } = await trainings.startTraining({ spec: { ...SPEC, learner } });
  return await service.ended(job?.id ?? "");
}
