import { normalSource, randomSource } from "@portfolio/quant";
import { beforeAll, describe, expect, it } from "vitest";
import { type AssetPrices, priceMarket } from "../features/price-market.ts";
import { nativeTrainer, type Trainer } from "../model/trainer.ts";
import { combineReplays } from "./combine-replays.ts";
import type { ForecastLearner } from "./fold-training.ts";
import { decodeForecastModel, encodeForecastModel } from "./forecast-artifact.ts";
import { forecastDays } from "./forecast-days.ts";
import type { ForecastRule } from "./forecast-rule.ts";
import type { ForecastTarget } from "./forecast-target.ts";
import {
  type ForecastReplay,
  type ForecastTrainingSpec,
  startForecastTraining,
} from "./forecast-training.ts";
import { skillReport } from "./skill-report.ts";

const RANK: ForecastTarget = { kind: "rank", horizonDays: 5 };
const VOLATILITY: ForecastTarget = { kind: "volatility", horizonDays: 5 };
const QUANTILE: ForecastTarget = { kind: "quantile", horizonDays: 5, probability: 0.1 };
const WALK = { kind: "walk-forward", foldCount: 2, trainDaysMin: 0, trainDaysMax: 0 } as const;
const PURGED = {
  kind: "combinatorial-purged",
  blockCount: 4,
  testBlockCount: 2,
  embargoDays: 5,
} as const;

const RIDGE = learned({ kind: "ridge", penalty: 10 });
const TREES = learned({
  kind: "boosted-trees",
  loss: { kind: "quantile", level: 0.1 },
  treeCountMax: 8,
  depthMax: 2,
  learningRate: 0.1,
  leafPenalty: 1,
  gainMin: 0,
  coverMin: 5,
  rowShare: 0.7,
  featureShare: 0.7,
  seed: 1,
});
const NETWORKS: ForecastLearner = {
  kind: "learned",
  lookbackDays: 5,
  spec: {
    kind: "networks",
    memberCount: 2,
    body: { kind: "lstm", width: 4 },
    stepCount: 5,
    loss: { kind: "squared" },
    epochCountMax: 3,
    batchSize: 64,
    learningRate: 0.01,
    weightDecay: 0,
    seed: 1,
  },
};

function learned(spec: Extract<ForecastLearner, { kind: "learned" }>["spec"]): ForecastLearner {
  return { kind: "learned", spec, lookbackDays: 0 };
}

function pricesOf(dayCount: number): AssetPrices {
  const draw = normalSource(randomSource(2));
  const symbols = ["A", "B", "C", "D", "E"];
  const values = new Float64Array(dayCount * 5).fill(100);
  for (let k = 5; k < values.length; k++) {
    values[k] = values[k - 5] * Math.exp(0.01 * (1 + (k % 5)) * draw());
  }
  return { symbols, closes: { rows: dayCount, cols: 5, values } };
}

const market = priceMarket(pricesOf(600));

async function train(spec: ForecastTrainingSpec, resumeEvery = Number.POSITIVE_INFINITY) {
  let training = startForecastTraining(spec, market);
  for (let step = 1; !(await training.advance()).isDone; step++) {
    if (step % resumeEvery === 0) {
      const checkpoint = training.checkpoint();
      training = startForecastTraining(spec, market, { checkpoint });
    }
  }
  return training.result();
}

describe("startForecastTraining", () => {
  it.each([
    ["trees", { target: QUANTILE, learner: TREES, scheme: WALK, stepDays: 5 }],
    ["networks", { target: RANK, learner: NETWORKS, scheme: WALK, stepDays: 5 }],
    ["GARCH", { target: VOLATILITY, learner: { kind: "garch" }, scheme: PURGED, stepDays: 5 }],
  ] satisfies [string, ForecastTrainingSpec][])(
    "goes on with %s from any step to the same bits",
    async (_, spec) => {
      const whole = await train(spec);
      const resumed = await train(spec, 2);
      const bytesOf = (rule: ForecastRule) =>
        encodeForecastModel({ target: spec.target, rule, intervalRadius: 1 });

      expect(bytesOf(resumed.rule)).toEqual(bytesOf(whole.rule));
      expect(resumed.replay).toEqual(whole.replay);
      expect(resumed.trainingLosses).toEqual(whole.trainingLosses);
    },
  );

  it("goes on elsewhere, and notes all that took steps", async () => {
    const learner = learned({
      kind: "networks",
      ...{ memberCount: 1, body: { kind: "perceptron", widths: [3] }, stepCount: 1, seed: 1 },
      ...{ loss: { kind: "squared" }, epochCountMax: 2, batchSize: 64 },
      ...{ learningRate: 0.01, weightDecay: 0 },
    });
    const spec = { target: RANK, learner, scheme: WALK, stepDays: 5 } as const;
    const elsewhere: Trainer = { ...nativeTrainer, id: "elsewhere", device: "a GPU" };
    const whole = await train(spec);
    const first = startForecastTraining(spec, market, { trainer: elsewhere });
    await first.advance();
    const second = startForecastTraining(spec, market, { checkpoint: first.checkpoint() });
    while (!(await second.advance()).isDone);

    expect(whole.computedBy).toEqual([{ id: "native", device: "CPU, WebAssembly" }]);
    expect(second.result().computedBy).toEqual([
      { id: "elsewhere", device: "a GPU" },
      { id: "native", device: "CPU, WebAssembly" },
    ]);
    expect(second.result().replay).toEqual(whole.replay);
  });

  it("makes rules that forecast the same when they were written and read", async () => {
    const spec = { target: VOLATILITY, learner: RIDGE, scheme: WALK, stepDays: 5 } as const;
    const model = {
      target: VOLATILITY,
      rule: (await train(spec)).rule,
      intervalRadius: Number.NaN,
    };
    const read = decodeForecastModel(encodeForecastModel(model));
    const days = Int32Array.of(300, 599);

    expect(forecastDays(market, read, days)).toEqual(forecastDays(market, model, days));
    expect(forecastDays(market, read, days).values.every((value) => value > 0)).toBe(true);
  });

  it("tests every day once with walk-forward, and each in several splits with purged blocks", async () => {
    const base = { target: RANK, learner: RIDGE, stepDays: 5 };
    const walked = (await train({ ...base, scheme: WALK })).replay;
    const purged = (await train({ ...base, scheme: PURGED })).replay;

    expect(walked.days[walked.days.length - 1]).toBe(599);
    expect(new Set(walked.folds)).toEqual(new Set([1, 2]));
    expect(purged.days[0]).toBe(252);
    expect(purged.days).toHaveLength(348);
  });

  it("refuses prices without a year, and a checkpoint of something else", () => {
    const spec = { target: RANK, learner: RIDGE, scheme: WALK, stepDays: 5 };
    const training = startForecastTraining(spec, market);
    const checkpoint = training.checkpoint();

    expect(() => training.result()).toThrow("not done");
    expect(() => startForecastTraining(spec, priceMarket(pricesOf(200)))).toThrow("year of prices");
    expect(() => startForecastTraining(spec, priceMarket(pricesOf(280)))).toThrow("too few");
    const longer = { ...spec, scheme: { ...WALK, foldCount: 1 } };
    expect(() => startForecastTraining(longer, priceMarket(pricesOf(599)), { checkpoint })).toThrow(
      "another shape",
    );
  });
});

