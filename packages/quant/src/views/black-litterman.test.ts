import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { equilibriumReturns } from "../expected-returns/equilibrium.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { type Matrix, matrixFromRows, multiplyVector } from "../linalg/matrix.ts";
import { blackLittermanPosterior, type LinearViews, type Prior } from "./black-litterman.ts";
import { augmentedPosterior, bayesianFactorPosterior } from "./factor-black-litterman.ts";
import type { ViewUncertainty } from "./view-uncertainty.ts";

interface Moments {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
}

// Three programs on real prices: see make_views.py.
const { blackLitterman, riskfolio } = readReference<{
  readonly blackLitterman: {
    readonly tau: number;
    readonly portfolios: readonly number[];
    readonly values: readonly number[];
    readonly confidences: readonly number[];
    readonly pypfopt: Moments;
    readonly pypfoptIdzorek: Moments;
    readonly skfolio: Moments;
    readonly skfolioIdzorek: Moments;
  };
  readonly riskfolio: {
    readonly weights: readonly number[];
    readonly factors: readonly number[];
    readonly loadings: readonly number[];
    readonly factorPortfolios: readonly number[];
    readonly factorValues: readonly number[];
    readonly residualVariances: readonly number[];
    readonly plain: Moments;
    readonly bayesian: Moments;
    readonly augmented: Moments;
  };
}>("views.json");

const { fewAssets } = readReference<{
  readonly fewAssets: { readonly returns: readonly number[] };
}>("shrinkage.json");
const RETURNS = matrixOf(fewAssets.returns, 5);
const HISTORY: Prior = { mean: historicalMean(RETURNS), covariance: sampleCovariance(RETURNS) };
const PORTFOLIOS = matrixOf(blackLitterman.portfolios, 5);
const VALUES = Float64Array.from(blackLitterman.values);
const IDZOREK: ViewUncertainty = {
  kind: "confidences",
  confidences: Float64Array.from(blackLitterman.confidences),
};
const PROPORTIONAL: ViewUncertainty = { kind: "proportional" };

function posteriorOf(prior: Prior, tau: number, views: LinearViews) {
  const posterior = blackLittermanPosterior(prior, tau, views);
  if (posterior.status !== "posterior") {
    throw new Error(`views ${posterior.views.join(", ")} contradict each other`);
  }
  return posterior;
}

function expectMoments(
  actual: { readonly mean: Float64Array; readonly covariance: Matrix },
  expected: Moments,
) {
  expect(largestDifference(actual.mean, expected.mean)).toBeLessThan(1e-14);
  expect(largestDifference(actual.covariance.values, expected.covariance)).toBeLessThan(1e-14);
}

