import { type Closes, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { describe, expect, it } from "vitest";
import { run } from "../src/adapters/backtest-process.ts";
import type { BacktestCheckpoint } from "../src/domain/backtest-task.ts";
import { foldPlans, foldSteps } from "../src/domain/run-folds.ts";
import { walkForwardSteps } from "../src/domain/run-walk-forward.ts";
import { EQUAL, MINIMUM_VARIANCE, PURGED, QUARTERLY, type Spec } from "./backtest-specs.ts";
import { contextWith, taskOf } from "./run-backtest-spec.ts";

const sample = readSampleCloses();

const taskFor = (spec: Spec, closes: Closes = sample) => taskOf(spec, closes);

/** Stops a generator after some steps, and keeps what it has by then. */
function stopAfter(
  steps: Generator<{ readonly checkpoint: BacktestCheckpoint }, unknown>,
  count: number,
): BacktestCheckpoint {
  for (let k = 1; ; k++) {
    const next = steps.next();
    if (next.done) throw new Error(`it ended after ${k} steps`);
    if (k === count) return structuredClone(next.value.checkpoint);
  }
}

describe("a backtest's process", () => {
  it("goes on from any decision with the same result, bit for bit", async () => {
    const task = await taskFor(QUARTERLY);
    const { validation } = task;
    if (validation.kind !== "walk-forward") throw new Error("it walks forward");
    const whole = await run(task, contextWith());

    for (const count of [1, 16, 17, 32]) {
      const checkpoint = stopAfter(walkForwardSteps(task, validation, undefined), count);
      expect(await run(task, contextWith(checkpoint))).toEqual(whole);
    }
  });

  it("goes on within a grid, and after it, with the same result", async () => {
    const tuned: NonNullable<Spec["strategies"]>[number] = {
      ...EQUAL,
      name: "Tuned",
      method: {
        case: "grid",
        value: { alternatives: [MINIMUM_VARIANCE.optimization], trainDays: 150, testDays: 60 },
      },
    };
    const task = await taskFor({ ...QUARTERLY, endDate: "2017-06-30", strategies: [EQUAL, tuned] });
    const { validation } = task;
    if (validation.kind !== "walk-forward") throw new Error("it walks forward");
    const whole = await run(task, contextWith());

    // 6 decisions of the first strategy, 6 · 2 · 3 fits of the grid, 6 decisions of the second.
    for (const count of [7, 30, 44]) {
      const checkpoint = stopAfter(walkForwardSteps(task, validation, undefined), count);
      expect(await run(task, contextWith(checkpoint))).toEqual(whole);
    }
  });

  it("goes on from any fold with the same result, bit for bit", async () => {
    const task = await taskFor(PURGED);
    const { validation } = task;
    if (validation.kind !== "combinatorial-purged") throw new Error("it is purged");
    const plans = foldPlans(task.dates.length, task.closes.cols, validation);
    const whole = await run(task, contextWith());

    const checkpoint = stopAfter(foldSteps(task, plans, []), 17);
    expect(await run(task, contextWith(checkpoint))).toEqual(whole);
  });

  it("decides the same whatever comes later", async () => {
    const rising = new Map(
      [...sample].map(([symbol, history]) => [
        symbol,
        new Map(
          [...history].map(([day, close]) => [
            day,
            day > "2018-06-20" ? close * Number(day.slice(8)) : close,
          ]),
        ),
      ]),
    );
    const past = await run(await taskFor({ ...QUARTERLY, endDate: "2018-06-20" }), contextWith());
    const whole = await run(await taskFor(QUARTERLY, rising), contextWith());

    const known = past.strategies[0]?.simulation;
    const later = whole.strategies[0]?.simulation;
    const count = known?.rebalances.length ?? 0;
    expect(count).toBeGreaterThan(8);
    expect(later?.rebalances.slice(0, count)).toEqual(known?.rebalances);
    expect(later?.daily.values.slice(0, known?.daily.values.length)).toEqual(known?.daily.values);
  });

  it("keeps positions where a decision has no answer, and says so", async () => {
    const goal = { case: "targetReturn", value: { returnPerYear: 0.2 } } as const;
    const unreachable = { name: "Too much", optimization: { objective: { goal } } };
    const { strategies } = await run(
      await taskFor({ ...QUARTERLY, strategies: [unreachable] } satisfies Spec),
      contextWith(),
    );
    const [{ failures, simulation } = { failures: [], simulation: undefined }] = strategies;

    expect(failures.length).toBeGreaterThan(0);
    expect(failures.every(({ failure }) => failure.status === "target-out-of-range")).toBe(true);
    expect((simulation?.rebalances.length ?? 0) + failures.length).toBe(16);
  });

  it("tests each day once in each history, and never where it was fitted", async () => {
    const { folds, strategies, equalWeight } = await run(await taskFor(PURGED), contextWith());

    // 6 choose 2 splits, of which each fold is tested in 5.
    expect(folds).toHaveLength(15);
    expect(strategies.map(({ paths }) => paths.length)).toEqual([5, 5]);
    expect(strategies[0]?.foldWeights).toMatchObject({ rows: 15, cols: 5 });
    // Equal weights are the same in all histories.
    for (const path of strategies[1]?.paths ?? []) {
      expect(path.sharpeRatio).toBeCloseTo(equalWeight.paths[0]?.sharpeRatio ?? 0, 10);
    }
  });
});
