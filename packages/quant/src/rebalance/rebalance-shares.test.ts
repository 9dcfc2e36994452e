import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { uniformSource } from "../random/splitmix.ts";
import type { ShareRebalanceProblem } from "./rebalance-problem.ts";
import { rebalanceShares } from "./rebalance-shares.ts";
import { sellLots, type TaxLot } from "./tax-lots.ts";

interface AllocationReference {
  readonly cases: readonly {
    readonly prices: readonly number[];
    readonly weights: readonly number[];
    readonly cash: number;
    readonly error: number;
  }[];
}

const { cases } = readReference<AllocationReference>("allocation.json");

function allocated(problem: ShareRebalanceProblem) {
  const result = rebalanceShares(problem);
  if (result.status === "infeasible") {
    throw new Error("nothing can be paid for");
  }
  return result;
}

function money(weights: number[], prices: number[], cash: number): ShareRebalanceProblem {
  return {
    weights: Float64Array.from(weights),
    prices: Float64Array.from(prices),
    cash,
    error: "absolute",
  };
}

describe("rebalanceShares", () => {
  it.each(cases)("agrees with PyPortfolioOpt's integer program for $cash", (example) => {
    const { status, error, cashLeft } = allocated(
      money([...example.weights], [...example.prices], example.cash),
    );

    expect(status).toBe("optimal");
    expect(error).toBeCloseTo(example.error, 6);
    expect(cashLeft).toBeGreaterThanOrEqual(0);
  });

  it("agrees with every number of shares on random problems", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const problem = randomProblem(seed);

      const result = rebalanceShares(problem);

      const least = leastError(problem);
      if (result.status === "infeasible") {
        expect(least, `seed ${seed}`).toBe(Number.POSITIVE_INFINITY);
      } else {
        expect(result.error, `seed ${seed}`).toBeCloseTo(least, 6);
        expect(result.status, `seed ${seed}`).toBe("optimal");
      }
    }
  });

  it("buys fractions of shares", () => {
    const { shares, cashLeft } = allocated({
      ...money([0.5, 0.5], [300, 70], 1000),
      lotSizes: Float64Array.of(0.01, 0.01),
    });

    // 501.00 and 498.40 are off by 2.60 and leave 0.60; 498.00 and 499.80 by 2.20 and 2.20.
    expect(shares[0]).toBeCloseTo(1.67, 10);
    expect(shares[1]).toBeCloseTo(7.12, 10);
    expect(cashLeft).toBeCloseTo(0.6, 8);
  });

  it("leaves small trades alone", () => {
    const problem = {
      ...money([0.5, 0.5], [10, 10], 0),
      holdings: Float64Array.of(52, 48),
      leastTrade: 50,
    };

    expect(allocated(problem).trades).toEqual([]);
    expect(allocated({ ...problem, leastTrade: 10 }).trades.map(({ shares }) => shares)).toEqual([
      -2, 2,
    ]);
  });

  it("takes costs and taxes out of the cash", () => {
    // Selling 5 of the first at 20 brings 100, 1 of cost, and 0.2·5·(20 − 10) = 10 of tax.
    const result = allocated({
      ...money([0.5, 0.5], [20, 10], 0),
      holdings: Float64Array.of(10, 0),
      costRates: Float64Array.of(0.01, 0),
      costWeight: 0,
      tax: {
        lots: [[{ shares: 10, costPerShare: 10, isLongTerm: true, isRecent: false }], []],
        rates: { shortTerm: 0.4, longTerm: 0.2 },
        order: "least-tax",
      },
    });

    expect(result.trades.map(({ shares }) => shares)).toEqual([-5, 8]);
    expect(result.costs).toBeCloseTo(1, 12);
    expect(result.taxes).toBeCloseTo(10, 12);
    expect(result.cashLeft).toBeCloseTo(9, 10);
  });

  it("sells short what a target says", () => {
    const { shares, cashLeft } = allocated(money([1.3, -0.3], [50, 20], 1000));

    expect(Array.from(shares)).toEqual([26, -15]);
    expect(cashLeft).toBe(0);
  });

  it("sells short although it costs, and leaves the cash that targets leave", () => {
    const costRates = new Float64Array(2).fill(0.001);
    const short = allocated({ ...money([0.6, -0.2], [50, 20], 1000), costRates });
    const half = allocated({ ...money([0.3, 0.2], [50, 20], 1000), costRates });

    // By hand: targets of 600 and -200, of 300 and 200.
    expect(Array.from(short.shares)).toEqual([12, -10]);
    expect(short.cashLeft).toBeCloseTo(600 - 0.8, 10);
    expect(short.error).toBeCloseTo(0.8, 10);
    expect(Array.from(half.shares)).toEqual([6, 10]);
    expect(half.cashLeft).toBeCloseTo(500 - 0.5, 10);
  });

  it("says when debts cannot be paid", () => {
    // Owes 100 and holds one share that trades in tens.
    const result = rebalanceShares({
      ...money([1], [150], -100),
      holdings: Float64Array.of(1),
      lotSizes: Float64Array.of(10),
      leastTrade: 1000,
    });

    expect(result.status).toBe("infeasible");
  });

  it.each([
    ["another number of prices", { prices: Float64Array.of(1) }],
    ["a price of 0", { prices: Float64Array.of(0, 1) }],
    ["nothing to invest", { cash: 0 }],
    ["NaN", { weights: Float64Array.of(Number.NaN, 1) }],
  ])("refuses %s", (_, change) => {
    expect(() => rebalanceShares({ ...money([0.5, 0.5], [1, 2], 10), ...change })).toThrow(
      ArgumentError,
    );
  });
});

