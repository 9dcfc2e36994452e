import type { Clock } from "@portfolio/platform/clock";
import type {
  PortfolioStore,
  Rebalance,
  RebalanceOrder,
  RebalanceStore,
  SavedPortfolio,
} from "../ports.ts";
import { getPortfolio } from "./get-portfolio.ts";
import { contentDigest } from "./provenance.ts";

/** What a portfolio is to hold from now on, as asked for. */
export interface RebalanceDraft extends Omit<RebalanceOrder, "id" | "createTime"> {
  /** Marks repetitions of one rebalance. Empty means none. */
  readonly requestId: string;
  /** All of the above as plain data, by which a repetition is told from another rebalance. */
  readonly content: unknown;
}

/** What rebalancing works with. */
export interface RebalanceDeps {
  readonly portfolios: PortfolioStore;
  readonly rebalances: RebalanceStore;
  readonly clock: Clock;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/**
 * Gives a saved portfolio other positions, once per request identifier.
 *
 * @throws {AppError} `PORTFOLIO_UNKNOWN`, `NOTHING_TO_REBALANCE`, `REQUEST_ID_REUSED`.
 */
export async function rebalancePortfolio(
  { portfolios, rebalances, clock, newId }: RebalanceDeps,
  { requestId, content, ...draft }: RebalanceDraft,
): Promise<{ readonly portfolio: SavedPortfolio; readonly rebalance: Rebalance }> {
  await getPortfolio(portfolios, draft.portfolioId);
  const order = { ...draft, id: newId(), createTime: clock.now().toISOString() };
  const key = requestId === "" ? undefined : { requestId, digest: contentDigest(content) };
  const rebalance = await rebalances.rebalance(order, key);
  return { portfolio: await getPortfolio(portfolios, draft.portfolioId), rebalance };
}
