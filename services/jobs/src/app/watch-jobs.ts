import type { Job } from "@portfolio/platform/jobs/job";
import type { JobChanges, Jobs } from "@portfolio/platform/jobs/jobs";
import { isUuid } from "../domain/uuid.ts";
import { jobUnknown } from "./find-job.ts";
import type { JobFeed } from "./job-feed.ts";

/** What watching works with. */
export interface WatchDeps {
  readonly jobs: Jobs;
  readonly feed: JobFeed;
  /** Ends all streams. */
  readonly shutdownSignal: AbortSignal;
  /** Time after which a stream that has nothing to say says so, in ms. */
  readonly idleMs: number;
}

/** Which jobs to watch, and from where. */
export interface Watch {
  /** Empty means all. */
  readonly ids: readonly string[];
  /** Of an earlier watch. 0 means from the start. */
  readonly afterSequence: number;
}

/**
 * Yields the jobs as they are, then each that changes, until the signal aborts or the process stops.
 *
 * @throws {AppError} `JOB_UNKNOWN`, and those of `Pool`.
 */
export async function* watchJobs(
  { jobs, feed, shutdownSignal, idleMs }: WatchDeps,
  { ids, afterSequence }: Watch,
  signal: AbortSignal,
): AsyncGenerator<JobChanges> {
  const subscription = await feed.subscribe();
  const either = AbortSignal.any([signal, shutdownSignal]);
  const onAbort = () => subscription.close();
  either.addEventListener("abort", onAbort, { once: true });
  if (either.aborted) onAbort();
  try {
    const watched = new Set(ids.map((id) => id.toLowerCase()));
    const isWatched = ({ id }: Job) => watched.size === 0 || watched.has(id);
    const start = await readStart(jobs, [...watched], afterSequence);
    let { sequence } = start;
    yield { jobs: start.jobs.filter(isWatched), sequence };
    // The feed may tell again what was read at the start.
    const told = new Map(start.jobs.map(({ id, revision }) => [id, revision]));
    const isNews = (job: Job) => isWatched(job) && job.revision > (told.get(job.id) ?? 0);
    for (;;) {
      const news = await subscription.take(isNews, idleMs);
      if (news === undefined) return;
      sequence = Math.max(sequence, news.sequence ?? 0);
      yield { jobs: news.jobs, sequence };
    }
  } finally {
    either.removeEventListener("abort", onAbort);
    subscription.close();
  }
}

async function readStart(
  jobs: Jobs,
  ids: readonly string[],
  afterSequence: number,
): Promise<JobChanges> {
  const malformed = ids.find((id) => !isUuid(id));
  if (malformed !== undefined) throw jobUnknown(malformed);
  if (afterSequence > 0) return await jobs.changesSince(afterSequence);
  const unfinished = await jobs.unfinished();
  if (ids.length === 0) return unfinished;
  // Read after the sequence, so that what changes in between comes again rather than not at all.
  const found = await jobs.findMany(ids);
  const known = new Set(found.map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw jobUnknown(unknown);
  return { jobs: found, sequence: unfinished.sequence };
}
