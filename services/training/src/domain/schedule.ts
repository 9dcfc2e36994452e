import { AppError } from "@portfolio/platform/app-error";
import { Cron } from "croner";

/** What is done again and again with a model. */
export type ScheduledWork = "training" | "forecasting" | "monitoring";

/** Work that is due again and again. */
export interface Schedule {
  /** A UUID of version 7. */
  readonly id: string;
  readonly modelId: string;
  readonly work: ScheduledWork;
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** Such as `America/New_York`. */
  readonly timeZone: string;
  /** RFC 3339 in UTC; missing when it is off. */
  readonly nextTime: string | undefined;
  readonly lastTime: string | undefined;
  readonly lastJobId: string | undefined;
  /** Empty when nothing went wrong the last time. */
  readonly lastProblem: string;
}

const FIELDS = /^\S+(\s+\S+){4}$/u;

/**
 * Says when a schedule is due next. A time that a clock skips in spring is due right after; one that
 * it repeats in autumn is due once.
 *
 * @param after - RFC 3339.
 * @returns RFC 3339 in UTC, or nothing when it is never due again.
 * @throws {AppError} `CRON_INVALID`, `TIME_ZONE_UNKNOWN`.
 */
export function nextTime(
  { cron, timeZone }: Pick<Schedule, "cron" | "timeZone">,
  after: string,
): string | undefined {
  requireTimeZone(timeZone);
  try {
    if (!FIELDS.test(cron.trim())) {
      throw new TypeError("there must be five fields");
    }
    return new Cron(cron.trim(), { timezone: timeZone }).nextRun(new Date(after))?.toISOString();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /u, "") : "";
    const description = `${cron} is no schedule of minute, hour, day, month, day of the week: ${why}`;
    throw new AppError("invalid-argument", "CRON_INVALID", description, {
      violations: [{ field: "spec.cron", description }],
      cause,
    });
  }
}

function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (cause) {
    const description = `${timeZone} is no time zone, such as America/New_York`;
    throw new AppError("invalid-argument", "TIME_ZONE_UNKNOWN", description, {
      violations: [{ field: "spec.time_zone", description }],
      cause,
    });
  }
}
