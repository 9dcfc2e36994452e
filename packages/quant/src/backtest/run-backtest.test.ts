import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { momentsOf } from "../performance/moments.ts";
import type { BacktestResult } from "./backtest-result.ts";
import { type BacktestSpec, type BacktestState, startBacktest } from "./backtest-state.ts";
import { type Market, totalReturns } from "./market.ts";
import { assetsWithEveryClose } from "./market-view.ts";
import {
  advanceBacktest,
  applyDecision,
  type Decision,
  type DecisionContext,
  decideEqualWeights,
  runBacktest,
} from "./run-backtest.ts";
import { tradingCoefficients } from "./trading-costs.ts";

const FREE: BacktestSpec = {
  decisionRows: Int32Array.of(1),
  lookbackRows: Number.POSITIVE_INFINITY,
  executionLagRows: 0,
  initialValue: 100,
  dividends: "cash",
  costs: { linearRate: 0, halfSpread: 0, fixedPerTrade: 0 },
  financing: { debitSpreadPerYear: 0, borrowRatePerYear: 0 },
  minimumTradeValue: 0,
};

const marketOf = (closes: Matrix, more: Partial<Market> = {}): Market => ({
  days: Int32Array.from({ length: closes.rows }, (_, t) => 18_000 + t),
  closes,
  ...more,
});

const fixed =
  (...weights: number[]) =>
  (): Decision => ({ weights: Float64Array.from(weights) });

function finish(
  market: Market,
  spec: BacktestSpec,
  decide: (context: DecisionContext) => Decision,
): BacktestResult {
  const outcome = runBacktest(market, spec, decide);
  if (outcome.status !== "finished") {
    throw new Error("nobody stopped it");
  }
  return outcome.result;
}

