import type { ChosenPortfolio } from "../../lib/optimize/chosen-portfolio.ts";
import type { Goal, GoalKind, TargetGoalKind } from "../../lib/optimize/goals.ts";
import { DEFAULT_RISK_AVERSION } from "../../lib/optimize/problem.ts";

const THOUSAND = 1000;
/** A loss of 2 % of capital in a day. */
const DAILY_LOSS = 0.02;
const HALFWAY = 0.5;

/** A goal of a kind. Targets start at the portfolio on the page, so that choosing one moves little. */
export function goalOfKind(kind: GoalKind, portfolio: ChosenPortfolio | undefined): Goal {
  const targets: Record<TargetGoalKind, number> = {
    "target-return": roundToThousandth(portfolio?.expectedReturn ?? 0.1),
    "target-volatility": roundToThousandth(portfolio?.volatility ?? 0.2),
    "target-risk": DAILY_LOSS,
    "maximum-utility": DEFAULT_RISK_AVERSION,
    "moment-utility": DEFAULT_RISK_AVERSION,
    "relaxed-risk-parity": roundToThousandth(portfolio?.expectedReturn ?? 0.1),
    "schur-complementary": HALFWAY,
  };
  return isTarget(kind, targets) ? { kind, value: targets[kind] } : { kind };
}

function isTarget(kind: GoalKind, targets: Record<TargetGoalKind, number>): kind is TargetGoalKind {
  return kind in targets;
}

function roundToThousandth(fraction: number): number {
  return Math.round(fraction * THOUSAND) / THOUSAND;
}
