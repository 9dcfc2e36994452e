import { withJob } from "./get-backtest.ts";
import { readPageToken, writePageToken } from "./page-token.ts";
import type { BacktestDeps, BacktestWithJob } from "./start-backtest.ts";

/** A page of backtests. */
export interface BacktestPage {
  /** Newest first. */
  readonly backtests: readonly BacktestWithJob[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Lists backtests, newest first.
 *
 * @param pageToken - `nextPageToken` of the page before, or empty.
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export async function listBacktests(
  deps: Pick<BacktestDeps, "backtests" | "jobs">,
  pageSize: number,
  pageToken: string,
): Promise<BacktestPage> {
  const found = await deps.backtests.list(pageSize + 1, readPageToken(pageToken));
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = found.length > pageSize && last !== undefined;
  return {
    backtests: await Promise.all(page.map((backtest) => withJob(deps, backtest))),
    nextPageToken: hasMore ? writePageToken(last.id) : "",
  };
}
