import type { SavedPortfolio } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { DEFAULT_PROBLEM } from "../../lib/optimize/problem.ts";
import { problemFromRequest } from "../../lib/optimize/problem-request.ts";
import { problemToSearch } from "../../lib/optimize/problem-url.ts";

/** Query string of a problem of all defaults. */
export function searchOfSymbols(symbols: readonly string[], datasetId: string): string {
  return problemToSearch({ ...DEFAULT_PROBLEM, symbols, dataset: { id: datasetId, revision: 0 } });
}

/** Query string of the problem that a saved portfolio answers, or of its symbols alone. */
export function searchOfSaved({ optimization, positions, cashAmount }: SavedPortfolio): string {
  return problemToSearch(
    optimization
      ? problemFromRequest(optimization, cashAmount)
      : { ...DEFAULT_PROBLEM, symbols: positions.map(({ symbol }) => symbol) },
  );
}
