import type { PriceMarket } from "../features/price-market.ts";
import { forecastRows, mixedUnits, ruleForecasts } from "../forecast/forecast-days.ts";
import type { CombinationMember, ForecastRule } from "../forecast/forecast-rule.ts";
import type { ForecastTarget } from "../forecast/forecast-target.ts";
import { checkedGaps } from "./checked-gaps.ts";
import type { DayExplanation } from "./explain-forecasts.ts";

/** Rules that are explained by the forecasts that they consist of. */
export type PartRule = Extract<ForecastRule, { kind: "baseline" | "combination" }>;

/**
 * Explains a mixture by its members, or a rule that learns nothing by itself: of each part, weight times
 * the difference from the mean over the assets of the day. That is exact, since the forecast is the sum
 * of the parts; parts are ranks where ranks are mixed.
 *
 * @param day - Row of closes.
 * @returns Members are called `member_1`, `member_2` and so on, a rule by its name, such as `momentum`.
 * @throws {AdditivityError} The parts miss a forecast by over 1e-9 of it.
 */
export function explainParts(
  market: PriceMarket,
  target: ForecastTarget,
  rule: PartRule,
  day: number,
): DayExplanation {
  const rows = forecastRows(market, Int32Array.of(day));
  const members = membersOf(rule);
  const forecasts = members.map((member) => ruleForecasts(market, target, member.rule, rows));
  const units = rule.kind === "baseline" ? forecasts : mixedUnits(target, forecasts, rows.days);
  const kept = rows.assets
    .map((_, i) => i)
    .filter((i) => units.every((unit) => !Number.isNaN(unit[i])));
  const means = units.map((unit) => kept.reduce((sum, i) => sum + unit[i] / kept.length, 0));
  const expectation = members.reduce((sum, { weight }, m) => sum + weight * means[m], 0);
  const matrixOf = (read: (m: number, i: number) => number) => ({
    rows: kept.length,
    cols: members.length,
    values: Float64Array.from({ length: kept.length * members.length }, (_, k) =>
      read(k % members.length, kept[Math.floor(k / members.length)]),
    ),
  });
  const contributions = matrixOf((m, i) => members[m].weight * (units[m][i] - means[m]));
  const expectations = new Float64Array(kept.length).fill(expectation);
  const whole = ruleForecasts(market, target, rule, rows);
  const outputs = Float64Array.from(kept, (i) => whole[i]);
  return {
    method: rule.kind === "baseline" ? "linear" : "members",
    unit: target.kind === "volatility" ? "variance" : "score",
    names: namesOf(rule),
    assets: Int32Array.from(kept, (i) => rows.assets[i]),
    features: matrixOf((m, i) => units[m][i]),
    ...{ contributions, outputs, expectations },
    gaps: checkedGaps(expectations, contributions, outputs),
  };
}

function membersOf(rule: PartRule): readonly CombinationMember[] {
  return rule.kind === "baseline" ? [{ weight: 1, rule }] : rule.members;
}

function namesOf(rule: PartRule): string[] {
  return rule.kind === "baseline"
    ? [rule.name.replaceAll("-", "_")]
    : rule.members.map((_, m) => `member_${m + 1}`);
}
