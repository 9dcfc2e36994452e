import {
  TargetKind,
  type Validation,
  type TrainingSpec as WireSpec,
  type Target as WireTarget,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import { learnerProblem } from "../../domain/suits-target.ts";
import type { Target, TrainingSpec, ValidationScheme } from "../../domain/training-spec.ts";
import { readLearner, unsuitable } from "./read-learner.ts";

/** Ranks of fewer assets say nothing. */
const RANKED_SYMBOLS_MIN = 3;

/**
 * Reads a specification with its defaults filled in.
 *
 * @throws {AppError} `REQUEST_INVALID`, `LEARNER_UNSUITABLE`, with fields below `spec`.
 */
export function readTrainingSpec(filled: WireSpec): TrainingSpec {
  refuseIfAny(problemsOf(filled));
  const target = readTarget(filled.target);
  const learner = filled.learner && readLearner(filled.learner, target, filled.seed);
  if (learner === undefined) {
    throw unsuitable("learner", "a method must be set");
  }
  const problem = learnerProblem(learner, target);
  if (problem !== undefined) {
    throw unsuitable("learner", problem);
  }
  const { modelId, symbols, startDate, endDate, stepDays, seed } = filled;
  return {
    ...{ modelId, target, symbols, startDate, endDate, learner, stepDays, seed },
    dataset: { id: filled.dataset?.id ?? "", revision: filled.dataset?.revision ?? 0 },
    validation: readValidation(filled.validation, target),
  };
}

function readTarget(target: WireTarget | undefined): Target {
  const { kind, horizonDays = 1, probability = 0 } = target ?? {};
  switch (kind) {
    case TargetKind.RETURN:
      return { kind: "return", horizonDays };
    case TargetKind.VOLATILITY:
      return { kind: "volatility", horizonDays };
    case TargetKind.QUANTILE:
      return { kind: "quantile", horizonDays, probability };
    default:
      return { kind: "rank", horizonDays };
  }
}

function readValidation(
  validation: Validation | undefined,
  { horizonDays }: Target,
): ValidationScheme {
  const embargoDays = validation?.embargoDays;
  const scheme = validation?.scheme;
  if (scheme?.case === "combinatorialPurged") {
    const { blockCount, testBlockCount } = scheme.value;
    return { kind: "combinatorial-purged", blockCount, testBlockCount, embargoDays };
  }
  const walk = scheme?.value;
  return {
    kind: "walk-forward",
    foldCount: walk?.foldCount ?? 5,
    trainDaysMin: walk?.trainDaysMin ?? 0,
    trainDaysMax: walk?.trainDaysMax ?? 0,
    embargoDays: embargoDays ?? horizonDays,
  };
}

/** Everything at fault that the field rules of the contract cannot say. */
function problemsOf(spec: WireSpec): FieldViolation[] {
  const { target, symbols, validation } = spec;
  const problems: FieldViolation[] = [];
  const complain = (field: string, description: string) =>
    problems.push({ field: `spec.${field}`, description });
  if ((target?.kind === TargetKind.QUANTILE) !== (target?.probability ?? 0) > 0) {
    complain("target.probability", "is for quantiles, which need one in (0, 1)");
  }
  const seen = new Set<string>();
  for (const [k, symbol] of symbols.entries()) {
    if (seen.has(symbol)) {
      complain(`symbols[${k}]`, `"${symbol}" is there already`);
    }
    seen.add(symbol);
  }
  const isRelative = target?.kind === TargetKind.RANK || target?.kind === TargetKind.RETURN;
  if (isRelative && symbols.length < RANKED_SYMBOLS_MIN) {
    complain("symbols", `at least ${RANKED_SYMBOLS_MIN} are needed to compare their returns`);
  }
  const scheme = validation?.scheme;
  if (scheme?.case === "combinatorialPurged") {
    const { blockCount, testBlockCount } = scheme.value;
    if (!(blockCount >= 3 && testBlockCount >= 2 && testBlockCount < blockCount)) {
      complain(
        "validation.combinatorial_purged",
        "needs at least 3 blocks, and at least 2 and fewer than all of them in a test",
      );
    }
  }
  problems.push(...dateProblems(spec));
  return problems;
}

function dateProblems({ startDate, endDate }: WireSpec): FieldViolation[] {
  const problems = [
    { field: "spec.start_date", date: startDate },
    { field: "spec.end_date", date: endDate },
  ]
    .filter(({ date }) => date !== "" && !isCalendarDate(date))
    .map(({ field, date }) => ({
      field,
      description: `"${date}" is not a day of the calendar written as YYYY-MM-DD`,
    }));
  const isReversed = startDate !== "" && endDate !== "" && startDate > endDate;
  return isReversed && problems.length === 0
    ? [{ field: "spec.start_date", description: `${startDate} is after the end date, ${endDate}` }]
    : problems;
}

function isCalendarDate(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // 30 February would become 1 or 2 March.
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function refuseIfAny(violations: readonly FieldViolation[]): void {
  const [first] = violations;
  if (first !== undefined) {
    const message = `${first.field}: ${first.description}`;
    throw new AppError("invalid-argument", "REQUEST_INVALID", message, { violations });
  }
}
