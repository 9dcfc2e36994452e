import type { PortfolioStore, Rebalance, RebalanceStore } from "../ports.ts";
import { getPortfolio } from "./get-portfolio.ts";
import { readPageToken, writePageToken } from "./page-token.ts";

/** A page of rebalances. */
export interface RebalancePage {
  /** Newest first. */
  readonly rebalances: readonly Rebalance[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Lists the rebalances of a saved portfolio, newest first.
 *
 * @param pageToken - `nextPageToken` of the page before, or empty.
 * @throws {AppError} `PORTFOLIO_UNKNOWN`, `PAGE_TOKEN_INVALID`.
 */
export async function listRebalances(
  deps: { readonly portfolios: PortfolioStore; readonly rebalances: RebalanceStore },
  portfolioId: string,
  pageSize: number,
  pageToken: string,
): Promise<RebalancePage> {
  const beforeId = readPageToken(pageToken);
  await getPortfolio(deps.portfolios, portfolioId);
  const found = await deps.rebalances.listRebalances(portfolioId, pageSize + 1, beforeId);
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = found.length > pageSize && last !== undefined;
  return { rebalances: page, nextPageToken: hasMore ? writePageToken(last.id) : "" };
}
