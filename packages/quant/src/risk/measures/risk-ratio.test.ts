import { describe, expect, it } from "vitest";
import { ratioName, riskRatio } from "./risk-ratio.ts";

describe("riskRatio", () => {
  const returns = Float64Array.of(0.03, -0.01, 0.02, -0.02, 0.03);

  it("divides the mean excess return by the risk", () => {
    // By hand: the mean is 0.01, the excess 0.008, the worst loss 0.02.
    expect(riskRatio({ kind: "worst-realization" }, returns, { riskFree: 0.002 })).toEqual({
      status: "defined",
      ratio: expect.closeTo(0.4, 12),
    });
  });

  it("is the Sharpe ratio of the variance, too", () => {
    // By hand: squares of the deviations sum to 0.0022, over 4.
    const expected = { status: "defined", ratio: expect.closeTo(0.01 / Math.sqrt(0.00055), 12) };

    expect(riskRatio({ kind: "variance" }, returns, { riskFree: 0 })).toEqual(expected);
    expect(riskRatio({ kind: "standard-deviation" }, returns, { riskFree: 0 })).toEqual(expected);
  });

  it("is Omega less one of the first lower partial moment", () => {
    // By hand: gains sum to 0.08, losses to 0.03.
    const measure = { kind: "lower-partial-moment", order: 1, threshold: 0 } as const;

    expect(riskRatio(measure, returns, { riskFree: 0 })).toEqual({
      status: "defined",
      ratio: expect.closeTo(0.08 / 0.03 - 1, 12),
    });
  });

  it("has no value without risk", () => {
    const rising = Float64Array.of(0.1, 0.2);

    expect(riskRatio({ kind: "worst-realization" }, rising, { riskFree: 0 }).status).toBe(
      "no-risk",
    );
    expect(riskRatio({ kind: "maximum-drawdown" }, rising, { riskFree: 0 }).status).toBe("no-risk");
  });
});

describe("ratioName", () => {
  it("knows the common names", () => {
    expect(ratioName({ kind: "maximum-drawdown" })).toBe("Calmar ratio");
    expect(ratioName({ kind: "lower-partial-moment", order: 2, threshold: 0 })).toBe(
      "Sortino ratio",
    );
    expect(ratioName({ kind: "edar", level: 0.9 })).toBe("excess return by edar");
  });
});
