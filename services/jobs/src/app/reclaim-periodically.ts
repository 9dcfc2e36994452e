import type { JobLeases } from "@portfolio/platform/jobs/job-leases";
import type { Logger } from "@portfolio/platform/logger";

const INTERVAL_MS = 5000;

/**
 * Takes jobs away from workers that fell silent, so that it shows even when no worker is left.
 *
 * @returns Stops that.
 */
export function reclaimPeriodically(leases: JobLeases, log: Logger): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  const reclaim = async () => {
    try {
      const count = await leases.reclaimExpired();
      if (count > 0) log.warn({ count }, "jobs were taken from lost workers");
    } catch (error) {
      log.warn({ err: error }, "jobs of lost workers could not be reclaimed");
    }
  };
  const timer = setInterval(() => {
    underWay ??= reclaim().finally(() => {
      underWay = undefined;
    });
  }, INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