describe("sellLots", () => {
  const lots: readonly TaxLot[] = [
    { shares: 10, costPerShare: 50, isLongTerm: true, isRecent: false },
    { shares: 10, costPerShare: 120, isLongTerm: true, isRecent: false },
    { shares: 10, costPerShare: 90, isLongTerm: false, isRecent: true },
  ];
  const rates = { shortTerm: 0.4, longTerm: 0.2 };

  it.each([
    // At 100: gains of 50, −20 and 10 a share, taxed at 20, 20 and 40 %.
    ["oldest-first", [0, 1], 10 * 10 - 5 * 4, true],
    ["newest-first", [2, 1], 10 * 4 - 5 * 4, true],
    ["highest-cost", [1, 2], -10 * 4 + 5 * 4, true],
    ["least-tax", [1, 2], -10 * 4 + 5 * 4, true],
  ] as const)("sells %s", (order, sold, tax, mayBeWashSale) => {
    const sale = sellLots(lots, 15, 100, rates, order);

    expect(sale.lots.map(({ lot }) => lot)).toEqual(sold);
    expect(sale.tax).toBeCloseTo(tax, 12);
    expect(sale.mayBeWashSale).toBe(mayBeWashSale);
  });

  it("refuses to sell more than there is", () => {
    expect(() => sellLots(lots, 31, 100, rates, "oldest-first")).toThrow(ArgumentError);
  });
});

