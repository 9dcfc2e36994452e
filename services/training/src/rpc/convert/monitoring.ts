import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  AlarmAction as ActionMessage,
  type DriftAlarmSchema,
  type DriftReportSchema,
  type MonitoringPolicySchema,
  type MonitoringPolicy as PolicyMessage,
} from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import type { VersionLook } from "../../app/monitoring.ts";
import type { AlarmAction, DriftAlarm, MonitoringPolicy } from "../../domain/monitoring-policy.ts";

const ACTIONS: Readonly<Record<AlarmAction, ActionMessage>> = {
  none: ActionMessage.NONE,
  "cooling-down": ActionMessage.COOLING_DOWN,
  retraining: ActionMessage.RETRAINING,
  challenging: ActionMessage.CHALLENGING,
};

/** Reads a policy; 0 stands for what is usual. */
export function readPolicy(policy: PolicyMessage | undefined): MonitoringPolicy {
  return {
    runLengthDays: policy?.runLengthDays ?? 0,
    retrain: policy?.retrain ?? false,
    cooldownDays: policy?.cooldownDays ?? 0,
    retrainingsPerQuarter: policy?.retrainingsPerQuarter ?? 0,
    fallBackToBaseline: policy?.fallBackToBaseline ?? false,
    falseShare: policy?.falseShare ?? 0,
  };
}

/** Writes a policy as the contract has it. */
export function writePolicy(
  policy: MonitoringPolicy,
): MessageInitShape<typeof MonitoringPolicySchema> {
  return { ...policy };
}

/** Writes what was seen of a version as the contract has it. */
export function writeLook({
  version,
  findings,
  createTime,
}: VersionLook): MessageInitShape<typeof DriftReportSchema> {
  const { loss, forecasts, features } = findings;
  return {
    modelId: version.modelId,
    version: version.number,
    referenceDayCount: findings.referenceDays,
    liveDayCount: findings.liveDays,
    liveDaysNeeded: findings.liveDaysNeeded,
    loss: {
      metric: loss.metric,
      dates: [...loss.dates],
      statistics: [...loss.statistics],
      threshold: loss.threshold,
      alarmDates: [...loss.alarmDates],
    },
    ...(forecasts && { forecasts: { ...forecasts } }),
    features: features.map((feature) => ({ ...feature })),
    createTime,
    lastDate: findings.lastDate,
  };
}

/** Writes an alarm as the contract has it. */
export function writeAlarm({
  modelId: _,
  action,
  jobId,
  ...alarm
}: DriftAlarm): MessageInitShape<typeof DriftAlarmSchema> {
  return {
    ...alarm,
    action: action === undefined ? ActionMessage.UNSPECIFIED : ACTIONS[action],
    jobId: jobId ?? "",
  };
}
