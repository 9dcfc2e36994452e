import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import type { JobFilter, Jobs } from "@portfolio/platform/jobs/jobs";
import { isUuid } from "../domain/uuid.ts";

/** A page of jobs. */
export interface JobPage {
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Lists jobs, newest first.
 *
 * @param page.token - `nextPageToken` of the page before, or empty.
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export async function listJobs(
  jobs: Jobs,
  filter: JobFilter,
  page: { readonly size: number; readonly token: string },
): Promise<JobPage> {
  const beforeId = page.token === "" ? undefined : readPageToken(page.token);
  const found = await jobs.list(filter, page.size + 1, beforeId);
  const shown = found.slice(0, page.size);
  const last = shown.at(-1);
  const hasMore = found.length > page.size && last !== undefined;
  return { jobs: shown, nextPageToken: hasMore ? writePageToken(last.id) : "" };
}

// A token is opaque to callers: base64url of a version and the last identifier of the page.
const TOKEN_VERSION = "1:";

function writePageToken(lastId: string): string {
  return Buffer.from(TOKEN_VERSION + lastId).toString("base64url");
}

function readPageToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  const lastId = text.slice(TOKEN_VERSION.length);
  if (!(text.startsWith(TOKEN_VERSION) && isUuid(lastId))) {
    const description = "pass the next_page_token of a page as it is, or nothing";
    throw new AppError("invalid-argument", "PAGE_TOKEN_INVALID", `page_token: ${description}`, {
      violations: [{ field: "page_token", description }],
    });
  }
  return lastId;
}
