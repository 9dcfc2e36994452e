import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import { nextTime, type Schedule, type ScheduledWork } from "../domain/schedule.ts";
import { isUuid } from "../domain/uuid.ts";
import type { ScheduleStore } from "../ports.ts";
import { findModel } from "./find-version.ts";
import { type MonitoringDeps, startMonitoring } from "./monitoring.ts";
import { type RetrainingDeps, retrainChampion } from "./retrain-champion.ts";
import { startForecasting } from "./start-forecasting.ts";

/** What schedules are kept and followed with. */
export interface ScheduleDeps extends MonitoringDeps, RetrainingDeps {
  readonly jobs: RetrainingDeps["jobs"];
  readonly schedules: ScheduleStore;
  /** Makes a UUID of version 7. */
  readonly newId: () => string;
  /** RFC 3339. */
  readonly now: () => string;
}

/** When work is due, and what it is. */
export interface ScheduleDraft {
  readonly modelId: string;
  readonly work: ScheduledWork;
  readonly cron: string;
  readonly timeZone: string;
  readonly isOff: boolean;
}

/**
 * Makes a schedule.
 *
 * @throws {AppError} `CRON_INVALID`, `TIME_ZONE_UNKNOWN`, `MODEL_UNKNOWN`, `SCHEDULES_TOO_MANY`.
 */
export async function createSchedule(deps: ScheduleDeps, draft: ScheduleDraft): Promise<Schedule> {
  const schedule = await planned(deps, deps.newId(), draft);
  await deps.schedules.add(schedule);
  return knownSchedule(deps, schedule.id);
}

/** Changes a schedule. @throws {AppError} As `createSchedule`, and `SCHEDULE_UNKNOWN`. */
export async function updateSchedule(
  deps: ScheduleDeps,
  id: string,
  draft: ScheduleDraft,
): Promise<Schedule> {
  await knownSchedule(deps, id);
  await deps.schedules.update(await planned(deps, id, draft));
  return knownSchedule(deps, id);
}

/** Deletes a schedule, if it is there. */
export async function deleteSchedule({ schedules }: ScheduleDeps, id: string): Promise<void> {
  if (isUuid(id)) {
    await schedules.delete(id);
  }
}

/** Does the work of a schedule now. @throws {AppError} `SCHEDULE_UNKNOWN`, those of the work. */
export async function runSchedule(deps: ScheduleDeps, id: string): Promise<Job> {
  return startWork(deps, await knownSchedule(deps, id), "");
}

/**
 * Starts the work of every schedule that is due. What was missed is done once, and a time starts one
 * job, also if a process ends before it has noted that.
 *
 * @returns How many were due.
 */
export async function runDueSchedules(deps: ScheduleDeps): Promise<number> {
  const now = deps.now();
  let count = 0;
  const run = async (schedule: Schedule) => ({
    nextTime: nextTime(schedule, now),
    ...(await attempt(deps, schedule)),
  });
  while (await deps.schedules.runNextDue(now, run)) {
    count++;
  }
  return count;
}

/** Starts the work of a schedule that is due. A failure is noted, and the next time tries again. */
async function attempt(deps: ScheduleDeps, schedule: Schedule) {
  try {
    const job = await startWork(deps, schedule, `schedule:${schedule.id}:${schedule.nextTime}`);
    return { jobId: job.id, problem: "" };
  } catch (error) {
    if (error instanceof AppError) {
      return { jobId: undefined, problem: error.message };
    }
    throw error;
  }
}

function startWork(
  deps: ScheduleDeps,
  { modelId, work }: Schedule,
  requestId: string,
): Promise<Job> {
  switch (work) {
    case "training":
      return retrainChampion(deps, modelId, requestId);
    case "forecasting":
      return startForecasting(deps, { modelId, versions: [], dataset: undefined, requestId });
    case "monitoring":
      return startMonitoring(deps, modelId, 0, requestId);
  }
}

async function planned(
  { registry, now }: ScheduleDeps,
  id: string,
  { isOff, timeZone: asked, ...draft }: ScheduleDraft,
): Promise<Schedule> {
  const timeZone = asked || "UTC";
  const next = nextTime({ ...draft, timeZone }, now());
  await findModel(registry, draft.modelId);
  const last = { lastTime: undefined, lastJobId: undefined, lastProblem: "" };
  return { id, ...draft, timeZone, nextTime: isOff ? undefined : next, ...last };
}

async function knownSchedule({ schedules }: ScheduleDeps, id: string): Promise<Schedule> {
  const found = isUuid(id) ? await schedules.find(id) : undefined;
  if (found === undefined) {
    throw new AppError("not-found", "SCHEDULE_UNKNOWN", `There is no schedule ${id}.`, {
      violations: [{ field: "id", description: "names no schedule" }],
    });
  }
  return found;
}