describe("blackLittermanPosterior", () => {
  it.each([
    ["PyPortfolioOpt", PROPORTIONAL, blackLitterman.pypfopt],
    ["PyPortfolioOpt, Idzorek", IDZOREK, blackLitterman.pypfoptIdzorek],
    ["skfolio", PROPORTIONAL, blackLitterman.skfolio],
    ["skfolio, Idzorek", IDZOREK, blackLitterman.skfolioIdzorek],
  ])("agrees with %s", (_, uncertainty, expected) => {
    const views = { portfolios: PORTFOLIOS, values: VALUES, uncertainty };

    expectMoments(posteriorOf(HISTORY, blackLitterman.tau, views), expected);
  });

  it("agrees with Riskfolio", () => {
    const { covariance } = HISTORY;
    const mean = equilibriumReturns(covariance, Float64Array.from(riskfolio.weights), 2.5);
    const views = { portfolios: PORTFOLIOS, values: VALUES, uncertainty: PROPORTIONAL };

    expectMoments(posteriorOf({ mean, covariance }, 1 / RETURNS.rows, views), riskfolio.plain);
  });

  it("is the prior without views", () => {
    const views = {
      portfolios: matrixOf([], 0),
      values: new Float64Array(0),
      uncertainty: PROPORTIONAL,
    };

    const posterior = posteriorOf(HISTORY, 0.05, { ...views, portfolios: noRows(5) });

    expect(posterior.mean).toEqual(HISTORY.mean);
    expect(posterior.covariance.values).toEqual(HISTORY.covariance.values.map((v) => 1.05 * v));
  });

  it("is the prior at confidence 0, and the views at confidence 1", () => {
    const none = viewsWith(new Float64Array(3));
    const full = viewsWith(new Float64Array(3).fill(1));

    const prior = posteriorOf(HISTORY, 0.05, none);
    const certain = posteriorOf(HISTORY, 0.05, full);

    expect(prior.mean).toEqual(HISTORY.mean);
    expect(prior.viewVariances).toEqual(new Float64Array(3).fill(Number.POSITIVE_INFINITY));
    expect(largestDifference(multiplyVector(PORTFOLIOS, certain.mean), VALUES)).toBeLessThan(1e-16);
  });

  it("moves one view's portfolio by its confidence", () => {
    const confidences = fc.double({ min: 0, max: 1, noNaN: true });
    const portfolio = matrixFromRows([[0, 1, -1, 0, 0]]);

    fc.assert(
      fc.property(confidences, fc.double({ min: -1, max: 1, noNaN: true }), (confidence, value) => {
        const posterior = posteriorOf(HISTORY, 0.3, {
          portfolios: portfolio,
          values: Float64Array.of(value),
          uncertainty: { kind: "confidences", confidences: Float64Array.of(confidence) },
        });
        const before = HISTORY.mean[1] - HISTORY.mean[2];
        const after = posterior.mean[1] - posterior.mean[2];
        expect(after).toBeCloseTo(before + confidence * (value - before), 14);
      }),
    );
  });

  it("averages uncertain views that differ, and rejects certain ones", () => {
    const portfolios = matrixFromRows([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    const prior = { mean: Float64Array.of(0, 0, 0), covariance: identity(3) };
    const values = Float64Array.of(0.1, 0.3);

    const uncertain = posteriorOf(prior, 1, { portfolios, values, uncertainty: PROPORTIONAL });
    const certain = blackLittermanPosterior(prior, 1, {
      portfolios,
      values,
      uncertainty: { kind: "confidences", confidences: Float64Array.of(1, 1) },
    });

    // By hand: prior and both views have variance 1, so the mean is (0 + 0.1 + 0.3) / 3.
    expect(uncertain.mean[0]).toBeCloseTo(0.4 / 3, 14);
    expect(certain).toEqual({ status: "contradictory", views: [0, 1] });
  });

  it("names the certain views that contradict each other, and no others", () => {
    const portfolios = matrixFromRows([
      [0, 0, 0, 1],
      [1, -1, 0, 0],
      [0, 1, -1, 0],
      [1, 0, -1, 0],
    ]);
    const prior = { mean: new Float64Array(4), covariance: identity(4) };
    const uncertainty: ViewUncertainty = {
      kind: "confidences",
      confidences: Float64Array.of(1, 1, 1, 1),
    };

    const cycle = { portfolios, values: Float64Array.of(0.1, 0.02, 0.03, 0.06), uncertainty };
    const implied = { portfolios, values: Float64Array.of(0.1, 0.02, 0.03, 0.05), uncertainty };

    expect(blackLittermanPosterior(prior, 0.1, cycle)).toEqual({
      status: "contradictory",
      views: [1, 2, 3],
    });
    expect(
      largestDifference(
        multiplyVector(portfolios, posteriorOf(prior, 0.1, implied).mean),
        implied.values,
      ),
    ).toBeLessThan(1e-15);
  });

  it("rejects a certain view on a portfolio without risk, unless it is the prior", () => {
    const prior = {
      mean: Float64Array.of(0.01, 0),
      covariance: matrixFromRows([
        [0, 0],
        [0, 1],
      ]),
    };
    const portfolios = matrixFromRows([[1, 0]]);
    const views = { portfolios, values: Float64Array.of(0.02), uncertainty: PROPORTIONAL };

    expect(blackLittermanPosterior(prior, 1, views)).toEqual({
      status: "contradictory",
      views: [0],
    });
    expect(posteriorOf(prior, 1, { ...views, values: Float64Array.of(0.01) }).mean[0]).toBe(0.01);
  });

  it.each([1e-150, 1e-75, 1e75, 1e150])("keeps its digits at covariances of %d", (scale) => {
    const covariance = matrixFromRows([
      [4 * scale, scale],
      [scale, scale],
    ]);
    const views = {
      portfolios: matrixFromRows([[1, -1]]),
      values: Float64Array.of(1),
      uncertainty: PROPORTIONAL,
    };

    const posterior = posteriorOf({ mean: Float64Array.of(0, 0), covariance }, 1, views);

    // By hand: ΣP' = (3, 0), PΣP' = 3, so the mean moves by (3, 0)/(3 + 3).
    expect(largestDifference(posterior.mean, [0.5, 0])).toBeLessThan(1e-15);
  });

  it("rejects what does not fit", () => {
    const views = { portfolios: PORTFOLIOS, values: VALUES, uncertainty: PROPORTIONAL };
    const wrong: ViewUncertainty = { kind: "confidences", confidences: Float64Array.of(1, 2, 0) };
    const infinite = { ...HISTORY, mean: HISTORY.mean.map(() => Number.POSITIVE_INFINITY) };

    expect(() => blackLittermanPosterior(HISTORY, 0, views)).toThrow(ArgumentError);
    expect(() => blackLittermanPosterior(HISTORY, Number.NaN, views)).toThrow(ArgumentError);
    expect(() => blackLittermanPosterior(infinite, 1, views)).toThrow(ArgumentError);
    expect(() => blackLittermanPosterior(HISTORY, 1, { ...views, uncertainty: wrong })).toThrow(
      ArgumentError,
    );
    expect(() =>
      blackLittermanPosterior(HISTORY, 1, { ...views, values: Float64Array.of(1) }),
    ).toThrow(ArgumentError);
    expect(() =>
      blackLittermanPosterior(HISTORY, 1, {
        ...views,
        uncertainty: { kind: "covariance", omega: identity(2) },
      }),
    ).toThrow(ArgumentError);
  });
});

describe("published tables", () => {
  it("are those of He and Litterman (1999), tables 4 and 5", () => {
    const volatilities = [16.0, 20.3, 24.8, 27.1, 21.0, 20.0, 18.7];
    const correlations = [
      [1, 0.488, 0.478, 0.515, 0.439, 0.512, 0.491],
      [0.488, 1, 0.664, 0.655, 0.31, 0.608, 0.779],
      [0.478, 0.664, 1, 0.861, 0.355, 0.783, 0.668],
      [0.515, 0.655, 0.861, 1, 0.354, 0.777, 0.653],
      [0.439, 0.31, 0.355, 0.354, 1, 0.405, 0.306],
      [0.512, 0.608, 0.783, 0.777, 0.405, 1, 0.652],
      [0.491, 0.779, 0.668, 0.653, 0.306, 0.652, 1],
    ];
    const covariance = matrixFromRows(
      correlations.map((row, i) =>
        row.map((entry, j) => (entry * (volatilities[i] ?? 0) * (volatilities[j] ?? 0)) / 1e4),
      ),
    );
    const market = Float64Array.of(0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615);
    const mean = equilibriumReturns(covariance, market, 2.5);
    const germany = [0, 0, -0.295, 1, 0, -0.705, 0];
    const canada = [0, 1, 0, 0, 0, 0, -1];

    const one = posteriorOf({ mean, covariance }, 0.05, {
      portfolios: matrixFromRows([germany]),
      values: Float64Array.of(0.05),
      uncertainty: PROPORTIONAL,
    });
    const two = posteriorOf({ mean, covariance }, 0.05, {
      portfolios: matrixFromRows([germany, canada]),
      values: Float64Array.of(0.05, 0.03),
      uncertainty: PROPORTIONAL,
    });

    expectPercent(mean, [3.9, 6.9, 8.4, 9.0, 4.3, 6.8, 7.6]);
    expectPercent(one.mean, [4.3, 7.6, 9.3, 11.0, 4.5, 7.0, 8.1]);
    expectPercent(two.mean, [4.4, 8.7, 9.5, 11.2, 4.6, 7.0, 7.5]);
  });
});

const IDZOREK_COVARIANCE = matrixFromRows([
  [0.001005, 0.001328, -0.000579, -0.000675, 0.000121, 0.000128, -0.000445, -0.000437],
  [0.001328, 0.007277, -0.001307, -0.00061, -0.002237, -0.000989, 0.001442, -0.001535],
  [-0.000579, -0.001307, 0.059852, 0.027588, 0.063497, 0.023036, 0.032967, 0.048039],
  [-0.000675, -0.00061, 0.027588, 0.029609, 0.026572, 0.021465, 0.020697, 0.029854],
  [0.000121, -0.002237, 0.063497, 0.026572, 0.102488, 0.042744, 0.039943, 0.065994],
  [0.000128, -0.000989, 0.023036, 0.021465, 0.042744, 0.032056, 0.019881, 0.032235],
  [-0.000445, 0.001442, 0.032967, 0.020697, 0.039943, 0.019881, 0.028355, 0.035064],
  [-0.000437, -0.001535, 0.048039, 0.029854, 0.065994, 0.032235, 0.035064, 0.079958],
]);

describe("Idzorek (2005)", () => {
  it("has the combined returns of table 6", () => {
    const market = [19.34, 26.13, 12.09, 12.09, 1.34, 1.34, 24.18, 3.49].map((w) => w / 100);
    const mean = equilibriumReturns(IDZOREK_COVARIANCE, Float64Array.from(market), 3.07);
    const portfolios = matrixFromRows([
      [0, 0, 0, 0, 0, 0, 1, 0],
      [-1, 1, 0, 0, 0, 0, 0, 0],
      [0, 0, 0.9, -0.9, 0.1, -0.1, 0, 0],
    ]);
    const values = Float64Array.of(0.0525, 0.0025, 0.02);

    const posterior = posteriorOf({ mean, covariance: IDZOREK_COVARIANCE }, 0.025, {
      portfolios,
      values,
      uncertainty: PROPORTIONAL,
    });

    const printed = [0.07, 0.5, 6.5, 4.32, 7.59, 3.94, 4.93, 6.84].map((r) => r / 100);
    expect(largestDifference(posterior.mean, printed)).toBeLessThan(1.01e-4);
    const variances = [0.000709, 0.000141, 0.000866];
    expect(largestDifference(posterior.viewVariances, variances)).toBeLessThan(1e-6);
  });
});

describe("bayesianFactorPosterior", () => {
  it("agrees with Riskfolio", () => {
    const factors = matrixOf(riskfolio.factors, 2);
    const prior = { mean: historicalMean(factors), covariance: sampleCovariance(factors) };

    const posterior = bayesianFactorPosterior(
      factorModel(),
      prior,
      1 / RETURNS.rows,
      factorViews(),
    );

    expect(posterior.status).toBe("posterior");
    if (posterior.status === "posterior") {
      expectMoments(posterior, riskfolio.bayesian);
    }
  });

  it("rejects loadings of another shape and negative variances", () => {
    const prior = { mean: new Float64Array(2), covariance: identity(2) };
    const model = factorModel();
    const negative = { ...model, residualVariances: model.residualVariances.map(() => -1) };
    const short = { ...model, alphas: Float64Array.of(1) };

    expect(() => bayesianFactorPosterior(negative, prior, 1, factorViews())).toThrow(ArgumentError);
    expect(() => bayesianFactorPosterior(short, prior, 1, factorViews())).toThrow(ArgumentError);
  });
});

describe("augmentedPosterior", () => {
  it("agrees with Riskfolio", () => {
    const factorReturns = matrixOf(riskfolio.factors, 2);
    const { loadings } = factorModel();
    const { covariance } = HISTORY;
    const weights = Float64Array.from(riskfolio.weights);
    const mean = equilibriumReturns(covariance, weights, 2.5);
    const factorCovariance = sampleCovariance(factorReturns);
    // Riskfolio's prior of the factors is the market's: δ·S·B'w.
    const exposure = Float64Array.from({ length: 2 }, (_, j) =>
      weights.reduce((sum, w, i) => sum + w * loadings.values[i * 2 + j], 0),
    );
    const factorMean = multiplyVector(factorCovariance, exposure).map((value) => 2.5 * value);

    const posterior = augmentedPosterior(
      { mean, covariance },
      { mean: factorMean, covariance: factorCovariance },
      loadings,
      1 / RETURNS.rows,
      jointViews(),
    );

    expect(posterior.status).toBe("posterior");
    if (posterior.status === "posterior") {
      expectMoments(posterior, riskfolio.augmented);
    }
  });
});

function noRows(cols: number): Matrix {
  return { rows: 0, cols, values: new Float64Array(0) };
}

function viewsWith(confidences: Float64Array): LinearViews {
  const uncertainty: ViewUncertainty = { kind: "confidences", confidences };
  return { portfolios: PORTFOLIOS, values: VALUES, uncertainty };
}

function expectPercent(actual: Float64Array, percent: readonly number[]) {
  const rounded = Array.from(actual, (value) => Math.round(value * 1000) / 10);
  expect(rounded).toEqual(percent);
}

function factorModel() {
  const withConstants = matrixOf(riskfolio.loadings, 3);
  const loadings = new Float64Array(10);
  const alphas = new Float64Array(5);
  for (let i = 0; i < 5; i++) {
    alphas[i] = withConstants.values[i * 3];
    loadings[i * 2] = withConstants.values[i * 3 + 1];
    loadings[i * 2 + 1] = withConstants.values[i * 3 + 2];
  }
  return {
    alphas,
    loadings: { rows: 5, cols: 2, values: loadings },
    residualVariances: Float64Array.from(riskfolio.residualVariances),
  };
}

function factorViews(): LinearViews {
  return {
    portfolios: matrixOf(riskfolio.factorPortfolios, 2),
    values: Float64Array.from(riskfolio.factorValues),
    uncertainty: PROPORTIONAL,
  };
}

function jointViews(): LinearViews {
  const portfolios = new Float64Array(5 * 7);
  for (let i = 0; i < 3; i++) {
    portfolios.set(PORTFOLIOS.values.subarray(i * 5, (i + 1) * 5), i * 7);
  }
  for (let i = 0; i < 2; i++) {
    portfolios.set(riskfolio.factorPortfolios.slice(i * 2, i * 2 + 2), (3 + i) * 7 + 5);
  }
  return {
    portfolios: { rows: 5, cols: 7, values: portfolios },
    values: Float64Array.of(...VALUES, ...riskfolio.factorValues),
    uncertainty: PROPORTIONAL,
  };
}
