import { portfolioUnknown } from "../domain/portfolio-unknown.ts";
import { isUuid } from "../domain/uuid.ts";
import type { PortfolioStore, SavedPortfolio } from "../ports.ts";

/**
 * Gets a saved portfolio.
 *
 * @throws {AppError} `PORTFOLIO_UNKNOWN`.
 */
export async function getPortfolio(
  portfolios: PortfolioStore,
  id: string,
): Promise<SavedPortfolio> {
  const found = isUuid(id) ? await portfolios.find(id) : undefined;
  if (found === undefined) {
    throw portfolioUnknown(id);
  }
  return found;
}
