import { describe, expect, it } from "vitest";
import { sampleReturns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { quadraticForm } from "../linalg/matrix.ts";
import { symmetricEigenvalues } from "../linalg/symmetric-eigen.ts";
import { estimateSource } from "../optimize/resample-estimates.ts";
import { randomSource } from "../random/xoshiro.ts";
import { annualizeCovariance, annualizeMean } from "../returns/annualize.ts";
import { bootstrapEstimates } from "./estimate-draws.ts";
import {
  type EstimateDraws,
  meanBox,
  meanEllipsoid,
  worstCovarianceOfBall,
  worstCovarianceOfBox,
} from "./uncertainty-set.ts";

const returns = sampleReturns(504);
const expectedReturns = annualizeMean(historicalMean(returns));
const covariance = annualizeCovariance(sampleCovariance(returns));
const n = returns.cols;

function gaussian(confidence: number): EstimateDraws {
  const size = { observationCount: 504, observationsPerPeriod: 252 };
  const draw = estimateSource(expectedReturns, covariance, size, randomSource(7));
  return { expectedReturns, covariance, confidence, draws: Array.from({ length: 4000 }, draw) };
}

describe("meanBox", () => {
  it("comes to the normal quantile of the standard error", () => {
    const errors = meanBox(gaussian(0.95));
    for (let i = 0; i < n; i++) {
      const standardError = Math.sqrt(covariance.values[i * n + i] / 2);
      expect(errors[i] / (1.959964 * standardError)).toBeCloseTo(1, 1);
    }
  });
});

describe("meanEllipsoid", () => {
  it("comes to the chi-squared quantile of as many degrees as assets", () => {
    // χ² of 20 degrees at 95 % is 31.4104; two years of returns.
    const { values } = meanEllipsoid(gaussian(0.95));
    let square = 0;
    for (let k = 0; k < n; k++) {
      square += values[k * n] ** 2;
    }
    expect(square / ((31.4104 / 2) * covariance.values[0])).toBeCloseTo(1, 1);
  });
});

describe("worst covariances", () => {
  const sample = {
    expectedReturns,
    covariance,
    confidence: 0.9,
    draws: bootstrapEstimates(returns, 200, 3),
  };

  it("are semidefinite and riskier than the estimate for every long-only portfolio", () => {
    const uniform = randomSource(11);
    for (const worst of [worstCovarianceOfBox(sample), worstCovarianceOfBall(sample)]) {
      expect(symmetricEigenvalues(worst)[0]).toBeGreaterThan(-1e-12);
      for (let trial = 0; trial < 20; trial++) {
        const weights = Float64Array.from({ length: n }, uniform);
        expect(quadraticForm(worst, weights)).toBeGreaterThan(quadraticForm(covariance, weights));
      }
    }
  });

  it("of the ball bound the variance of the share of the draws that they promise", () => {
    const worst = worstCovarianceOfBall(sample);
    const weights = new Float64Array(n).fill(1 / n);
    const bound = quadraticForm(worst, weights);
    const held = sample.draws.filter((draw) => quadraticForm(draw.covariance, weights) <= bound);
    expect(held.length / sample.draws.length).toBeGreaterThanOrEqual(0.9);
  });
});
