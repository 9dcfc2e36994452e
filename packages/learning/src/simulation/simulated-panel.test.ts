import { ArgumentError } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { elasticNetPath } from "../linear/elastic-net.ts";
import { predictLinear } from "../linear/linear-model.ts";
import { ridgePath } from "../linear/ridge.ts";
import { predictNetwork } from "../network/network-model.ts";
import { startNetworkTraining } from "../network/train-network.ts";
import type { Training } from "../training.ts";
import { startBoosting } from "../trees/boosted-trees.ts";
import { predictTrees } from "../trees/tree-ensemble.ts";
import { rSquaredOutOfSample } from "../validation/forecast-errors.ts";
import { type PanelLaw, type SimulatedPanel, simulatePanel } from "./simulated-panel.ts";

const SHAPE = { assetCount: 100, monthCount: 90, characteristicCount: 20 };
const COLS = 2 * SHAPE.characteristicCount;
const SEEDS = [1, 2, 3];

function monthsOf({ features, targets }: SimulatedPanel, from: number, to: number) {
  const [start, end] = [from * SHAPE.assetCount, to * SHAPE.assetCount];
  const values = features.values.subarray(start * COLS, end * COLS);
  return {
    features: { rows: end - start, cols: COLS, values },
    targets: targets.subarray(start, end),
  };
}

function finished<Model>(training: Training<Model, unknown>): Model {
  while (!training.advance().isDone);
  return training.model();
}

/** Mean shares of squared returns that models explain, trained on a third and stopped by a third. */
function explained(law: PanelLaw) {
  const all = SEEDS.map((seed) => {
    const panel = simulatePanel(SHAPE, law, seed);
    const [train, held, test] = [0, 30, 60].map((from) => monthsOf(panel, from, from + 30)) as [
      ReturnType<typeof monthsOf>,
      ReturnType<typeof monthsOf>,
      ReturnType<typeof monthsOf>,
    ];
    const [ordinary] = ridgePath(train, [0]);
    const [lasso] = elasticNetPath(train, [{ strength: 0.001, absoluteShare: 1 }]);
    const trees = startBoosting(
      {
        loss: { kind: "squared" },
        treeCountMax: 100,
        depthMax: 2,
        learningRate: 0.1,
        leafPenalty: 1,
        gainMin: 0,
        coverMin: 20,
        rowShare: 0.5,
        featureShare: 0.5,
        patience: 20,
        seed,
      },
      train,
      { validation: held },
    );
    const network = startNetworkTraining(
      {
        body: { kind: "perceptron", widths: [32] },
        stepCount: 1,
        loss: { kind: "squared" },
        epochCountMax: 60,
        batchSize: 256,
        learningRate: 0.001,
        weightDecay: 10,
        patience: 8,
        seed,
      },
      train,
      { validation: held },
    );
    if (ordinary === undefined || lasso === undefined) throw new Error("a path is empty");
    const share = (forecasts: Float64Array) => rSquaredOutOfSample(forecasts, test.targets);
    return {
      ordinary: share(predictLinear(ordinary, test.features)),
      lasso: share(predictLinear(lasso, test.features)),
      trees: share(predictTrees(finished(trees), test.features)),
      network: share(predictNetwork(finished(network), test.features)),
      oracle: share(panel.expectations.subarray(60 * SHAPE.assetCount)),
    };
  });
  const mean = (name: keyof (typeof all)[number]) =>
    all.reduce((sum, own) => sum + own[name] / all.length, 0);
  return {
    ordinary: mean("ordinary"),
    lasso: mean("lasso"),
    trees: mean("trees"),
    network: mean("network"),
    oracle: mean("oracle"),
  };
}

describe("simulatePanel", () => {
  it("is linear or not, as each kind of model sees it", () => {
    const linear = explained("linear");
    const nonlinear = explained("nonlinear");

    expect(linear.lasso).toBeGreaterThan(linear.ordinary);
    expect(linear.lasso).toBeGreaterThan(0.01);
    expect(linear.lasso).toBeGreaterThan(linear.trees);
    expect(nonlinear.trees).toBeGreaterThan(nonlinear.lasso + 0.01);
    expect(nonlinear.network).toBeGreaterThan(nonlinear.ordinary);
    for (const own of [linear, nonlinear]) {
      // By hand, of the linear law: the variances are 0.0004 of 0.0004 + 0.0025 + 0.05²·5/3.
      expect(own.oracle).toBeGreaterThan(0.02);
      expect(own.oracle).toBeLessThan(0.09);
      expect(own.oracle).toBeGreaterThan(Math.max(own.lasso, own.trees, own.network));
    }
  });

  it("ranks characteristics to (−1, 1) and multiplies them by the state of the month", () => {
    const { features, dates } = simulatePanel({ ...SHAPE, monthCount: 2 }, "linear", 4);
    const { values } = features;

    const first = Array.from({ length: 100 }, (_, i) => values[i * COLS] ?? 0);
    // By hand: ranks 1 … 100 give −99/101, −97/101 …
    expect(Math.min(...first)).toBeCloseTo(-99 / 101, 12);
    expect(first.reduce((sum, c) => sum + c, 0)).toBeCloseTo(0, 10);
    const states = [0, 1, 5].map((j) => (values[20 + j] ?? 0) / (values[j] ?? 0));
    expect(states[1]).toBeCloseTo(states[0] ?? Number.NaN, 10);
    expect(states[2]).toBeCloseTo(states[0] ?? Number.NaN, 10);
    expect([...dates].filter((date) => date === 1)).toHaveLength(100);
  });

  it("refuses a panel without the three characteristics that matter", () => {
    expect(() => simulatePanel({ ...SHAPE, characteristicCount: 2 }, "linear", 1)).toThrow(
      ArgumentError,
    );
  });
});