/** Makes a problem of two or three assets with small numbers of shares. */
function randomProblem(seed: number): ShareRebalanceProblem {
  const uniform = uniformSource(seed * 7907);
  const n = 2 + Math.floor(2 * uniform());
  const raw = Array.from({ length: n }, () => uniform() - (uniform() < 0.1 ? 0.3 : 0));
  const sum = raw.reduce((total, weight) => total + Math.abs(weight), 0);
  const holdings = Float64Array.from({ length: n }, () => Math.floor(6 * uniform()));
  const lots = Array.from(holdings, (shares) =>
    shares === 0
      ? []
      : [
          { shares: 1, costPerShare: 60 * uniform(), isLongTerm: true, isRecent: false },
          ...(shares > 1
            ? [
                {
                  shares: shares - 1,
                  costPerShare: 60 * uniform(),
                  isLongTerm: false,
                  isRecent: false,
                },
              ]
            : []),
        ],
  );
  const isHeld = uniform() < 0.6;
  const order = uniform() < 0.5 ? "oldest-first" : "least-tax";
  return {
    weights: Float64Array.from(raw, (weight) => weight / sum),
    prices: Float64Array.from({ length: n }, () => 5 + 45 * uniform()),
    cash: 100 + 100 * uniform(),
    error: uniform() < 0.3 ? "squared" : "absolute",
    costRates: new Float64Array(n).fill(0.02 * uniform()),
    ...(isHeld ? { holdings } : {}),
    ...(isHeld && uniform() < 0.5
      ? { tax: { lots, rates: { shortTerm: 0.4, longTerm: 0.2 }, order } }
      : {}),
    leastTrade: uniform() < 0.3 ? 40 : 0,
    ...(uniform() < 0.3
      ? { lotSizes: new Float64Array(n).fill(2 + Math.floor(3 * uniform())) }
      : {}),
  };
}

/** Finds the least error by trying all whole lots from -40 to 80, and what is held. */
function leastError(problem: ShareRebalanceProblem): number {
  const n = problem.weights.length;
  const lists = Array.from({ length: n }, (_, i) => allNumbers(problem, i));
  let least = Number.POSITIVE_INFINITY;
  const visit = (i: number, error: number, cash: number): void => {
    if (i === n) {
      const isPaid = cash >= -1e-9;
      least = isPaid ? Math.min(least, error) : least;
      return;
    }
    for (const option of lists[i]) {
      visit(i + 1, error + option.error, cash - option.cash);
    }
  };
  const total = totalOf(problem);
  visit(0, isFull(problem) ? total : 0, total);
  return least;
}

function totalOf({ cash, holdings, prices }: ShareRebalanceProblem): number {
  return prices.reduce((sum, price, i) => sum + price * (holdings?.[i] ?? 0), cash);
}

/** Whether targets are long, leave no cash, and are to be met in absolute terms. */
function isFull({ weights, error }: ShareRebalanceProblem): boolean {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return error === "absolute" && weights.every((weight) => weight >= 0) && sum > 0.999;
}

function allNumbers(problem: ShareRebalanceProblem, i: number) {
  const { weights, prices, holdings, leastTrade, lotSizes } = problem;
  const held = holdings?.[i] ?? 0;
  const lot = lotSizes?.[i] ?? 1;
  const numbers = Array.from({ length: 121 }, (_, k) => (k - 40) * lot);
  return [...new Set([...numbers, held])]
    .filter((shares) => weights[i] < 0 || shares >= 0)
    .filter((shares) => weights[i] >= 0 || shares <= held)
    .filter((shares) => {
      const traded = Math.abs(shares - held) * prices[i];
      return traded === 0 || traded >= (leastTrade ?? 0);
    })
    .map((shares) => numberOf(problem, i, shares));
}

function numberOf(problem: ShareRebalanceProblem, i: number, shares: number) {
  const { weights, prices, holdings, costRates, tax } = problem;
  const total = totalOf(problem);
  const held = holdings?.[i] ?? 0;
  const sold = Math.max(0, held - Math.max(0, shares));
  const sale = tax && sold > 0 && sellLots(tax.lots[i], sold, prices[i], tax.rates, tax.order);
  const lost = Math.abs(shares - held) * prices[i] * (costRates?.[i] ?? 0) + (sale ? sale.tax : 0);
  const off = weights[i] * total - shares * prices[i];
  const invested = isFull(problem) ? shares * prices[i] : 0;
  const deviation = problem.error === "absolute" ? Math.abs(off) - invested : off ** 2 / total;
  return { error: deviation + lost, cash: shares * prices[i] + lost };
}