describe("runBacktest", () => {
  it("lets weights drift between decisions", () => {
    // 50 in each; the first doubles: 100 + 50. Back to halves of 150; it doubles again: 150 + 75.
    const closes = matrixFromRows([
      [10, 5],
      [20, 5],
      [40, 5],
    ]);
    const spec = { ...FREE, decisionRows: Int32Array.of(1, 2) };

    const { daily, rebalances, returns, gains } = finish(marketOf(closes), spec, fixed(0.5, 0.5));

    expect([...daily.values]).toEqual([100, 150, 225]);
    expect([...returns]).toEqual([0.5, 0.5]);
    expect([...gains]).toEqual([125, 0]);
    expect([...(rebalances[1]?.weightsBefore ?? [])]).toEqual([100 / 150, 50 / 150]);
    expect(rebalances[1]?.turnover).toBeCloseTo(1 / 6, 14);
  });

  it("trades after the lag, and stays in cash until then", () => {
    const closes = matrixFromRows([[10], [20], [40], [80]]);

    const late = finish(marketOf(closes), { ...FREE, executionLagRows: 2 }, fixed(1));

    expect([...late.daily.values]).toEqual([100, 100, 100, 200]);
    expect(late.rebalances[0]).toMatchObject({ decisionRow: 1, executionRow: 2 });
  });

  it("pays costs out of the value, so that the weights hold afterwards", () => {
    const closes = matrixFromRows([
      [10, 10],
      [10, 10],
    ]);
    const costs = { linearRate: 0.01, halfSpread: Float64Array.of(0, 0.01), fixedPerTrade: 0.5 };

    const { daily, rebalances } = finish(marketOf(closes), { ...FREE, costs }, fixed(0.5, 0.5));

    // V = 100 − 0.01·V − 0.01·V/2 − 1, so V = 99/1.015.
    expect(daily.values[0]).toBeCloseTo(99 / 1.015, 12);
    expect(rebalances[0]?.weightsAfter[1]).toBeCloseTo(0.5, 14);
    expect(rebalances[0]?.costs.fixed).toBe(1);
    expect(daily.cash[0]).toBeCloseTo(0, 12);
  });

  it("leaves trades below the minimum undone", () => {
    const closes = matrixFromRows([
      [10, 10],
      [10.1, 10],
    ]);
    const spec = { ...FREE, decisionRows: Int32Array.of(1, 2), minimumTradeValue: 1 };

    const { rebalances } = finish(marketOf(closes), spec, fixed(0.5, 0.5));

    expect(rebalances[0]?.turnover).toBe(0.5);
    expect(rebalances[1]?.turnover).toBe(0);
  });

  it("pays dividends to cash or buys shares with them, and charges them to shorts", () => {
    const closes = matrixFromRows([[10], [9], [18]]);
    const market = marketOf(closes, { dividends: matrixFromRows([[0], [1], [0]]) });

    const cash = finish(market, FREE, fixed(1));
    const more = finish(market, { ...FREE, dividends: "reinvest" }, fixed(1));
    const short = finish(market, FREE, fixed(-1));

    // Ten shares get 10: in cash, or 10/9 shares more.
    expect([...cash.daily.values]).toEqual([100, 100, 190]);
    expect(more.daily.values[2]).toBeCloseTo(200, 12);
    expect(short.daily.dividends[1]).toBe(-10);
    expect(cash.gains[0]).toBe(90);
    expect(more.gains[0]).toBeCloseTo(100, 12);
  });

  it("earns on cash, pays for debit and for borrowed shares", () => {
    const closes = matrixFromRows([
      [10, 10],
      [10, 10],
    ]);
    const market = marketOf(closes, { cashReturns: Float64Array.of(0.5, 0.01) });
    const financing = { debitSpreadPerYear: 2.52, borrowRatePerYear: 0.252 };
    const spec = { ...FREE, financing };

    expect(finish(market, spec, fixed(0.25, 0)).daily.values[1]).toBeCloseTo(100.75, 12);
    // 100 borrowed at 1 % + 1 % a day.
    expect(finish(market, spec, fixed(2, 0)).daily.values[1]).toBeCloseTo(98, 12);
    // 150 in cash at 1 %, 50 in shares short at 0.1 % a day.
    expect(finish(market, spec, fixed(-0.5, 0)).daily.values[1]).toBeCloseTo(101.45, 12);
  });

  it("turns a delisted asset into cash, and does not buy it again", () => {
    const closes = matrixFromRows([
      [10, 10],
      [12, 10],
      [Number.NaN, 10],
      [Number.NaN, 10],
    ]);
    const spec = { ...FREE, decisionRows: Int32Array.of(1, 3) };
    const market = marketOf(closes, { delistingReturns: Float64Array.of(-0.5, 0) });

    const { daily, rebalances, gains } = finish(market, spec, fixed(0.5, 0.5));

    expect([...daily.values]).toEqual([100, 110, 80, 80]);
    expect([...gains]).toEqual([-20, 0]);
    expect(rebalances[1]?.unfilledWeight).toBe(0.5);
    expect(daily.cash[3]).toBeCloseTo(40, 12);
  });

  it("carries the last close over a gap, and does not trade in it", () => {
    const closes = matrixFromRows([
      [10, 10],
      [Number.NaN, 10],
      [20, 10],
    ]);
    const spec = { ...FREE, decisionRows: Int32Array.of(1, 2) };
    let isTraded: number[] = [];
    let equal: number[] = [];

    const { daily } = finish(marketOf(closes), spec, (context) => {
      isTraded = [...context.view.isTraded];
      equal = [...(decideEqualWeights(context).weights ?? [])];
      return { weights: context.row === 1 ? Float64Array.of(1, 0) : Float64Array.of(0, 0) };
    });

    expect([...daily.values]).toEqual([100, 100, 200]);
    expect(isTraded).toEqual([0, 1]);
    expect(equal).toEqual([0, 1]);
  });

  it("ends in ruin where debts exceed the positions", () => {
    const closes = matrixFromRows([[10], [6], [12]]);

    const { status, daily, returns } = finish(marketOf(closes), FREE, fixed(3));

    expect(status).toBe("ruined");
    expect([...daily.values]).toEqual([100, 0, 0]);
    expect([...returns]).toEqual([-1, 0]);
  });

  it("charges the square root of the traded part of the volume", () => {
    // Returns 10 %, −10 %, 10 % have the deviation 0.11547; 100 shares at a mean of 10.65 a day.
    const prices = [10, 11, 9.9, 10.89, 10.89];
    const closes = matrixFromRows(prices.map((price) => [price]));
    const market = marketOf(closes, { volumes: matrixFromRows(prices.map(() => [100])) });
    const impact = { coefficient: 0.5, windowRows: 3 };
    const spec = {
      ...FREE,
      decisionRows: Int32Array.of(5),
      costs: { ...FREE.costs, impact },
    };

    const { rebalances } = finish(market, spec, fixed(0.2));

    const bought =
      (rebalances[0]?.weightsAfter[0] ?? 0) * (100 - (rebalances[0]?.costs.impact ?? 0));
    const deviation = momentsOf(Float64Array.of(0.1, -0.1, 0.1)).standardDeviation;
    const volume = (100 * (11 + 9.9 + 10.89)) / 3;
    expect(rebalances[0]?.costs.impact).toBeCloseTo(
      0.5 * deviation * Math.sqrt(bought / volume) * bought,
      10,
    );
  });

  it("tells a strategy the same costs as fractions of the value", () => {
    const prices = [10, 11, 9.9, 10.89, 10.89];
    const closes = matrixFromRows(prices.map((price) => [price]));
    const market = marketOf(closes, { volumes: matrixFromRows(prices.map(() => [100])) });
    const costs = { ...FREE.costs, linearRate: 0.001, impact: { coefficient: 0.5, windowRows: 3 } };
    const spec = { ...FREE, decisionRows: Int32Array.of(4), executionLagRows: 1, costs };
    let expected = 0;

    const { rebalances } = finish(market, spec, ({ view, value }) => {
      const { linear, impact } = tradingCoefficients(view, costs, value);
      expected = (linear[0] ?? 0) * 0.2 + (impact[0] ?? 0) * 0.2 ** 1.5;
      return { weights: Float64Array.of(0.2) };
    });

    // Paid on a fifth of what is left after costs, and a row later: nearly the same.
    const { linear, impact } = rebalances[0]?.costs ?? { linear: 0, impact: 0 };
    expect((linear + impact) / 100 / expected).toBeCloseTo(1, 1);
  });

  it("does not trade what had no volume when impact counts", () => {
    const closes = matrixFromRows([[10], [11], [12], [13], [14]]);
    const market = marketOf(closes, { volumes: matrixFromRows([[0], [0], [0], [0], [0]]) });
    const impact = { coefficient: 1, windowRows: 3 };
    const spec = { ...FREE, decisionRows: Int32Array.of(4), costs: { ...FREE.costs, impact } };

    expect(finish(market, spec, fixed(1)).rebalances[0]).toMatchObject({
      turnover: 0,
      unfilledWeight: 1,
    });
  });

  it("keeps positions when the strategy decides nothing", () => {
    const closes = matrixFromRows([[10], [20]]);

    expect(finish(marketOf(closes), FREE, () => ({ weights: undefined })).rebalances).toEqual([]);
  });

  it("refuses impossible markets, specifications and decisions", () => {
    const closes = matrixFromRows([[10], [20]]);
    const market = marketOf(closes);
    const specs: Partial<BacktestSpec>[] = [
      { decisionRows: Int32Array.of() },
      { decisionRows: Int32Array.of(0) },
      { decisionRows: Int32Array.of(3) },
      { decisionRows: Int32Array.of(2, 1) },
      { lookbackRows: 0 },
      { executionLagRows: -1 },
      { executionLagRows: 0.5 },
      { initialValue: 0 },
      { minimumTradeValue: Number.NaN },
      { costs: { linearRate: -1, halfSpread: 0, fixedPerTrade: 0 } },
      { costs: { linearRate: 0, halfSpread: Float64Array.of(0, 0), fixedPerTrade: 0 } },
      { costs: { ...FREE.costs, impact: { coefficient: 1, windowRows: 20 } } },
      { financing: { debitSpreadPerYear: 0, borrowRatePerYear: Float64Array.of(0, 0) } },
    ];
    for (const change of specs) {
      expect(() => startBacktest(market, { ...FREE, ...change }), JSON.stringify(change)).toThrow(
        ArgumentError,
      );
    }
    const markets: Partial<Market>[] = [
      { days: Int32Array.of(1) },
      { days: Int32Array.of(2, 1) },
      { closes: matrixFromRows([[10], [0]]) },
      { dividends: matrixFromRows([[1]]) },
      { dividends: matrixFromRows([[1], [-1]]) },
      { volumes: matrixFromRows([[1], [Number.POSITIVE_INFINITY]]) },
      { cashReturns: Float64Array.of(0, -2) },
      { delistingReturns: Float64Array.of(0, 0) },
    ];
    for (const change of markets) {
      expect(() => startBacktest({ ...market, ...change }, FREE), JSON.stringify(change)).toThrow(
        ArgumentError,
      );
    }
    expect(() => runBacktest(market, FREE, fixed(Number.NaN))).toThrow(ArgumentError);
    expect(() => runBacktest(market, FREE, fixed(1, 0))).toThrow(ArgumentError);
    expect(() =>
      applyDecision(market, FREE, startBacktest(market, FREE), { weights: undefined }),
    ).toThrow(ArgumentError);
  });
});

