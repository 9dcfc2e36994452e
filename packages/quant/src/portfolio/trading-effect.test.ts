import { describe, expect, it } from "vitest";
import type { Trading } from "./portfolio-model.ts";
import { tradingEffect } from "./trading-effect.ts";

const FREE: Trading = {
  current: Float64Array.of(0.5, 0.5),
  turnoverMax: Number.POSITIVE_INFINITY,
  costs: undefined,
  yearsHeld: 1,
};

describe("tradingEffect", () => {
  it("counts what is sold and what is bought", () => {
    expect(tradingEffect(Float64Array.of(0.2, 0.8), FREE).turnover).toBeCloseTo(0.6, 15);
  });

  it("adds commission, tiers and impact, spread over the years held, to fees and borrowing", () => {
    // Asset 0 goes from 0.5 to -0.1: trade 0.6, commission 0.006, beyond 0.5 another 0.02·0.1,
    // impact 0.1·0.6^1.5. Asset 1 goes from 0.5 to 1.1: commission 0.012, beyond 0.5 another
    // 0.01·0.1, impact 0. Fees 0.001·0.1 + 0.002·1.1, borrowing 0.03·0.1.
    const trading: Trading = {
      ...FREE,
      yearsHeld: 2,
      costs: {
        linear: Float64Array.of(0.01, 0.02),
        tiers: [{ threshold: 0.5, rate: 0.03 }],
        impact: Float64Array.of(0.1, 0),
        managementFee: Float64Array.of(0.001, 0.002),
        borrow: 0.03,
      },
    };

    const { cost, costPerYear } = tradingEffect(Float64Array.of(-0.1, 1.1), trading);

    const once = 0.006 + 0.002 + 0.1 * 0.6 ** 1.5 + 0.012 + 0.001;
    expect(cost).toBeCloseTo(once, 14);
    expect(costPerYear).toBeCloseTo(once / 2 + 0.0001 + 0.0022 + 0.003, 14);
  });
});
