import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { brinsonAttribution } from "../performance/brinson.ts";
import { type AttributionPlan, attributionPeriods } from "./attribution-periods.ts";
import type { Rebalance } from "./backtest-state.ts";
import { type Decision, runBacktest } from "./run-backtest.ts";

const market = {
  days: Int32Array.of(1, 2, 3, 4, 5),
  closes: matrixFromRows([
    [10, 20, 5],
    [11, 20, 5],
    [12, 18, 6],
    [12, 21, Number.NaN],
    [15, 21, Number.NaN],
  ]),
  dividends: matrixFromRows([
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
    [0, 0, 0],
    [1, 0, 0],
  ]),
  delistingReturns: Float64Array.of(0, 0, -0.5),
  cashReturns: Float64Array.of(0, 0.01, 0.01, 0.01, 0.01),
};

function rebalancesOf(weights: readonly number[]): readonly Rebalance[] {
  const outcome = runBacktest(
    market,
    {
      decisionRows: Int32Array.of(1, 3),
      lookbackRows: 5,
      executionLagRows: 0,
      initialValue: 100,
      dividends: "cash",
      costs: { linearRate: 0, halfSpread: 0, fixedPerTrade: 0 },
      financing: { debitSpreadPerYear: 0, borrowRatePerYear: 0 },
      minimumTradeValue: 0,
    },
    (): Decision => ({ weights: Float64Array.from(weights) }),
  );
  if (outcome.status !== "finished") {
    throw new Error("nobody stopped it");
  }
  return outcome.result.rebalances;
}

const plan: AttributionPlan = {
  market,
  rebalances: rebalancesOf([0.5, 0.2, 0.1]),
  groups: Int32Array.of(0, 1, 1),
  benchmarkWeights: matrixFromRows([
    [0.4, 0.4, 0.2],
    [0.4, 0.4, 0],
  ]),
};

describe("attributionPeriods", () => {
  it("groups weights and returns by hand", () => {
    // Rows 0 to 2: 20 %, (18 + 1)/20 − 1 = −5 %, 20 %, cash 2.01 %.
    // Rows 2 to 4: 16/12 − 1 = 1/3, 1/6, 6 to half of it: −50 %, cash 2.01 %.
    const input = attributionPeriods(plan);

    const close = (values: number[]) => values.map((value) => expect.closeTo(value, 12));
    expect([...input.portfolioWeights.values]).toEqual(close([0.5, 0.3, 0.2, 0.5, 0.3, 0.2]));
    expect([...input.portfolioReturns.values]).toEqual(
      close([0.2, 0.01 / 0.3, 0.0201, 1 / 3, (0.2 / 6 - 0.05) / 0.3, 0.0201]),
    );
    // The benchmark has no cash in the first period: it takes the portfolio's return.
    expect([...input.benchmarkReturns.values]).toEqual(
      close([0.2, 0.02 / 0.6, 0.0201, 1 / 3, 1 / 6, 0.0201]),
    );
  });

  it("makes an attribution that adds up", () => {
    const answer = brinsonAttribution(attributionPeriods(plan));

    const parts = [...answer.allocation, ...answer.selection, ...answer.interaction];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(
      answer.portfolioReturn - answer.benchmarkReturn,
      12,
    );
  });

  it("refuses shapes that do not fit", () => {
    expect(() => attributionPeriods({ ...plan, rebalances: [] })).toThrow(ArgumentError);
    expect(() => attributionPeriods({ ...plan, groups: Int32Array.of(0) })).toThrow(ArgumentError);
    expect(() => attributionPeriods({ ...plan, groups: Int32Array.of(0, -1, 0) })).toThrow(
      ArgumentError,
    );
    expect(() =>
      attributionPeriods({ ...plan, benchmarkWeights: matrixFromRows([[1, 0, 0]]) }),
    ).toThrow(ArgumentError);
  });
});
