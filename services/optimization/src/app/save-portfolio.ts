import type { Clock } from "@portfolio/platform/clock";
import type { Position } from "../domain/portfolio-problem.ts";
import type { PortfolioStore, SavedPortfolio } from "../ports.ts";
import { contentDigest } from "./provenance.ts";

/** A portfolio to save. */
export interface PortfolioDraft {
  readonly name: string;
  readonly positions: readonly Position[];
  /** As in `SavedPortfolio`. */
  readonly optimization: Uint8Array | undefined;
  /** As in `SavedPortfolio`. */
  readonly provenance: Uint8Array | undefined;
  /** 0 when not said. */
  readonly cashAmount: number;
  /** Marks repetitions of one save. Empty means none. */
  readonly requestId: string;
  /** All of the above as plain data, by which a repetition is told from a different save. */
  readonly content: unknown;
}

/** What saving works with. */
export interface SaveDeps {
  readonly portfolios: PortfolioStore;
  readonly clock: Clock;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/**
 * Saves a portfolio, once per request identifier.
 *
 * @throws {AppError} `REQUEST_ID_REUSED`.
 */
export function savePortfolio(
  { portfolios, clock, newId }: SaveDeps,
  { requestId, content, ...portfolio }: PortfolioDraft,
): Promise<SavedPortfolio> {
  const createTime = clock.now().toISOString();
  const key = requestId === "" ? undefined : { requestId, digest: contentDigest(content) };
  return portfolios.save({ ...portfolio, id: newId(), createTime }, key);
}