describe("skillReport", () => {
  const tried = { count: 1, sharpes: [] };
  let replay: ForecastReplay;
  beforeAll(async () => {
    ({ replay } = await train({ target: RANK, learner: RIDGE, scheme: WALK, stepDays: 5 }));
  });
  const replayOf = (forecast: (outcome: number) => number) => {
    const { rows, cols, values } = replay.outcomes;
    return { ...replay, forecasts: { rows, cols, values: values.map(forecast) } };
  };
  const measureOf = (report: ReturnType<typeof skillReport>, name: string) =>
    report.measures.find((measure) => measure.name === name && measure.fold === 0)?.value;

  it("finds perfect forecasts perfect, and their opposites useless", () => {
    const perfect = skillReport(
      market,
      RANK,
      replayOf((outcome) => outcome),
      tried,
    );
    const opposite = skillReport(
      market,
      RANK,
      replayOf((outcome) => -outcome),
      tried,
    );

    expect(measureOf(perfect, "rank_ic")).toBeCloseTo(1, 12);
    expect(measureOf(perfect, "r2_oos")).toBe(1);
    expect(measureOf(perfect, "calibration_slope")).toBeCloseTo(1, 12);
    expect(measureOf(perfect, "dm_t_momentum")).toBeGreaterThan(5);
    expect(measureOf(opposite, "rank_ic")).toBeCloseTo(-1, 12);
    expect(measureOf(opposite, "long_short_sharpe")).toBeLessThan(-5);
    const groups = perfect.series.find(({ name }) => name === "return_by_group");
    expect([...(groups?.values ?? [])]).toEqual([...(groups?.values ?? [])].sort((a, b) => a - b));
  });

  it("sees no choice in forecasts that are all the same", () => {
    const zero = skillReport(
      market,
      RANK,
      replayOf(() => 0),
      tried,
    );

    expect(measureOf(zero, "rank_ic")).toBe(0);
    expect(measureOf(zero, "long_short_sharpe")).toBeUndefined();
  });

  it("deflates a Sharpe ratio by the number of trials", () => {
    const one = skillReport(market, RANK, replay, tried);
    const many = skillReport(market, RANK, replay, { count: 200, sharpes: [-1, 0, 1, 2] });

    const [own, deflated] = [one, many].map(
      (report) => measureOf(report, "long_short_deflated") ?? 1,
    );
    expect(deflated).toBeLessThan(own);
  });
});

describe("combineReplays", async () => {
  const { replay } = await train({ target: RANK, learner: RIDGE, scheme: WALK, stepDays: 5 });
  const draw = randomSource(4);
  const noise = { ...replay.forecasts, values: replay.forecasts.values.map(() => draw()) };
  const good = { ...replay, forecasts: replay.outcomes };
  const useless = { ...replay, forecasts: noise };

  it.each(["skill", "stacking"] as const)("gives the better one more weight by %s", (method) => {
    const { weights } = combineReplays(RANK, [useless, good], method);

    expect(weights[1]).toBeGreaterThan(0.7);
    expect(weights[0] + weights[1]).toBeCloseTo(1, 12);
  });

  it("weighs all the same before there are outcomes to learn from", () => {
    const { replay: mixed } = combineReplays(RANK, [useless, good], "skill");
    const { replay: equal } = combineReplays(RANK, [useless, good], "equal");
    const first = Math.floor(replay.days.length / 5) * 5;

    expect(mixed.forecasts.values.slice(0, first)).toEqual(equal.forecasts.values.slice(0, first));
    expect(mixed.forecasts.values).not.toEqual(equal.forecasts.values);
  });
});
