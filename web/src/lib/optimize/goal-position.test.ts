// @vitest-environment node
import { describe, expect, it } from "vitest";
import { sampleFrontier } from "../sample/sample-frontier.ts";
import { equalWeightFigures, portfolioOnFrontier } from "./chosen-portfolio.ts";
import { frontierRange, goalAtPosition, goalPosition } from "./goal-position.ts";

const { model } = sampleFrontier;

describe("goalAtPosition", () => {
  it.each([0.001, 0.25, 0.5, 0.999, 1])("is reached again at the same place, %f", (position) => {
    const goal = goalAtPosition(model, position);

    expect(goal.kind).toBe("target-return");
    // Six decimals of a return that spans over 0.1.
    expect(goalPosition(model, goal)).toBeCloseTo(position, 5);
  });

  it("never asks for more return than the frontier has", () => {
    const goal = goalAtPosition(model, 1);
    const highest = Math.max(...model.turningPoints.map((point) => point.expectedReturn));

    expect(goal).toEqual({ kind: "target-return", value: highest });
  });

  it("is the lowest risk at the start", () => {
    expect(goalAtPosition(model, 0)).toEqual({ kind: "minimum-variance" });
  });
});

describe("the sample's frontier", () => {
  it("holds portfolios that beat equal weight", () => {
    const best = portfolioOnFrontier(model, goalPosition(model, { kind: "maximum-sharpe" }) ?? 0);
    const range = frontierRange(model);

    expect(best.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(Math.max(...best.weights)).toBeLessThanOrEqual(0.3 + 1e-6);
    expect(best.sharpe).toBeGreaterThan(equalWeightFigures(model).sharpe);
    expect(range.volatility.low).toBeLessThan(equalWeightFigures(model).volatility);
  });
});
