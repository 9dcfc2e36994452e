import { create, type DescField, getOption, ScalarType, toBinary } from "@bufbuild/protobuf";
import { field as rulesOption } from "@portfolio/gen/buf/validate/validate_pb.js";
import type {
  StartStudyRequest,
  StudyParameter as WireParameter,
} from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import {
  type Learner,
  LearnerSchema,
  type TrainingSpec,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import type { StudyDraft } from "../../app/start-study.ts";
import type { StudyParameter } from "../../domain/study.ts";
import { fillTrainingSpec } from "./fill-training-spec.ts";
import { unsuitable } from "./read-learner.ts";
import { readTrainingSpec } from "./read-training-spec.ts";

const TRIAL_COUNT = 16;
const PARALLEL_COUNT = 4;

/**
 * Reads a study to start.
 *
 * @throws {AppError} Those of `readTrainingSpec`. `PARAMETER_UNSUITABLE`.
 */
export function readStudyDraft(request: StartStudyRequest): StudyDraft {
  const filled = fillTrainingSpec(request.spec ?? create(TrainingSpecSchema));
  const spec = readTrainingSpec(filled);
  if (spec.validation.kind !== "walk-forward") {
    throw unsuitable("validation", "a study tests its trials by walk-forward");
  }
  const fields = fieldsOf(filled.learner ?? create(LearnerSchema));
  const violations = request.parameters.flatMap((parameter, k) =>
    problemsOf(parameter, k, request.parameters, fields.get(parameter.name)),
  );
  const [first] = violations;
  if (first !== undefined) {
    const message = `${first.field}: ${first.description}`;
    throw new AppError("invalid-argument", "PARAMETER_UNSUITABLE", message, { violations });
  }
  return {
    spec,
    writeSpec: ({ id, revision }) => {
      const dataset = create(DatasetReferenceSchema, { id, revision });
      return toBinary(TrainingSpecSchema, { ...filled, dataset });
    },
    parameters: request.parameters.map((parameter) => readParameter(parameter, fields)),
    trialCountMax: request.trialCountMax || TRIAL_COUNT,
    parallelCount: request.parallelCount || PARALLEL_COUNT,
    requestId: request.requestId,
  };
}

/** Writes values into the learner of a specification. */
export function withValues(
  spec: TrainingSpec,
  parameters: readonly StudyParameter[],
  values: readonly number[],
): TrainingSpec {
  const method = spec.learner?.method;
  const fields = fieldsOf(spec.learner ?? create(LearnerSchema));
  const changes = Object.fromEntries(
    parameters.map(({ name }, k) => [fields.get(name)?.localName ?? name, values[k] ?? 0]),
  );
  const changed = { ...method, value: { ...method?.value, ...changes } } as Learner["method"];
  return create(TrainingSpecSchema, {
    ...spec,
    learner: create(LearnerSchema, { method: changed }),
  });
}

/** Numbers of the learner, by name. */
function fieldsOf({ method }: Learner): ReadonlyMap<string, DescField> {
  const message = LearnerSchema.fields.find(({ localName }) => localName === method.case)?.message;
  const numbers = (message?.fields ?? []).filter(
    (each) =>
      each.fieldKind === "scalar" &&
      (each.scalar === ScalarType.INT32 || each.scalar === ScalarType.DOUBLE),
  );
  return new Map(numbers.map((each) => [each.name, each]));
}

function readParameter(
  { name, min, max, isLogarithmic }: WireParameter,
  fields: ReadonlyMap<string, DescField>,
): StudyParameter {
  const isInteger = fields.get(name)?.scalar === ScalarType.INT32;
  return { name, min, max, isLogarithmic, isInteger };
}

function problemsOf(
  { name, min, max, isLogarithmic }: WireParameter,
  k: number,
  all: readonly WireParameter[],
  known: DescField | undefined,
): FieldViolation[] {
  const problem = (description: string) => [{ field: `parameters[${k}]`, description }];
  if (known === undefined) {
    return problem(`the learner has no number ${name}`);
  }
  if (all.findIndex((other) => other.name === name) < k) {
    return problem(`${name} is there already`);
  }
  // 0 stands for a default.
  if (!(min > 0 && min <= max)) {
    return problem(`${min} to ${max} is no range of positive numbers`);
  }
  const most = limitOf(known);
  if (max > most) {
    return problem(`${name} is at most ${most}`);
  }
  return isLogarithmic || known.scalar !== ScalarType.INT32 || Number.isInteger(min)
    ? []
    : problem(`${name} is a whole number`);
}

/** Greatest value that the contract allows. */
function limitOf(known: DescField): number {
  const { type } = getOption(known, rulesOption);
  const limit = type.case === "int32" || type.case === "double" ? type.value.lessThan : undefined;
  return limit?.value ?? Number.POSITIVE_INFINITY;
}
