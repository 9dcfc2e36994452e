import { Code } from "@connectrpc/connect";
import { type Closes, closesOf, dayOf } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const MANY = Array.from({ length: 20 }, (_, k) => `MANY${k}`);

const CLOSES: Closes = new Map([
  ...closesOf({ DEAR: [90, 95, 100], CHEAP: [6, 7, 8], "PENNY.L": [1, 1, 1] }),
  ["OLD", new Map([[dayOf(0), 20]])],
  ...closesOf(Object.fromEntries(MANY.map((symbol) => [symbol, [9, 10]]))),
]);

describe("AllocateShares", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(CLOSES);
  });
  afterAll(() => service.close());

  it("buys whole shares at the last closes", async () => {
    // By hand: 500 buys 5 DEAR; 400 buys 50 CHEAP; 100 is not to be invested.
    const answer = await service.client.allocateShares({
      positions: [
        { symbol: "dear", weight: 0.5 },
        { symbol: "CHEAP", weight: 0.4 },
      ],
      cashAmount: 1000,
    });

    expect(answer.allocations).toMatchObject([
      { symbol: "DEAR", shareCount: 5, price: 100, amount: 500, weight: 0.5, targetWeight: 0.5 },
      { symbol: "CHEAP", shareCount: 50, price: 8, amount: 400, weight: 0.4, targetWeight: 0.4 },
    ]);
    expect(answer).toMatchObject({
      investedAmount: 900,
      cashLeftAmount: 100,
      weightError: 0,
      currency: "USD",
      priceDate: "2020-01-03",
    });
  });

  it("uses the last close that there is, and says how old the oldest is", async () => {
    const answer = await service.client.allocateShares({
      positions: [
        { symbol: "OLD", weight: 0.5 },
        { symbol: "CHEAP", weight: 0.5 },
      ],
      cashAmount: 100,
    });

    // By hand: 2 OLD for 40 and 6 CHEAP for 48; the 12 that are left buy one CHEAP more, as it is
    // not OLD, 10 short of its 50, that 12 can pay.
    expect(answer.allocations.map(({ shareCount }) => shareCount)).toEqual([2, 7]);
    expect(answer.cashLeftAmount).toBe(4);
    expect(answer.weightError).toBeCloseTo(Math.sqrt((0.1 ** 2 + 0.06 ** 2) / 2), 12);
    expect(answer.priceDate).toBe("2020-01-01");
  });

  it("prefers given prices, and needs no dataset for them", async () => {
    const answer = await service.client.allocateShares({
      positions: [{ symbol: "MINE", weight: 1 }],
      cashAmount: 100,
      prices: { mine: 30 },
    });

    expect(answer.allocations[0]).toMatchObject({ symbol: "MINE", shareCount: 3, price: 30 });
    expect(answer).toMatchObject({ cashLeftAmount: 10, currency: "", priceDate: "" });
  });

  it("spends no more than there is when weights exceed 1 by rounding", async () => {
    const answer = await service.client.allocateShares({
      positions: [{ symbol: "MINE", weight: 1.0000005 }],
      cashAmount: 1e6,
      prices: { MINE: 0.01 },
    });

    expect(answer.investedAmount).toBeLessThanOrEqual(1e6);
    expect(answer.cashLeftAmount).toBeGreaterThanOrEqual(0);
  });

  it("says what the cheapest share costs when nothing is affordable", async () => {
    const failure = await failureOf(
      service.client.allocateShares({
        positions: [
          { symbol: "DEAR", weight: 0.9 },
          { symbol: "CHEAP", weight: 0 },
        ],
        cashAmount: 50,
      }),
    );

    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CASH_TOO_SMALL",
      fields: ["cash_amount"],
      metadata: { minimum: "100" },
    });
  });

  it("refuses prices in several currencies", async () => {
    const failure = await failureOf(
      service.client.allocateShares({
        positions: [
          { symbol: "DEAR", weight: 0.5 },
          { symbol: "PENNY.L", weight: 0.5 },
        ],
        cashAmount: 1000,
      }),
    );

    expect(failure).toMatchObject({ code: Code.FailedPrecondition, reason: "CURRENCIES_DIFFER" });
    expect(failure.message).toContain("USD, GBP");
  });

  it("asks for many closes without piling up listeners on the call's signal", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);

    const answer = await service.client.allocateShares({
      positions: MANY.map((symbol) => ({ symbol, weight: 1 / MANY.length })),
      cashAmount: 1000,
    });
    // Node tells of a warning in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);

    expect(answer.allocations).toHaveLength(MANY.length);
    expect(warnings).toEqual([]);
  });

  it("has nothing to do for weights of 0", async () => {
    const answer = await service.client.allocateShares({
      positions: [{ symbol: "DEAR", weight: 0 }],
      cashAmount: 50,
    });

    expect(answer.allocations[0]?.shareCount).toBe(0);
    expect(answer.cashLeftAmount).toBe(50);
  });
});
