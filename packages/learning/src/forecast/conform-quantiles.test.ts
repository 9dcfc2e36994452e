import { normalSource, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { priceMarket } from "../features/price-market.ts";
import { conformQuantiles } from "./conform-quantiles.ts";
import { decodeForecastModel, encodeForecastModel } from "./forecast-artifact.ts";
import { forecastDays } from "./forecast-days.ts";
import type { ForecastRule } from "./forecast-rule.ts";
import type { ForecastTarget } from "./forecast-target.ts";
import type { ForecastReplay } from "./forecast-training.ts";

const [DAY_COUNT, COLS, HORIZON] = [900, 4, 5];
const symbols = ["A", "B", "C", "D"];
const target: ForecastTarget = { kind: "quantile", horizonDays: HORIZON, probability: 0.1 };
const draw = normalSource(randomSource(5));
const steps = Float64Array.from({ length: DAY_COUNT * COLS }, () => 0.01 * draw());
const closes = steps.map((_, k) => {
  let sum = 0;
  for (let at = k % COLS; at <= k; at += COLS) sum += steps[at] ?? 0;
  return 50 * Math.exp(sum);
});
const market = priceMarket({ symbols, closes: { rows: DAY_COUNT, cols: COLS, values: closes } });
const days = Int32Array.from({ length: DAY_COUNT - 300 }, (_, k) => 300 + k);
/** Says that a tenth of the returns lie below −3 deviations: the truth is −1.28. */
const rule: ForecastRule = {
  kind: "learned",
  view: { kind: "sequence", dayCount: 1 },
  model: { kind: "linear", model: { intercept: -3, coefficients: new Float64Array(2) } },
  smearing: 1,
};

function replayOf(changedFrom = DAY_COUNT) {
  const forecasts = forecastDays(market, { target, rule, intervalRadius: Number.NaN }, days);
  const outcomes = forecasts.values.map((_, k) => {
    const [day, asset] = [days[Math.floor(k / COLS)] ?? 0, k % COLS];
    const close = (t: number) => closes[t * COLS + asset] ?? Number.NaN;
    return day >= changedFrom ? 9 : close(day + HORIZON) / close(day) - 1;
  });
  return {
    days,
    forecasts,
    outcomes: { ...forecasts, values: outcomes },
    folds: new Int32Array(days.length),
  };
}

describe("conformQuantiles", () => {
  it("has as many outcomes below as there should be, on days that it did not know", () => {
    const before = replayOf();
    const { replay } = conformQuantiles(market, target, { rule, replay: before });
    const shareBelow = ({ forecasts, outcomes }: ForecastReplay, firstRow: number) => {
      const cells = [...outcomes.values.keys()].filter(
        (k) => k >= firstRow * COLS && !Number.isNaN(outcomes.values[k] ?? Number.NaN),
      );
      const below = cells.filter((k) => (outcomes.values[k] ?? 0) <= (forecasts.values[k] ?? 0));
      return below.length / cells.length;
    };

    expect(shareBelow(before, 63)).toBeLessThan(0.01);
    expect(Math.abs(shareBelow(replay, 63) - 0.1)).toBeLessThan(0.03);
  });

  it("shifts the rule by the quantile of what was missing, which its artifact keeps", () => {
    const { rule: shifted, replay } = conformQuantiles(market, target, {
      rule,
      replay: replayOf(),
    });
    const shift = shifted.kind === "learned" ? (shifted.shift ?? 0) : 0;

    // −3 deviations have become about −1.28 of those of the last 63 days.
    expect(Math.abs(shift - 1.72)).toBeLessThan(0.15);
    const bytes = encodeForecastModel({ target, rule: shifted, intervalRadius: 1 });
    const model = decodeForecastModel(bytes);
    const [own, plain] = [model, { target, rule, intervalRadius: 1 }].map((each) =>
      forecastDays(market, each, Int32Array.of(DAY_COUNT - 1)),
    );
    for (const [k, value] of (plain?.values ?? []).entries()) {
      expect((own?.values[k] ?? 0) / value).toBeCloseTo((-3 + shift) / -3, 12);
    }
    expect(replay.forecasts.values).toHaveLength(days.length * COLS);
  });

  it("forecasts the same days whatever comes later", () => {
    const shifted = (changedFrom?: number) =>
      conformQuantiles(market, target, { rule, replay: replayOf(changedFrom) }).replay.forecasts
        .values;
    const [all, changed] = [shifted(), shifted(500)];

    // From day 500 on outcomes differ; shifts follow from the next block on.
    const same = (500 - 300 + HORIZON) * COLS;
    expect(changed.subarray(0, same)).toEqual(all.subarray(0, same));
    expect(changed.subarray(same)).not.toEqual(all.subarray(same));
  });

  it("leaves other targets and rules as they are", () => {
    const replay = replayOf();
    const rank: ForecastTarget = { kind: "rank", horizonDays: HORIZON };
    expect(conformQuantiles(market, rank, { rule, replay })).toEqual({ rule, replay });
    const rolling: ForecastRule = { kind: "baseline", name: "rolling-quantile" };
    const found = conformQuantiles(market, target, { rule: rolling, replay });
    expect(found).toEqual({ rule: rolling, replay });
  });
});
