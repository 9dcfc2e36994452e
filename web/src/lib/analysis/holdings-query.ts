import { ApiFailure } from "../api/api-failure.ts";
import { call } from "../api/call.ts";
import {
  type Holdings,
  type HoldingsChoice,
  holdingsOfGiven,
  holdingsOfSaved,
} from "./holdings.ts";

const PORTFOLIOS_LISTED = 100;

/** Asks for the portfolio that an address is about. */
export function holdingsQuery(choice: HoldingsChoice | undefined, givenName: string) {
  return {
    queryKey: ["holdings", choice],
    queryFn: ({ signal }: { signal: AbortSignal }) => loadHoldings(choice, givenName, signal),
    enabled: choice !== undefined,
  };
}

/** Lists the saved portfolios, newest first. */
export function savedHoldingsQuery() {
  return {
    queryKey: ["portfolios", "holdings"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const answer = await clients.portfolio.listPortfolios(
          { pageSize: PORTFOLIOS_LISTED },
          { signal },
        );
        return answer.portfolios.map(holdingsOfSaved);
      }),
    staleTime: 0,
  };
}

function loadHoldings(
  choice: HoldingsChoice | undefined,
  givenName: string,
  signal: AbortSignal,
): Promise<Holdings> {
  if (choice?.kind !== "saved") {
    return Promise.resolve(holdingsOfGiven(choice?.positions ?? [], givenName));
  }
  return call(async (clients) => {
    const { portfolio } = await clients.portfolio.getPortfolio({ id: choice.id }, { signal });
    if (portfolio === undefined) {
      throw new ApiFailure("There is no such portfolio.", {
        kind: "rejected",
        reason: "PORTFOLIO_UNKNOWN",
        violations: [],
        metadata: {},
        requestId: "",
      });
    }
    return holdingsOfSaved(portfolio);
  });
}
