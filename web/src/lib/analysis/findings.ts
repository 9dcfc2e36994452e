import { formatPercent } from "../format.ts";
import { a } from "../i18n/analysis/messages.ts";
import { language } from "../i18n/language.ts";
import type { RiskShare } from "./risk-queries.ts";

const HALF = 0.5;
const LEADERS_MAX = 3;

/** Says which few assets bring half of the risk, or the three that bring most. */
export function contributionsFinding(contributions: readonly RiskShare[]): string {
  const texts = a.risk.contributions;
  if (contributions.length === 0) {
    return texts.noRisk;
  }
  let share = 0;
  let weight = 0;
  const leaders: string[] = [];
  for (const contribution of contributions) {
    if (share >= HALF || leaders.length === LEADERS_MAX) {
      break;
    }
    leaders.push(contribution.symbol);
    share += contribution.share;
    weight += contribution.weight;
  }
  return texts.finding(
    leaders.length,
    listOf(leaders),
    formatPercent(share),
    formatPercent(weight),
  );
}

/** Names in running text: "A", "A and B", "A, B and C". */
export function listOf(names: readonly string[]): string {
  return new Intl.ListFormat(language, { type: "conjunction" })
    .format(names)
    .replace(", and ", " and ");
}
