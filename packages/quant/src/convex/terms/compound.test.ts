import { describe, expect, it } from "vitest";
import { solveConvex } from "../solve-convex.ts";
import { termValue } from "./term-forms.ts";

const COST = {
  kind: "absolute",
  above: Float64Array.of(0.1, 0.1),
  below: Float64Array.of(0.1, 0.1),
  center: Float64Array.of(0.5, 0.5),
} as const;

// A linear term: what is above the center 0 counts as what is below it.
const LOSS = {
  kind: "absolute",
  above: Float64Array.of(-1, 0),
  below: Float64Array.of(1, 0),
} as const;

describe("a sum of terms", () => {
  const sum = {
    kind: "sum",
    parts: [
      { weight: 1, term: LOSS },
      { weight: 2, term: COST },
    ],
  } as const;

  it("adds the weighted parts", () => {
    // By hand: -0.8 + 2·(0.1·0.3 + 0.1·0.3).
    expect(termValue(sum, Float64Array.of(0.8, 0.2))).toBeCloseTo(-0.8 + 0.12, 15);
  });

  it("is a limit: a return net of costs", () => {
    // By hand: w₁ − 0.4·|w₁ − 0.5| ≥ 0.65 on w₁ + w₂ = 1 means w₁ ≥ 0.75; least w₁² + w₂² there.
    const result = solveConvex({
      quadratic: { rows: 2, cols: 2, values: Float64Array.of(2, 0, 0, 2) },
      limits: [{ term: sum, limit: -0.65 }],
      system: {
        lower: Float64Array.of(0, 0),
        upper: Float64Array.of(1, 1),
        rows: { rows: 1, cols: 2, values: Float64Array.of(1, 1) },
        rowLower: Float64Array.of(1),
        rowUpper: Float64Array.of(1),
      },
    });

    expect(result.status).toBe("optimal");
    expect(result.status === "optimal" && result.x[0]).toBeCloseTo(0.75, 8);
  });
});