describe("a backtest of real prices", () => {
  // Made by make_backtest.py: a step-by-step simulation in NumPy, checked by vectorbt.
  const reference = readReference<{
    days: number[];
    closes: number[];
    decisions: number[];
    lookback: number;
    long: number[];
    costly: number[];
  }>("backtest.json");
  const closes = matrixOf(reference.closes, 5);
  const market: Market = {
    days: Int32Array.from(reference.days),
    closes,
    volumes: { ...closes, values: closes.values.map((_, k) => 1e5 * (1 + (k % 7))) },
    dividends: {
      ...closes,
      values: closes.values.map((close, k) => (Math.floor(k / 5) % 63 === 50 ? close * 0.005 : 0)),
    },
    cashReturns: new Float64Array(closes.rows).fill(0.0001),
  };
  const spec: BacktestSpec = {
    ...FREE,
    decisionRows: Int32Array.from(reference.decisions),
    lookbackRows: reference.lookback,
    executionLagRows: 1,
    initialValue: 1e6,
    costs: {
      linearRate: 0.0005,
      halfSpread: Float64Array.of(1e-4, 2e-4, 3e-4, 4e-4, 5e-4),
      fixedPerTrade: 7,
      impact: { coefficient: 0.8, windowRows: 20 },
    },
    financing: { debitSpreadPerYear: 0.01, borrowRatePerYear: 0.02 },
  };
  const tilted = ({ view, strategyState }: DecisionContext): Decision => {
    const weights = inverseVolatilities(view.closes);
    const tilt = [2, 2, -1, 2, 1.5];
    return {
      weights: weights.map((weight, j) => weight * (tilt[j] ?? 0)),
      strategyState: Number(strategyState ?? 0) + 1,
    };
  };

  it("has the values of the other simulation without costs", () => {
    const free = { ...FREE, decisionRows: spec.decisionRows, lookbackRows: 61, initialValue: 1e6 };

    const { daily } = finish({ days: market.days, closes }, free, ({ view }) => ({
      weights: inverseVolatilities(view.closes),
    }));

    expect(largestDifference(daily.values, reference.long) / 1e6).toBeLessThan(1e-12);
  });

  it("has the values of the other simulation with costs, dividends, leverage and a short", () => {
    const { daily } = finish(market, spec, tilted);

    expect(largestDifference(daily.values, reference.costly) / 1e6).toBeLessThan(1e-11);
  });

  it("accounts for every unit of currency", () => {
    const { daily, gains, totals } = finish(market, spec, tilted);
    const earned = gains.reduce((sum, gain) => sum + gain, 0);
    const end = daily.values[daily.values.length - 1] ?? 0;

    expect(1e6 + earned - totals.tradingCosts + totals.interest - totals.borrowCosts).toBeCloseTo(
      end,
      6,
    );
  });

  it("does not see the future: changing it changes nothing before, bit for bit", () => {
    const whole = runAndLog(market);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(...reference.decisions),
          fc.integer({ min: reference.lookback + 1, max: closes.rows - 1 }),
        ),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (row, factor) => {
          const changed = runAndLog(changeFrom(market, row, factor));
          const at = Math.max(0, row - (reference.decisions[0] ?? 0) + 1);
          for (const [name, series] of Object.entries(whole.result.daily)) {
            const other: Float64Array = Reflect.get(changed.result.daily, name);
            expect(other.subarray(0, at), name).toEqual(series.subarray(0, at));
          }
          // A decision at the changed row itself must not see it.
          const isPast = (decided: { row: number }) => decided.row <= row;
          expect(changed.decisions.filter(isPast)).toEqual(whole.decisions.filter(isPast));
        },
      ),
      { numRuns: 30 },
    );
  });

  function runAndLog(other: Market) {
    const decisions: { row: number; weights: Float64Array | undefined }[] = [];
    const result = finish(other, spec, (context) => {
      const decision = tilted(context);
      decisions.push({ row: context.row, weights: decision.weights });
      return decision;
    });
    return { decisions, result };
  }

  it("cannot be changed or looked into through what a decision sees", () => {
    const vandal = (context: DecisionContext): Decision => {
      const { values } = context.view.closes;
      expect(values.buffer.byteLength).toBe(values.byteLength);
      expect(context.view.days).toHaveLength(context.view.closes.rows);
      expect(context.view.firstRow + context.view.closes.rows).toBe(context.row);
      const decision = tilted(structuredClone(context));
      values.fill(Number.NaN);
      context.weights.fill(9);
      return decision;
    };

    expect(finish(market, spec, vandal)).toEqual(finish(market, spec, tilted));
  });

  it("goes on elsewhere after a stop, with the same bits", () => {
    const whole = finish(market, spec, tilted);
    const seen: string[] = [];
    let state: BacktestState | undefined;
    for (let stops = 0; ; stops++) {
      let asked = 0;
      const outcome = runBacktest(market, spec, tilted, {
        shouldStop: () => asked++ >= 3,
        onProgress: (done, total) => seen.push(`${done}/${total}`),
        from: state,
      });
      if (outcome.status === "finished") {
        expect(stops).toBe(3);
        expect(outcome.result).toEqual(whole);
        break;
      }
      state = structuredClone(outcome.state);
    }
    expect(seen).toEqual(
      reference.decisions.map((_, k) => `${k + 1}/${reference.decisions.length}`),
    );
  });

  it("can be driven step by step, as when decisions are made in another thread", () => {
    const state = startBacktest(market, spec);
    for (;;) {
      const context = advanceBacktest(market, spec, state);
      if (context === undefined) {
        break;
      }
      expect(advanceBacktest(market, spec, state)).toEqual(context);
      applyDecision(market, spec, state, tilted(context));
    }

    expect(state.status).toBe("completed");
    expect(state.strategyState).toBe(reference.decisions.length);
    expect(largestDifference(state.daily.values, reference.costly) / 1e6).toBeLessThan(1e-11);
  });
});

