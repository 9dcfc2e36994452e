import type { Clients } from "@portfolio/gen";
import type { SavedPortfolio } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { newRequestId } from "../../lib/api/request-id.ts";
import { holdingCount } from "../../lib/optimize/chosen-portfolio.ts";
import { paths } from "../../lib/router.ts";

/** A saved portfolio as a line of the list. */
export interface SavedEntry {
  readonly id: string;
  readonly name: string;
  readonly holdings: number;
  /** RFC 3339, UTC. */
  readonly createTime: string;
  /** Page that shows the portfolio again. */
  readonly address: string;
  readonly stored: SavedPortfolio;
}

/** Reads one page of the saved portfolios, newest first. */
export async function listSaved(
  clients: Clients,
  pageToken: string,
  signal: AbortSignal,
): Promise<{ entries: SavedEntry[]; nextPageToken: string }> {
  const answer = await clients.portfolio.listPortfolios({ pageToken }, { signal });
  // Only who has saved something needs to read it: the first page paints without.
  const { searchOfSaved } = await import("./problem-search.ts");
  return {
    entries: answer.portfolios.map((stored) => savedEntry(stored, searchOfSaved(stored))),
    nextPageToken: answer.nextPageToken,
  };
}

export async function removeSaved(clients: Clients, entry: SavedEntry): Promise<void> {
  await clients.portfolio.deletePortfolio({ id: entry.id });
}

/** Saves a deleted portfolio again, under a new identifier. */
export async function restoreSaved(clients: Clients, { stored }: SavedEntry): Promise<void> {
  const { name, positions, optimization, provenance, cashAmount } = stored;
  await clients.portfolio.createPortfolio({
    name,
    positions,
    cashAmount,
    requestId: newRequestId(),
    ...(optimization ? { optimization } : {}),
    ...(provenance ? { provenance } : {}),
  });
}

function savedEntry(stored: SavedPortfolio, search: string): SavedEntry {
  return {
    id: stored.id,
    name: stored.name,
    holdings: holdingCount(stored.positions.map(({ weight }) => weight)),
    createTime: stored.createTime,
    address: `${paths.optimize}?${search}`,
    stored,
  };
}
