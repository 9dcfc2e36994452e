import { closesOf } from "@portfolio/platform/testing/sample-data-service";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

const NAMES = ["A", "B", "C", "D"];
// The worst of 60,000 random problems, nearly singular ones among them, was off by 1.6e-9.
const TOLERANCE = 1e-8;
/** Numbers with six decimals: sums of limits must not differ by what rounding does to them. */
const number = (min: number, max: number) =>
  fc.integer({ min: min * 1e6, max: max * 1e6 }).map((millionths) => millionths / 1e6);

/** Limits that hold for some weights, because they are drawn around such weights. */
const feasible = fc
  .record({
    weights: fc.array(number(-0.5, 1), { minLength: 4, maxLength: 4 }),
    slack: fc.array(number(0, 0.5), { minLength: 10, maxLength: 10 }),
    members: fc.subarray(NAMES, { minLength: 1 }),
  })
  .map(({ weights, slack, members }) => {
    const total = (symbols: readonly string[]) =>
      symbols.reduce((sum, symbol) => sum + (weights[NAMES.indexOf(symbol)] ?? 0), 0);
    return {
      bounds: Object.fromEntries(
        NAMES.map((symbol, i) => {
          const weight = weights[i] ?? 0;
          return [symbol, { min: weight - (slack[i] ?? 0), max: weight + (slack[i + 4] ?? 0) }];
        }),
      ),
      groups: [
        {
          symbols: members,
          min: total(members) - (slack[8] ?? 0),
          max: total(members) + (slack[9] ?? 0),
        },
      ],
      budget: total(NAMES),
    };
  });

/** A positive semidefinite matrix LL' of any rank, and expected returns. */
const estimates = fc.record({
  factor: fc.array(number(-0.3, 0.3), { minLength: 16, maxLength: 16 }),
  values: fc.array(number(-0.2, 0.3), { minLength: 4, maxLength: 4 }),
});

type Goal =
  | { case: "minimumVariance"; value: object }
  | { case: "maximumUtility"; value: { riskAversion: number } };

const goals = fc.constantFrom<Goal[]>(
  { case: "minimumVariance", value: {} },
  { case: "maximumUtility", value: { riskAversion: 3 } },
);

describe("weights", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(closesOf({}));
  });
  afterAll(() => service.close());

  it("keep all limits, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(feasible, estimates, goals, async (limits, { factor, values }, goal) => {
        const entries = Array.from({ length: 16 }, (_, k) =>
          [0, 1, 2, 3].reduce(
            (sum, j) =>
              sum + (factor[Math.floor(k / 4) * 4 + j] ?? 0) * (factor[(k % 4) * 4 + j] ?? 0),
            0,
          ),
        );
        const { weights } = await service.client.optimizePortfolio({
          symbols: NAMES,
          expectedReturns: { method: { case: "given", value: { values } } },
          covariance: {
            method: { case: "given", value: { matrix: { rows: 4, cols: 4, values: entries } } },
          },
          objective: { goal },
          constraints: limits,
        });

        const total = (symbols: readonly string[]) =>
          weights.reduce(
            (sum, { symbol, weight }) => sum + (symbols.includes(symbol) ? weight : 0),
            0,
          );
        for (const { symbol, weight } of weights) {
          expect(weight).toBeGreaterThanOrEqual((limits.bounds[symbol]?.min ?? 0) - TOLERANCE);
          expect(weight).toBeLessThanOrEqual((limits.bounds[symbol]?.max ?? 0) + TOLERANCE);
        }
        expect(Math.abs(total(NAMES) - limits.budget)).toBeLessThan(TOLERANCE);
        for (const { symbols, min, max } of limits.groups) {
          expect(total(symbols)).toBeGreaterThanOrEqual(min - TOLERANCE);
          expect(total(symbols)).toBeLessThanOrEqual(max + TOLERANCE);
        }
      }),
      { numRuns: 200 },
    );
  });
});
