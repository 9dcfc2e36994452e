import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CombinationMethod,
  LearnerSchema,
  TargetKind,
  TrainingSpecSchema,
  type TrainingSpec as WireSpec,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { DefaultModelsWork } from "./adapters/default-models-kind.ts";
import type { TrainingWork } from "./adapters/training-kind.ts";
import type { VerificationWork } from "./adapters/verification-kind.ts";
import { findVersion } from "./app/find-version.ts";
import { prepareTraining, type TrainingSources } from "./app/prepare-training.ts";
import { codeVersion, learnerTitle } from "./app/training-text.ts";
import { readVerification } from "./app/verify-version.ts";
import { skillMeasure } from "./domain/daily-skill.ts";
import type { DefaultModelsTask } from "./domain/default-models-task.ts";
import type { Version } from "./domain/model-version.ts";
import { fillTrainingSpec } from "./rpc/convert/fill-training-spec.ts";
import { readTrainingSpec } from "./rpc/convert/read-training-spec.ts";

/** Joins what a worker does for trainings: the contract that they are stored in, prices, versions. */
export function trainingWork(deps: TrainingSources): TrainingWork {
  return {
    prepare: (payload, signal) => prepareTraining(deps, readSpec(payload), signal),
    readSpec,
    title: ({ learner }) => learnerTitle(learner),
    codeVersion: ({ learner }) => codeVersion(learner),
  };
}

/** As `trainingWork`, of the jobs that choose champions. */
export function defaultModelsWork(deps: TrainingSources): DefaultModelsWork {
  return {
    ...trainingWork(deps),
    prepareChoice: (payload, signal) => prepareChoice(deps, payload, signal),
  };
}

/** As `trainingWork`, of the jobs that train a version again: natively, whatever else is here. */
export function verificationWork(
  sources: Omit<TrainingSources, "networkBackend">,
): VerificationWork {
  const deps: TrainingSources = { ...sources, networkBackend: async () => ({ id: "native" }) };
  return {
    prepare: async (payload, signal) => {
      const { modelId, number } = readVerification(payload);
      const name = { kind: "number", number } as const;
      const { version } = await findVersion(deps.registry, modelId, name);
      return prepareTraining(deps, readSpec(version.spec), signal);
    },
    readPayload: readVerification,
  };
}

const COMBINED_MAX = 20;

async function prepareChoice(
  deps: TrainingSources,
  payload: Uint8Array,
  signal: AbortSignal,
): Promise<DefaultModelsTask> {
  const { modelId, references } = readPayload(payload);
  const numbers = references.map((reference) => Number(reference.split("/").at(-1)));
  const names = numbers.map((number) => ({ modelId, number }));
  const versions = [...(await deps.registry.findVersions(names))].sort(
    (a, b) => a.number - b.number,
  );
  const learned = versions.filter((version) => !isBaseline(version)).slice(0, COMBINED_MAX);
  const [first] = versions;
  const spec = first && combinationSpec(first, learned);
  const { target } = readSpec(first?.spec ?? new Uint8Array(0));
  const measure = skillMeasure(target);
  return {
    modelId,
    measure,
    candidates: versions.map((version) => ({
      number: version.number,
      title: version.title,
      isBaseline: isBaseline(version),
      score:
        version.metrics.find(({ name, fold }) => name === measure.name && fold === 0)?.value ??
        Number.NaN,
    })),
    combination:
      spec && learned.length >= 2
        ? {
            spec: toBinary(TrainingSpecSchema, spec),
            task: await prepareTraining(deps, readTrainingSpec(spec), signal),
          }
        : undefined,
  };
}

/** The specification of a combination, on the prices and days of its first member. */
function combinationSpec(first: Version, members: readonly Version[]): WireSpec {
  const own = fromBinary(TrainingSpecSchema, first.spec);
  // Least squares would weigh variances by their largest, so volatilities are mixed equally.
  const isVolatility = own.target?.kind === TargetKind.VOLATILITY;
  const value = {
    versions: members.map(({ number }) => number),
    method: isVolatility ? CombinationMethod.EQUAL : CombinationMethod.SKILL,
  };
  const learner = create(LearnerSchema, { method: { case: "combination", value } });
  return fillTrainingSpec({ ...own, learner });
}

function isBaseline(version: Version): boolean {
  const { learner } = readSpec(version.spec);
  return learner.kind === "baseline" || learner.kind === "exponential-volatility";
}

function readSpec(payload: Uint8Array) {
  return readTrainingSpec(fromBinary(TrainingSpecSchema, payload));
}

function readPayload(payload: Uint8Array): {
  readonly modelId: string;
  readonly references: readonly string[];
} {
  return JSON.parse(Buffer.from(payload).toString("utf8"));
}
