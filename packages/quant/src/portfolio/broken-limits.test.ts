import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../linalg/matrix.ts";
import { brokenLimits } from "./broken-limits.ts";
import type { PortfolioModel } from "./portfolio-model.ts";

const NONE = Number.POSITIVE_INFINITY;
const MODEL: PortfolioModel = {
  names: [],
  expectedReturns: Float64Array.of(0.1, 0.05),
  covariance: matrixFromRows([
    [0.04, 0],
    [0, 0.01],
  ]),
  scenarios: undefined,
  riskFreeRate: 0,
  constraints: {
    lower: new Float64Array(2).fill(-1),
    upper: new Float64Array(2).fill(2),
    budget: 1,
    rows: [],
  },
};
// Gross 1.4, short 0.2; variance 0.04·1.44 + 0.01·0.04 = 0.058.
const WEIGHTS = Float64Array.of(1.2, -0.2);

describe("brokenLimits", () => {
  it("finds none where none is set", () => {
    expect(brokenLimits(WEIGHTS, MODEL)).toEqual([]);
  });

  it("measures each kind of limit", () => {
    const broken = brokenLimits(WEIGHTS, {
      ...MODEL,
      leverage: { longMax: 1.1, shortMax: 0.3, grossMax: 1.3 },
      trading: {
        current: Float64Array.of(1, 0),
        turnoverMax: 0.3,
        costs: undefined,
        yearsHeld: 1,
      },
      benchmark: { weights: Float64Array.of(1, 0), trackingErrorMax: 0.04 },
      riskLimits: [
        { measure: { kind: "variance" }, max: 0.05 },
        { measure: { kind: "variance" }, max: 0.06 },
      ],
      riskShareLimits: [{ assets: [0], max: 0.9 }],
    });

    // Tracking error: √(0.04·0.04 + 0.01·0.04); share of the first asset: 0.0576/0.058.
    expect(broken.map(({ ref }) => ref.type)).toEqual([
      "long",
      "gross",
      "turnover",
      "tracking-error",
      "risk",
      "share",
    ]);
    expect(broken[1].value).toBeCloseTo(1.4, 12);
    expect(broken[3].value).toBeCloseTo(Math.sqrt(0.002), 12);
    expect(broken[5].value).toBeCloseTo(0.0576 / 0.058, 12);
  });

  it("lets limits be met exactly", () => {
    const leverage = { longMax: 1.2, shortMax: NONE, grossMax: NONE };
    expect(brokenLimits(WEIGHTS, { ...MODEL, leverage })).toEqual([]);
  });
});
