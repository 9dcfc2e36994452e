import type { OpenJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import { periodically } from "@portfolio/platform/periodically";

const RECLAIM_INTERVAL_MS = 500;
const ARCHIVE_INTERVAL_MS = 60_000;

/**
 * Takes jobs away from dead workers, so that it shows even when no worker is left, and moves old
 * ones to the archive.
 *
 * @param archiveAfterDays - Age at which an ended job is moved.
 * @returns Stops that.
 */
export function lookAfterJobs(
  { leases, archive }: Pick<OpenJobs, "leases" | "archive">,
  archiveAfterDays: number,
  log: Logger,
): () => Promise<void> {
  const reclaim = async () => {
    const count = await leases.reclaimExpired();
    if (count > 0) log.warn({ count }, "jobs were taken from lost workers");
  };
  const tidy = async () => {
    let count = 0;
    for (let moved = -1; moved !== 0; count += moved)
      moved = await archive.moveEnded(archiveAfterDays);
    if (count > 0) log.info({ count }, "jobs were moved to the archive");
    await archive.forget();
  };
  const stops = [
    periodically("reclaim", RECLAIM_INTERVAL_MS, reclaim, log),
    periodically("archive", ARCHIVE_INTERVAL_MS, tidy, log),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
