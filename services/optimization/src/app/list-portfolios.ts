import type { PortfolioStore, SavedPortfolio } from "../ports.ts";
import { readPageToken, writePageToken } from "./page-token.ts";

/** What listing works with. */
export interface ListDeps {
  readonly portfolios: PortfolioStore;
}

/** A page of saved portfolios. */
export interface PortfolioPage {
  /** Newest first. */
  readonly portfolios: readonly SavedPortfolio[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Lists saved portfolios, newest first.
 *
 * @param pageToken - `nextPageToken` of the page before, or empty.
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export async function listPortfolios(
  { portfolios }: ListDeps,
  pageSize: number,
  pageToken: string,
): Promise<PortfolioPage> {
  const beforeId = readPageToken(pageToken);
  const found = await portfolios.list(pageSize + 1, beforeId);
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = found.length > pageSize && last !== undefined;
  return { portfolios: page, nextPageToken: hasMore ? writePageToken(last.id) : "" };
}
