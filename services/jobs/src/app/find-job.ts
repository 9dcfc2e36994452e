import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import { isUuid } from "../domain/uuid.ts";

/**
 * Gets what `look` finds under an identifier.
 *
 * @throws {AppError} `JOB_UNKNOWN`, and those of `look`.
 */
export async function findJob(
  id: string,
  look: (id: string) => Promise<Job | undefined>,
): Promise<Job> {
  const job = isUuid(id) ? await look(id) : undefined;
  if (job === undefined) throw jobUnknown(id);
  return job;
}

export function jobUnknown(id: string): AppError {
  return new AppError("not-found", "JOB_UNKNOWN", "There is no such job.", { metadata: { id } });
}
