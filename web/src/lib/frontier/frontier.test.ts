// @vitest-environment node
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longShortModel, sampleModel } from "../../../test/fixtures/frontier-model.ts";
import {
  averageWeights,
  type FrontierModel,
  portfolioAt,
  positionOfMaximumSharpe,
  positionOfReturn,
  positionOfVolatility,
  sampleCurve,
  weightsAt,
} from "./frontier.ts";

const position = () => fc.double({ min: 0, max: 1, noNaN: true });

/** w'Σw by the plain double sum. */
function varianceOf(weights: Float64Array, { covariance, symbols }: FrontierModel): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) {
    for (let j = 0; j < weights.length; j += 1) {
      sum += (weights[i] ?? 0) * (weights[j] ?? 0) * (covariance[i * symbols.length + j] ?? 0);
    }
  }
  return sum;
}

describe("portfolioAt", () => {
  it("gives the ends of the frontier at positions 0 and 1", () => {
    const lowest = portfolioAt(longShortModel, 0);
    const highest = portfolioAt(longShortModel, 1);

    // By hand: 1/σ² is 100, 25 and 100/9, which divided by their sum are 36, 9 and 4 of 49.
    expect([...lowest.weights]).toEqual([36 / 49, 9 / 49, 4 / 49]);
    expect(lowest.volatility).toBeCloseTo(0.6 / 7, 14);
    expect([...highest.weights]).toEqual([-0.5, 0, 1.5]);
    expect(highest.expectedReturn).toBe(0.2);
  });

  it("is even in expected return between the ends", () => {
    const { expectedReturn } = portfolioAt(longShortModel, 0.25);

    expect(expectedReturn).toBeCloseTo(2 / 49 + 0.25 * (0.2 - 2 / 49), 14);
  });

  it("agrees with w'Σw and w'μ of its own weights anywhere", () => {
    fc.assert(
      fc.property(position(), (at) => {
        const portfolio = portfolioAt(sampleModel, at);
        const direct = Math.sqrt(varianceOf(portfolio.weights, sampleModel));
        const mean = portfolio.weights.reduce(
          (sum, w, i) => sum + w * (sampleModel.expectedReturns[i] ?? 0),
          0,
        );

        expect(portfolio.volatility).toBeCloseTo(direct, 10);
        expect(portfolio.expectedReturn).toBeCloseTo(mean, 10);
      }),
    );
  });

  it("shares the whole risk out", () => {
    fc.assert(
      fc.property(position(), (at) => {
        const { riskShares } = portfolioAt(sampleModel, at);

        expect(riskShares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("moves a position outside the frontier to the nearer end", () => {
    expect(portfolioAt(sampleModel, -3)).toEqual(portfolioAt(sampleModel, 0));
    expect(portfolioAt(sampleModel, 7)).toEqual(portfolioAt(sampleModel, 1));
    expect(portfolioAt(sampleModel, Number.NaN)).toEqual(portfolioAt(sampleModel, 0));
  });

  it("does not depend on the order of the turning points", () => {
    const reversed = { ...sampleModel, turningPoints: sampleModel.turningPoints.toReversed() };

    expect(portfolioAt(reversed, 0.37)).toEqual(portfolioAt(sampleModel, 0.37));
  });

  it("keeps the less risky of two turning points with one return", () => {
    const twin = { weights: [0, 1, 0], expectedReturn: 0.2, variance: 0.5, lambda: 3 };
    const model = { ...longShortModel, turningPoints: [twin, ...longShortModel.turningPoints] };

    expect([...portfolioAt(model, 1).weights]).toEqual([-0.5, 0, 1.5]);
  });

  it("serves a frontier of a single portfolio", () => {
    const point = { weights: [1], expectedReturn: 0.06, variance: 0.0625, lambda: 0 };
    const model: FrontierModel = {
      symbols: ["ONE"],
      turningPoints: [point],
      expectedReturns: Float64Array.of(0.06),
      covariance: Float64Array.of(0.0625),
      riskFreeRate: 0,
    };

    expect(portfolioAt(model, 0.6)).toEqual({
      weights: Float64Array.of(1),
      expectedReturn: 0.06,
      volatility: 0.25,
      sharpe: 0.24,
      riskShares: Float64Array.of(1),
    });
    expect(positionOfMaximumSharpe(model)).toBe(0);
    expect(positionOfVolatility(model, 0.5)).toBe(0);
    expect(sampleCurve(model, 200).positions).toHaveLength(1);
  });

  it("gives a Sharpe ratio of 0 where there is no risk", () => {
    const cash = { weights: [1, 0], expectedReturn: 0.02, variance: 0, lambda: 0 };
    const stock = { weights: [0, 1], expectedReturn: 0.1, variance: 0.04, lambda: 2 };
    const model: FrontierModel = {
      symbols: ["CASH", "STOCK"],
      turningPoints: [stock, cash],
      expectedReturns: Float64Array.of(0.02, 0.1),
      covariance: Float64Array.of(0, 0, 0, 0.04),
      riskFreeRate: 0.01,
    };

    expect(portfolioAt(model, 0)).toMatchObject({ volatility: 0, sharpe: 0 });
    expect([...portfolioAt(model, 0).riskShares]).toEqual([0, 0]);
  });
});

describe("weightsAt", () => {
  it("gives the weights of portfolioAt", () => {
    expect(weightsAt(sampleModel, 0.613)).toEqual(portfolioAt(sampleModel, 0.613).weights);
  });
});

describe("positionOfReturn", () => {
  it("finds back the position of any portfolio of the frontier", () => {
    fc.assert(
      fc.property(position(), (at) => {
        const { expectedReturn } = portfolioAt(sampleModel, at);

        expect(positionOfReturn(sampleModel, expectedReturn)).toBeCloseTo(at, 12);
      }),
    );
  });

  it("stops at the ends of the frontier", () => {
    expect(positionOfReturn(sampleModel, -1)).toBe(0);
    expect(positionOfReturn(sampleModel, 1)).toBe(1);
  });
});

describe("positionOfVolatility", () => {
  it("finds the portfolio with that volatility", () => {
    fc.assert(
      fc.property(position(), (at) => {
        const { volatility } = portfolioAt(sampleModel, at);
        const found = portfolioAt(sampleModel, positionOfVolatility(sampleModel, volatility));

        expect(found.volatility).toBeCloseTo(volatility, 12);
      }),
    );
  });

  it("stops at the ends of the frontier", () => {
    expect(positionOfVolatility(sampleModel, 0.01)).toBe(0);
    expect(positionOfVolatility(sampleModel, -0.2)).toBe(0);
    expect(positionOfVolatility(sampleModel, 0.9)).toBe(1);
  });
});

describe("positionOfMaximumSharpe", () => {
  it("finds the tangency portfolio", () => {
    const { weights } = portfolioAt(longShortModel, positionOfMaximumSharpe(longShortModel));

    // Without correlation it is proportional to (μ − r) / σ²: 1, 7/4 and 13/9, in all 151/36.
    expect(weights[0]).toBeCloseTo(36 / 151, 12);
    expect(weights[1]).toBeCloseTo(63 / 151, 12);
    expect(weights[2]).toBeCloseTo(52 / 151, 12);
  });

  it("is beaten by no other portfolio of the frontier", () => {
    const best = portfolioAt(sampleModel, positionOfMaximumSharpe(sampleModel)).sharpe;

    fc.assert(
      fc.property(position(), (at) => {
        expect(portfolioAt(sampleModel, at).sharpe).toBeLessThanOrEqual(best + 1e-12);
      }),
    );
  });

  it("chooses the highest return when the risk-free rate is above the whole frontier", () => {
    const model = { ...longShortModel, riskFreeRate: 0.25 };
    const best = portfolioAt(model, positionOfMaximumSharpe(model)).sharpe;

    fc.assert(
      fc.property(position(), (at) => {
        expect(portfolioAt(model, at).sharpe).toBeLessThanOrEqual(best + 1e-12);
      }),
    );
  });
});

describe("sampleCurve", () => {
  it("rises in return and in volatility, and passes through every turning point", () => {
    const curve = sampleCurve(sampleModel, 200);

    for (let i = 1; i < curve.positions.length; i += 1) {
      expect(curve.expectedReturns[i]).toBeGreaterThan(curve.expectedReturns[i - 1] ?? 0);
      expect(curve.volatilities[i]).toBeGreaterThan(curve.volatilities[i - 1] ?? 0);
    }
    for (const point of sampleModel.turningPoints) {
      expect(curve.expectedReturns.some((r) => Math.abs(r - point.expectedReturn) < 1e-12)).toBe(
        true,
      );
    }
  });
});

describe("averageWeights", () => {
  it("averages weights over the frontier's returns", () => {
    const model: FrontierModel = {
      symbols: ["A", "B"],
      turningPoints: [
        { weights: [0, 1], expectedReturn: 0.1, variance: 0.04, lambda: 1 },
        { weights: [0.5, 0.5], expectedReturn: 0.06, variance: 0.02, lambda: 0 },
      ],
      expectedReturns: Float64Array.of(0.02, 0.1),
      covariance: Float64Array.of(0.04, 0, 0, 0.04),
      riskFreeRate: 0,
    };

    expect([...averageWeights(model)]).toEqual([0.25, 0.75]);
  });
});
