import { isUuid } from "../domain/uuid.ts";
import type { PortfolioStore } from "../ports.ts";

/** Deletes a saved portfolio, if it is there. */
export async function deletePortfolio(portfolios: PortfolioStore, id: string): Promise<void> {
  if (isUuid(id)) {
    await portfolios.delete(id);
  }
}
