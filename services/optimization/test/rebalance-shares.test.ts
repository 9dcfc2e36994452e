import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const PRICES = { A: 100, B: 50 };
const HALVES = [
  { symbol: "A", weight: 0.5 },
  { symbol: "B", weight: 0.5 },
];

describe("RebalanceShares", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  it("sells what is too much and buys what is too little", async () => {
    // By hand: 20 of A are worth 2000; half of that is 10 of A and 20 of B.
    const answer = await service.client.rebalanceShares({
      positions: HALVES,
      holdings: [{ symbol: "A", shareCount: 20 }],
      prices: PRICES,
    });

    expect(answer.trades.map(({ symbol, shareCount }) => [symbol, shareCount])).toEqual([
      ["A", -10],
      ["B", 20],
    ]);
    expect(answer.errorAmount).toBe(0);
    expect(answer.errorBoundAmount).toBe(0);
    expect(answer.cashLeftAmount).toBeCloseTo(0, 9);
  });

  it("pays costs out of what is there", async () => {
    const answer = await service.client.rebalanceShares({
      positions: HALVES,
      cashAmount: 1000,
      prices: PRICES,
      costRate: 0.01,
    });

    const invested = answer.allocations.reduce((sum, { amount }) => sum + amount, 0);
    expect(answer.costAmount).toBeCloseTo(0.01 * invested, 9);
    expect(invested + answer.costAmount + answer.cashLeftAmount).toBeCloseTo(1000, 9);
    expect(answer.cashLeftAmount).toBeGreaterThanOrEqual(0);
  });

  it("leaves small trades alone", async () => {
    const held = {
      positions: HALVES,
      holdings: [
        { symbol: "A", shareCount: 11 },
        { symbol: "B", shareCount: 18 },
      ],
      prices: PRICES,
    };

    const none = await service.client.rebalanceShares({ ...held, tradeMinAmount: 500 });
    const all = await service.client.rebalanceShares({ ...held, tradeMinAmount: 50 });

    expect(none.trades).toEqual([]);
    expect(all.trades.map(({ shareCount }) => shareCount)).toEqual([-1, 2]);
  });

  it("trades round lots, and sells short in them", async () => {
    const answer = await service.client.rebalanceShares({
      positions: [
        { symbol: "A", weight: 1.5 },
        { symbol: "B", weight: -0.5 },
      ],
      cashAmount: 2000,
      prices: PRICES,
      lotSize: 10,
    });

    expect(answer.allocations.map(({ shareCount }) => shareCount)).toEqual([30, -20]);
    expect(answer.cashLeftAmount).toBeCloseTo(0, 9);
  });

  it("trades fractions of a share where lots are smaller", async () => {
    const answer = await service.client.rebalanceShares({
      positions: HALVES,
      cashAmount: 75,
      prices: PRICES,
      lotSize: 0.001,
    });

    expect(answer.allocations.map(({ shareCount }) => shareCount)).toEqual([0.375, 0.75]);
  });

  it("sells the lots that cost the least tax, and flags a wash sale", async () => {
    const answer = await service.client.rebalanceShares({
      positions: [
        { symbol: "A", weight: 0.5 },
        { symbol: "B", weight: 0.5 },
      ],
      holdings: [
        {
          symbol: "A",
          lots: [
            { shareCount: 10, costPerShare: 20, longTerm: true },
            { shareCount: 10, costPerShare: 120, recent: true },
          ],
        },
      ],
      prices: PRICES,
      tax: { shortTermRate: 0.3, longTermRate: 0.2 },
    });

    const [sale] = answer.trades;
    expect(sale?.lots.map(({ lot }) => lot)).toEqual([1]);
    expect(sale?.taxAmount).toBeLessThan(0);
    expect(sale?.mayBeWashSale).toBe(true);
  });

  it.each([
    [
      "a holding without a target",
      { holdings: [{ symbol: "C", shareCount: 1 }] },
      "HOLDING_UNKNOWN",
    ],
    ["negative cash", { cashAmount: -1 }, "CASH_NEGATIVE"],
    ["nothing at all", {}, "NOTHING_TO_ALLOCATE"],
    [
      "taxes without lots",
      { holdings: [{ symbol: "A", shareCount: 1 }], tax: { longTermRate: 0.2 } },
      "LOTS_MISSING",
    ],
  ])("refuses %s", async (_, request, reason) => {
    const failure = await failureOf(
      service.client.rebalanceShares({ positions: HALVES, prices: PRICES, ...request }),
    );

    expect(failure.reason).toBe(reason);
  });
});
