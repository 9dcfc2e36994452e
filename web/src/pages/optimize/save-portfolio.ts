import type { Clients } from "@portfolio/gen";
import { newRequestId } from "../../lib/api/request-id.ts";
import type { Problem } from "../../lib/optimize/problem.ts";
import { optimizeRequest } from "../../lib/optimize/problem-request.ts";

/** A portfolio that was just saved. */
export interface SavedName {
  readonly id: string;
  readonly name: string;
}

const NAME_LENGTH_MAX = 120;

/** Solves a problem once more and saves the answer, so that weights, request and provenance belong together. */
export async function savePortfolio(
  clients: Clients,
  problem: Problem,
  name: string,
): Promise<SavedName> {
  const optimization = optimizeRequest(problem);
  const answer = await clients.optimization.optimizePortfolio(optimization);
  const { portfolio } = await clients.portfolio.createPortfolio({
    name: name.slice(0, NAME_LENGTH_MAX),
    positions: answer.weights.map(({ symbol, weight }) => ({ symbol, weight })),
    optimization,
    ...(answer.provenance ? { provenance: answer.provenance } : {}),
    cashAmount: problem.cash,
    requestId: newRequestId(),
  });
  return { id: portfolio?.id ?? "", name: portfolio?.name ?? name };
}

/** Solves a problem once more and gives a saved portfolio these weights. */
export async function rebalanceSaved(
  clients: Clients,
  problem: Problem,
  portfolioId: string,
  reason: string,
): Promise<void> {
  const optimization = optimizeRequest(problem);
  const answer = await clients.optimization.optimizePortfolio(optimization);
  await clients.portfolio.rebalancePortfolio({
    portfolioId,
    positions: answer.weights.map(({ symbol, weight }) => ({ symbol, weight })),
    optimization,
    ...(answer.provenance ? { provenance: answer.provenance } : {}),
    reason,
    requestId: newRequestId(),
  });
}

/** Saves a portfolio under another name and deletes it under the old one. */
export async function renamePortfolio(
  clients: Clients,
  saved: SavedName,
  name: string,
): Promise<SavedName> {
  const { portfolio } = await clients.portfolio.getPortfolio({ id: saved.id });
  const renamed = await clients.portfolio.createPortfolio({
    name: name.slice(0, NAME_LENGTH_MAX),
    positions: portfolio?.positions ?? [],
    ...(portfolio?.optimization ? { optimization: portfolio.optimization } : {}),
    ...(portfolio?.provenance ? { provenance: portfolio.provenance } : {}),
    cashAmount: portfolio?.cashAmount ?? 0,
    requestId: newRequestId(),
  });
  await clients.portfolio.deletePortfolio({ id: saved.id });
  return { id: renamed.portfolio?.id ?? "", name: renamed.portfolio?.name ?? name };
}
