import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { allocateShares } from "./allocate-shares.ts";

describe("allocateShares", () => {
  it("rounds down, then spends the rest on the most underweight asset", () => {
    // By hand: targets 500, 300, 200 buy 1 · 300 + 4 · 70 + 1 · 110 = 690. The rest of 310 is
    // short by 200, 20 and 90: one more at 300 for the first, then nothing is affordable.
    const allocation = allocateShares(
      Float64Array.of(0.5, 0.3, 0.2),
      Float64Array.of(300, 70, 110),
      1000,
    );

    expect(Array.from(allocation.shares)).toEqual([2, 4, 1]);
    expect(allocation.leftoverCash).toBeCloseTo(10, 9);
    expect(allocation.weights[0]).toBeCloseTo(0.6, 12);
    expect(allocation.absoluteError).toBeCloseTo(0.1 + 0.02 + 0.09, 12);
  });

  it("hits whole targets exactly in spite of rounding", () => {
    // 0.3 · 1000 / 100 is 2.9999999999999996 in doubles when written as 0.1 · 3.
    const allocation = allocateShares(
      Float64Array.of(0.1 * 3, 0.7),
      Float64Array.of(100, 100),
      1000,
    );

    expect(Array.from(allocation.shares)).toEqual([3, 7]);
  });

  it("leaves alone what has no weight and keeps uninvested money", () => {
    const allocation = allocateShares(Float64Array.of(0, 0.5), Float64Array.of(1, 10), 100);

    expect(Array.from(allocation.shares)).toEqual([0, 5]);
    expect(allocation.leftoverCash).toBe(50);
  });

  it("sells short by the same rule", () => {
    // By hand: 1300 buys 13 at 100; −300 sells 4 at 70 and no fifth.
    const allocation = allocateShares(Float64Array.of(1.3, -0.3), Float64Array.of(100, 70), 1000);

    expect(Array.from(allocation.shares)).toEqual([13, -4]);
    expect(allocation.leftoverCash).toBeCloseTo(-20, 9);
  });

  it("spends no more than a large sum that buys a hundred billion shares", () => {
    // By hand: 999,999,999.995 / 0.01 is 99,999,999,999.5 shares.
    const cash = 999_999_999.995;
    const allocation = allocateShares(Float64Array.of(1), Float64Array.of(0.01), cash);

    expect(allocation.shares[0]).toBe(99_999_999_999);
    expect(allocation.leftoverCash).toBeCloseTo(0.005, 6);
  });

  it("takes weights that sum to 1 but for rounding as fully invested", () => {
    const prices = Float64Array.of(100, 100);

    // Money for 2.999999999999 and 7.000000000001 shares, or one in 10¹¹ more than there is.
    const short = allocateShares(Float64Array.of(0.3 - 1e-13, 0.7 + 1e-13), prices, 1000);
    const over = allocateShares(Float64Array.of(0.3, 0.7 + 1e-11), prices, 1000);

    expect(Array.from(short.shares)).toEqual([3, 7]);
    expect(short.leftoverCash).toBe(0);
    expect(Array.from(over.shares)).toEqual([3, 7]);
    expect(over.leftoverCash).toBe(0);
  });

  it("leaves nothing owed whatever the size of cash and prices", () => {
    const size = fc.double({ min: -9, max: 9, noNaN: true }).map((x) => 10 ** x);
    const part = fc.double({ min: 1e-6, max: 1, noNaN: true });

    fc.assert(
      fc.property(
        fc.array(fc.tuple(size, part), { minLength: 1, maxLength: 6 }),
        size,
        (assets, cash) => {
          const total = assets.reduce((sum, [, share]) => sum + share, 0);
          const weights = Float64Array.from(assets, ([, share]) => share / total);
          const prices = Float64Array.from(assets, ([price]) => price);

          expect(allocateShares(weights, prices, cash).leftoverCash).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never spends more than the weights say, and leaves less than a share of any wanted asset", () => {
    const price = fc.double({ min: 1, max: 500, noNaN: true });
    const part = fc.double({ min: 0, max: 1, noNaN: true });

    fc.assert(
      fc.property(fc.array(fc.tuple(price, part), { minLength: 1, maxLength: 8 }), (assets) => {
        const total = assets.reduce((sum, [, share]) => sum + share, 0) + 0.1;
        const weights = Float64Array.from(assets, ([, share]) => share / total);
        const prices = Float64Array.from(assets, ([one]) => one);
        const { shares, leftoverCash } = allocateShares(weights, prices, 10_000);
        const idle = leftoverCash - 10_000 * (1 - weights.reduce((sum, w) => sum + w, 0));
        expect(idle).toBeGreaterThan(-1e-4);
        for (const [i, count] of shares.entries()) {
          const missing = weights[i] * 10_000 - count * prices[i];
          expect(missing > 1e-4 && prices[i] < idle - 1e-4).toBe(false);
        }
      }),
    );
  });

  it("rejects prices, weights and cash without a meaning", () => {
    const one = Float64Array.of(1);
    expect(() => allocateShares(one, Float64Array.of(0), 1)).toThrow(ArgumentError);
    expect(() => allocateShares(one, Float64Array.of(Number.NaN), 1)).toThrow(ArgumentError);
    expect(() => allocateShares(Float64Array.of(Number.NaN), one, 1)).toThrow(ArgumentError);
    expect(() => allocateShares(one, one, 0)).toThrow(ArgumentError);
    expect(() => allocateShares(one, Float64Array.of(1, 1), 1)).toThrow(ArgumentError);
  });
});
