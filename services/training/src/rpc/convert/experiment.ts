import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type ExperimentReportSchema,
  type ExperimentSchema,
  type ExperimentSpec,
  type ExperimentSpecSchema,
  GuardMetric as GuardMessage,
  ExperimentState as StateMessage,
} from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import type {
  Experiment,
  ExperimentFindings,
  ExperimentRules,
  ExperimentState,
  GuardMetric,
} from "../../domain/experiment.ts";

const STATES: Readonly<Record<ExperimentState, StateMessage>> = {
  running: StateMessage.RUNNING,
  better: StateMessage.BETTER,
  futile: StateMessage.FUTILE,
  worse: StateMessage.WORSE,
  expired: StateMessage.EXPIRED,
  stopped: StateMessage.STOPPED,
};

const GUARDS: Readonly<Record<GuardMetric, GuardMessage>> = {
  turnover: GuardMessage.TURNOVER,
  "squared-error": GuardMessage.SQUARED_ERROR,
  drawdown: GuardMessage.DRAWDOWN,
  calibration: GuardMessage.CALIBRATION,
};
const GUARD_METRICS = new Map(
  Object.entries(GUARDS).map(([metric, message]) => [message, metric as GuardMetric]),
);

/** Reads rules; 0 stands for defaults. */
export function readRules(spec: ExperimentSpec | undefined): ExperimentRules {
  return {
    modelId: spec?.modelId ?? "",
    championVersion: spec?.championVersion ?? 0,
    challengerVersion: spec?.challengerVersion ?? 0,
    level: spec?.level ?? 0,
    armCount: spec?.armCount ?? 0,
    effectMin: spec?.effectMin ?? 0,
    daysMax: spec?.daysMax ?? 0,
    canaryShare: spec?.canaryShare ?? 0,
    autoPromote: spec?.autoPromote ?? false,
    guards: (spec?.guards ?? []).map(({ metric, margin }) => ({
      metric: GUARD_METRICS.get(metric) ?? "squared-error",
      margin,
    })),
  };
}

/** Writes an experiment as the contract has it. */
export function writeExperiment(experiment: Experiment): MessageInitShape<typeof ExperimentSchema> {
  const { id, rules, state, createTime, endTime } = experiment;
  return { id, spec: writeRules(rules), state: STATES[state], createTime, endTime: endTime ?? "" };
}

/** Writes rules as the contract has them. */
export function writeRules(rules: ExperimentRules): MessageInitShape<typeof ExperimentSpecSchema> {
  const { guards, ...fields } = rules;
  return {
    ...fields,
    guards: guards.map(({ metric, margin }) => ({ metric: GUARDS[metric], margin })),
  };
}

/** Writes what is known. @param replayedDays - Days before the experiment. */
export function writeFindings(
  findings: ExperimentFindings,
  replayedDays: number,
): MessageInitShape<typeof ExperimentReportSchema> {
  const { path, openGuards, state, ...fields } = findings;
  return {
    ...fields,
    daysToDecision: [...fields.daysToDecision],
    replayedDayCount: Math.min(replayedDays, findings.dayCount),
    openGuards: openGuards.map((metric) => GUARDS[metric]),
    state: STATES[state],
    path: path.map(({ lower, upper, ...point }) => ({
      ...point,
      ...(Number.isFinite(lower) && { lower }),
      ...(Number.isFinite(upper) && { upper }),
    })),
  };
}
