import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type ScheduleSchema,
  type ScheduleSpec,
  ScheduledWork as WorkMessage,
} from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import type { ScheduleDraft } from "../../app/schedules.ts";
import type { Schedule, ScheduledWork } from "../../domain/schedule.ts";

const WORKS: Readonly<Record<ScheduledWork, WorkMessage>> = {
  training: WorkMessage.TRAINING,
  forecasting: WorkMessage.FORECASTING,
  monitoring: WorkMessage.MONITORING,
};

/** Reads when work is due, and what it is. */
export function readSchedule(spec: ScheduleSpec | undefined): ScheduleDraft {
  const works = Object.keys(WORKS) as ScheduledWork[];
  return {
    modelId: spec?.modelId ?? "",
    // A rule of the contract refuses others.
    work: works.find((work) => WORKS[work] === spec?.work) ?? "monitoring",
    cron: spec?.cron ?? "",
    timeZone: spec?.timeZone ?? "",
    isOff: spec?.isOff ?? false,
  };
}

/** Writes a schedule as the contract has it. */
export function writeSchedule(schedule: Schedule): MessageInitShape<typeof ScheduleSchema> {
  const { id, modelId, work, cron, timeZone, nextTime, lastTime, lastJobId } = schedule;
  return {
    id,
    spec: { modelId, work: WORKS[work], cron, timeZone, isOff: nextTime === undefined },
    nextTime: nextTime ?? "",
    lastTime: lastTime ?? "",
    lastJobId: lastJobId ?? "",
    lastProblem: schedule.lastProblem,
  };
}