function finishUnlessTooLarge(...input: Parameters<typeof finish>): BacktestResult | undefined {
  try {
    return finish(...input);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).toContain("closes change by too much");
    return undefined;
  }
}

describe("a backtest of anything", () => {
  const close = fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0.5, max: 20, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
    { weight: 1, arbitrary: fc.constantFrom(1e-150, 1e-9, 1e9, 1e150) },
  );
  const weight = fc.double({ min: -3, max: 3, noNaN: true });
  const rate = fc.constantFrom(0, 0.001, 0.3);

  it("stays finite, and keeps accounts while it has value", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(close, close, close), { minLength: 6, maxLength: 12 }),
        fc.array(fc.tuple(weight, weight, weight), { minLength: 12, maxLength: 12 }),
        fc.record({ linear: rate, cash: rate, borrow: rate, lag: fc.integer({ min: 0, max: 3 }) }),
        (prices, weights, { linear, cash, borrow, lag }) => {
          const closes = matrixFromRows(prices);
          const market = marketOf(closes, {
            cashReturns: new Float64Array(closes.rows).fill(cash),
            delistingReturns: Float64Array.of(-1, 0, 0.5),
          });
          const spec: BacktestSpec = {
            ...FREE,
            decisionRows: Int32Array.from({ length: closes.rows }, (_, t) => t + 1),
            executionLagRows: lag,
            costs: { linearRate: linear, halfSpread: linear, fixedPerTrade: linear },
            financing: { debitSpreadPerYear: cash, borrowRatePerYear: borrow },
          };

          const result = finishUnlessTooLarge(market, spec, ({ row }) => ({
            weights: Float64Array.from(weights[row - 1] ?? [0, 0, 0]),
          }));
          if (result === undefined) {
            return;
          }

          for (const series of Object.values<Float64Array>({ ...result.daily })) {
            expect(series.every(Number.isFinite)).toBe(true);
          }
          expect(Math.min(...result.daily.values)).toBeGreaterThanOrEqual(0);
          expect(result.returns.every((value) => value >= -1)).toBe(true);
          if (result.status === "completed") {
            const { gains, totals, daily } = result;
            const parts = [
              100,
              ...gains,
              -totals.tradingCosts,
              totals.interest,
              -totals.borrowCosts,
            ];
            const end = daily.values[daily.values.length - 1] ?? 0;
            const size = Math.max(...parts.map(Math.abs), ...daily.values);
            const sum = parts.reduce((a, b) => a + b, 0);
            expect(Math.abs(sum - end)).toBeLessThanOrEqual(1e-9 * size);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("assetsWithEveryClose", () => {
  it("leaves out what lacks a close", () => {
    const closes = matrixFromRows([
      [1, Number.NaN, 3],
      [1, 2, 3],
    ]);

    expect([...assetsWithEveryClose(closes)]).toEqual([0, 2]);
  });
});

describe("totalReturns", () => {
  it("adds the dividend to the close", () => {
    const closes = matrixFromRows([[10], [9], [Number.NaN]]);

    const returns = totalReturns(closes, matrixFromRows([[0], [2], [0]]));

    expect([...returns.values]).toEqual([expect.closeTo(0.1, 12), Number.NaN]);
  });
});

/** Multiplies everything from a row on, each entry by another power of the factor. */
function changeFrom(market: Market, row: number, factor: number): Market {
  const change = (matrix: Matrix | undefined): Matrix => {
    const { rows, cols, values } = matrix ?? matrixFromRows([]);
    return {
      rows,
      cols,
      values: values.map((value, k) => (k >= row * cols ? value * factor ** (1 + (k % 3)) : value)),
    };
  };
  return {
    ...market,
    closes: change(market.closes),
    dividends: change(market.dividends),
    volumes: change(market.volumes),
    cashReturns: market.cashReturns?.map((value, t) => (t >= row ? value * factor : value)),
  };
}

function inverseVolatilities(closes: Matrix): Float64Array {
  const returns = totalReturns(closes);
  const inverse = Float64Array.from({ length: closes.cols }, (_, j) => {
    const column = returns.values.filter((_value, k) => k % closes.cols === j);
    return 1 / momentsOf(column).standardDeviation;
  });
  const sum = inverse.reduce((a, b) => a + b, 0);
  return inverse.map((value) => value / sum);
}
