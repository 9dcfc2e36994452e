import { normalSource, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { type FeatureView, featureFrame } from "../features/feature-frame.ts";
import { type PriceMarket, priceMarket } from "../features/price-market.ts";
import { nativeTrainer } from "../model/trainer.ts";
import { dailyLosses } from "./daily-losses.ts";
import { planFolds } from "./fold-plan.ts";
import { type ForecastLearner, learningData, startFold } from "./fold-training.ts";
import { forecastRows, ruleForecasts, scatter, takeRows } from "./forecast-days.ts";
import { type ForecastTarget, outcomesOf } from "./forecast-target.ts";
import { startForecastTraining } from "./forecast-training.ts";
import { holdOutLast } from "./learning-rows.ts";

const RANK: ForecastTarget = { kind: "rank", horizonDays: 5 };
const WALK = {
  kind: "walk-forward",
  foldCount: 2,
  trainDaysMin: 0,
  trainDaysMax: 0,
} as const;
const RIDGE: ForecastLearner = {
  kind: "learned",
  lookbackDays: 0,
  spec: { kind: "ridge", penalty: 1 },
};
const TREES: ForecastLearner = {
  kind: "learned",
  lookbackDays: 0,
  spec: {
    kind: "boosted-trees",
    loss: { kind: "squared" },
    treeCountMax: 15,
    depthMax: 3,
    learningRate: 0.1,
    leafPenalty: 1,
    gainMin: 0,
    coverMin: 5,
    rowShare: 0.7,
    featureShare: 0.7,
    patience: 5,
    seed: 1,
  },
};
const NETWORK: ForecastLearner = {
  kind: "learned",
  lookbackDays: 5,
  spec: {
    kind: "networks",
    memberCount: 2,
    body: { kind: "gru", width: 4 },
    stepCount: 5,
    loss: { kind: "squared" },
    epochCountMax: 2,
    batchSize: 64,
    learningRate: 0.01,
    weightDecay: 0,
    seed: 1,
  },
};

/**
 * Closes of a random walk. Each asset's drift changes slowly by `persistence`, so that past returns
 * say something about those to come; 0 is a walk that nothing forecasts.
 */
function closesOf(dayCount: number, assetCount: number, persistence = 0, seed = 1): Float64Array {
  const draw = normalSource(randomSource(seed));
  const closes = new Float64Array(dayCount * assetCount).fill(100);
  const drifts = new Float64Array(assetCount);
  for (let t = 1; t < dayCount; t++) {
    for (let j = 0; j < assetCount; j++) {
      drifts[j] = 0.99 * drifts[j] + 0.001 * draw();
      const shock = 0.01 * draw();
      closes[t * assetCount + j] =
        closes[(t - 1) * assetCount + j] * Math.exp(persistence * drifts[j] + shock);
    }
  }
  return closes;
}

function marketOf(values: Float64Array, assetCount: number): PriceMarket {
  const symbols = Array.from({ length: assetCount }, (_, j) => `S${j}`);
  return priceMarket({
    symbols,
    closes: { rows: values.length / assetCount, cols: assetCount, values },
  });
}

const daysTo = (market: PriceMarket, end = market.dayCount) =>
  Int32Array.from({ length: end }, (_, t) => t);

async function train(market: PriceMarket, learner: ForecastLearner, target = RANK) {
  const training = startForecastTraining({ target, learner, scheme: WALK, stepDays: 5 }, market);
  while (!(await training.advance()).isDone);
  return training.result();
}

/** Mean rank correlation of forecasts, and its standard error if days were independent per horizon. */
function skillOf(replay: Parameters<typeof dailyLosses>[1]) {
  const { values } = dailyLosses(RANK, replay)["rank_ic"];
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt((squares / values.length / values.length) * RANK.horizonDays);
  return { mean, error };
}

describe("features", () => {
  const closes = closesOf(420, 5);
  const views: FeatureView[] = [
    { kind: "ranks" },
    { kind: "levels" },
    { kind: "sequence", dayCount: 21 },
  ];

  it.each(views)("of a day are the same bits when later days are cut off, as $kind", (view) => {
    const whole = featureFrame(marketOf(closes, 5), view, daysTo(marketOf(closes, 5), 330));
    const cut = marketOf(closes.slice(0, 330 * 5), 5);
    const truncated = featureFrame(cut, view, daysTo(cut));

    expect(truncated.features.rows).toBeGreaterThan(300);
    expect(truncated.features).toEqual(whole.features);
    expect(truncated.variances).toEqual(whole.variances);
  });

  it("take part from the day on which there is a year, until prices end", () => {
    const values = closesOf(620, 3);
    for (let t = 0; t < 620; t++) {
      if (t < 100) values[t * 3 + 1] = Number.NaN;
      if (t >= 400) values[t * 3 + 2] = Number.NaN;
    }
    const market = marketOf(values, 3);
    const { days, assets } = featureFrame(market, { kind: "ranks" }, daysTo(market));
    const rangeOf = (asset: number) => {
      const own = days.filter((_, i) => assets[i] === asset);
      return [own[0], own[own.length - 1]];
    };

    expect(rangeOf(0)).toEqual([252, 619]);
    expect(rangeOf(1)).toEqual([352, 619]);
    // Five days without a price count as unchanged.
    expect(rangeOf(2)).toEqual([252, 404]);
  });
});

describe("folds", () => {
  const schemes = [
    WALK,
    { kind: "combinatorial-purged", blockCount: 5, testBlockCount: 2, embargoDays: 7 },
  ] as const;

  it.each(schemes)("learn from no day whose outcome reaches into a test, $kind", (scheme) => {
    const horizonDays = 10;
    const folds = planFolds(scheme, 400, horizonDays);

    expect(folds.length).toBe(scheme.kind === "walk-forward" ? 2 : 10);
    for (const { isTraining, testDays } of folds) {
      const isTested = new Set(testDays);
      for (const [day, mark] of isTraining.entries()) {
        const span = Array.from({ length: horizonDays + 1 }, (_, k) => day + k);
        if (mark === 1) expect(span.some((each) => isTested.has(each))).toBe(false);
      }
    }
  });

  it("leave out an embargo after each test", () => {
    const [{ isTraining, testDays }] = planFolds(schemes[1], 400, 10);
    const end = testDays[testDays.length - 1] + 1;

    expect(isTraining.slice(end, end + 17).some((mark) => mark === 1)).toBe(false);
    expect(isTraining[end + 17]).toBe(1);
  });

  it("stop early by days of their own training, purged as well", () => {
    const days = Int32Array.from({ length: 200 }, (_, i) => Math.floor(i / 2) * 5);
    const rows = Int32Array.from({ length: 120 }, (_, i) => i);
    const { fit, stop } = holdOutLast({ days }, rows, 21);

    expect(Math.max(...stop)).toBe(119);
    expect(fit.length).toBeGreaterThan(80);
    const firstStop = Math.min(...stop.map((row) => days[row]));
    expect(Math.max(...fit.map((row) => days[row] + 21))).toBeLessThan(firstStop);
  });
});

describe("training", () => {
  const closes = closesOf(560, 6, 1);
  // Different prices from a day within the second test on.
  const changedFrom = 470;
  const changed = closes.slice();
  changed.set(closesOf(560, 6, 0, 9).subarray(changedFrom * 6), changedFrom * 6);
  const volatility: ForecastTarget = { kind: "volatility", horizonDays: 5 };
  const cases = [
    ["ridge", RIDGE, RANK],
    ["trees", TREES, RANK],
    ["networks", NETWORK, RANK],
    ["GARCH", { kind: "garch" }, volatility],
    ["log-HAR", { kind: "heterogeneous", logarithmic: true }, volatility],
  ] satisfies [string, ForecastLearner, ForecastTarget][];

  it.each(cases)(
    "of %s forecasts the same bits whatever comes later",
    async (_, learner, target) => {
      const one = (await train(marketOf(closes, 6), learner, target)).replay;
      const other = (await train(marketOf(changed, 6), learner, target)).replay;
      // The second fold has learned from days before its test only, which begins before the change.
      const until = one.days.findIndex((day) => day >= changedFrom) * 6;

      expect(until).toBeGreaterThan(500);
      expect(other.forecasts.values.slice(0, until)).toEqual(one.forecasts.values.slice(0, until));
      expect(other.forecasts.values).not.toEqual(one.forecasts.values);
    },
  );

  it("keeps every outcome of a test, however extreme", async () => {
    const crashed = closes.slice();
    for (let t = 500; t < 560; t++) crashed[t * 6] /= 1000;
    const market = marketOf(crashed, 6);
    const { replay } = await train(market, RIDGE, { kind: "return", horizonDays: 5 });
    const rows = forecastRows(market, replay.days);
    const all = outcomesOf(market, { kind: "return", horizonDays: 5 }, rows);
    const known = (values: Float64Array) => values.filter((value) => !Number.isNaN(value));

    expect(known(replay.outcomes.values)).toEqual(known(all));
    expect(Math.min(...known(all))).toBeLessThan(-0.8);
    expect(known(replay.forecasts.values)).toHaveLength(all.length);
  });

  it.each([0, 1, 2])("finds nothing in a random walk, seed %i", async (seed) => {
    const { mean, error } = skillOf(
      (await train(marketOf(closesOf(800, 12, 0, seed + 20), 12), RIDGE)).replay,
    );

    expect(Math.abs(mean)).toBeLessThan(2 * error);
  });

  describe("on prices that can be forecast", () => {
    const market = marketOf(closesOf(900, 12, 1, 3), 12);
    const rows = forecastRows(market, daysTo(market));
    const data = learningData(market, RANK, rows);
    const [learned, tested] = [
      (day: number) => day < 600 && day % 5 === 0,
      (day: number) => day >= 606 && day < 895,
    ].map((isWanted) => Int32Array.from(rows.days.keys()).filter((i) => isWanted(rows.days[i])));
    const days = Int32Array.from(new Set(Array.from(tested, (i) => rows.days[i])));
    const isLearned = new Uint8Array(market.dayCount).fill(1, 0, 600);
    const outcomes = scatter(
      market,
      days,
      takeRows(rows, tested),
      Float64Array.from(tested, (i) => data.outcomes[i]),
    );

    const rowsOfShift = [0, 1].map((shift) => {
      const late = days.map((day) => day - shift);
      return { late, lateRows: forecastRows(market, late) };
    });
    const forecast = async (own: typeof data, shift = 0) => {
      const learner = { learner: RIDGE, trainer: nativeTrainer };
      const training = startFold(learner, own, { rows: learned, isLearned }, undefined);
      await training.advance();
      const { late, lateRows } = rowsOfShift[shift];
      return scatter(
        market,
        late,
        lateRows,
        ruleForecasts(market, RANK, training.model(), lateRows),
      );
    };

    it("finds it, and on average nothing when the outcomes of training are permuted", async () => {
      const draw = randomSource(5);
      const skills: number[] = [];
      while (skills.length < 30) {
        const keys = Float64Array.from(learned, () => draw());
        const shuffled = Array.from(learned.keys()).sort((a, b) => keys[a] - keys[b]);
        const permuted = data.outcomes.slice();
        for (const [k, i] of learned.entries()) permuted[i] = data.outcomes[learned[shuffled[k]]];
        const forecasts = await forecast({ ...data, outcomes: permuted });
        skills.push(skillOf({ forecasts, outcomes }).mean);
      }
      const own = skillOf({ forecasts: await forecast(data), outcomes });
      const mean = skills.reduce((sum, skill) => sum + skill / 30, 0);
      const variance = skills.reduce((sum, skill) => sum + (skill - mean) ** 2 / 29, 0);

      expect(own.mean).toBeGreaterThan(4 * own.error);
      expect(Math.abs(mean)).toBeLessThan(2 * Math.sqrt(variance / 30));
    });

    it("forecasts no better from features of the day before", async () => {
      const own = skillOf({ forecasts: await forecast(data), outcomes });
      const late = skillOf({ forecasts: await forecast(data, 1), outcomes });

      expect(late.mean).toBeLessThan(own.mean + own.error);
    });
  });
});
