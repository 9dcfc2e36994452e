import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  LearnerSchema,
  TrainingSpec,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { call } from "../api/call.ts";
import { newRequestId } from "../api/request-id.ts";
import type { m } from "../i18n/models/messages.ts";
import { type JobEntry, jobEntry } from "../jobs/job-entry.ts";
import type { TargetName } from "./version-entry.ts";

export type LearnerName = keyof typeof m.train.learners;

// Numbers of the contract, so that the page loads without its descriptors.
const ARCHITECTURES = { perceptron: 1, lstm: 2, gru: 3, transformer: 4, wavenet: 6 } as const;
const MEMBERS = 3;

const network = (
  architecture: number,
  memberCount = 1,
): MessageInitShape<typeof LearnerSchema> => ({
  method: { case: "network", value: { architecture, memberCount } },
});

const LEARNERS: Readonly<Record<LearnerName, MessageInitShape<typeof LearnerSchema>>> = {
  ridge: { method: { case: "ridge", value: {} } },
  elasticNet: { method: { case: "elasticNet", value: {} } },
  boostedTrees: { method: { case: "boostedTrees", value: {} } },
  perceptron: network(ARCHITECTURES.perceptron, MEMBERS),
  lstm: network(ARCHITECTURES.lstm),
  gru: network(ARCHITECTURES.gru),
  transformer: network(ARCHITECTURES.transformer),
  wavenet: network(ARCHITECTURES.wavenet),
  garch: { method: { case: "garch", value: {} } },
  har: { method: { case: "heterogeneous", value: {} } },
  logHar: { method: { case: "heterogeneous", value: { logarithmic: true } } },
  ewma: { method: { case: "exponentialVolatility", value: {} } },
};
const VOLATILITY_LEARNERS: readonly LearnerName[] = ["garch", "har", "logHar", "ewma"];

/** Learners that can forecast a target. */
export function learnersFor(target: TargetName): readonly LearnerName[] {
  const names = Object.keys(LEARNERS) as LearnerName[];
  return names.filter((name) => VOLATILITY_LEARNERS.includes(name) === (target === "volatility"));
}

/** Trains a version like another, by a learner's defaults, on the newest prices. */
export function trainLike(spec: TrainingSpec, learner: LearnerName): Promise<JobEntry | undefined> {
  return call(async (clients) => {
    const { modelId, target, symbols, dataset, startDate, validation, stepDays, seed } = spec;
    const { job } = await clients.training.startTraining({
      spec: {
        ...{ modelId, symbols, startDate, stepDays, seed },
        ...(target && { target }),
        ...(validation && { validation }),
        // The newest revision, to its last day.
        ...(dataset && { dataset: { id: dataset.id } }),
        learner: LEARNERS[learner],
      },
      requestId: newRequestId(),
    });
    return job && jobEntry(job);
  });
}
