import type { ChosenPortfolio } from "../../lib/optimize/chosen-portfolio.ts";
import { DEFAULT_RISK_AVERSION, type Goal, type GoalKind } from "../../lib/optimize/problem.ts";

const THOUSAND = 1000;

/** A goal of a kind. Targets start at the portfolio on the page, so that choosing one moves little. */
export function goalOfKind(kind: GoalKind, portfolio: ChosenPortfolio | undefined): Goal {
  switch (kind) {
    case "target-return":
      return { kind, value: roundToThousandth(portfolio?.expectedReturn ?? 0.1) };
    case "target-volatility":
      return { kind, value: roundToThousandth(portfolio?.volatility ?? 0.2) };
    case "maximum-utility":
      return { kind, value: DEFAULT_RISK_AVERSION };
    default:
      return { kind };
  }
}

function roundToThousandth(fraction: number): number {
  return Math.round(fraction * THOUSAND) / THOUSAND;
}
