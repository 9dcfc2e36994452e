import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import { conditionNumber } from "./condition-number.ts";
import { constantCorrelationCovariance } from "./constant-correlation.ts";
import { denoiseCovariance, detoneCovariance } from "./denoised.ts";
import { expectationMaximization } from "./expectation-maximization.ts";
import { exponentialCovariance } from "./exponential-covariance.ts";
import { covarianceFromFactors } from "./factor-form.ts";
import { fixedShrinkageCovariance } from "./fixed-shrinkage.ts";
import { gerberCovariance } from "./gerber.ts";
import { graphicalLassoCovariance } from "./graphical-lasso.ts";
import { ledoitWolfCovariance } from "./ledoit-wolf.ts";
import { localGlobalCovariance } from "./local-global.ts";
import { minimumCovarianceDeterminant } from "./minimum-covariance-determinant.ts";
import { nearestCovariance } from "./nearest-correlation.ts";
import { oracleApproximatingCovariance } from "./oracle-approximating-shrinkage.ts";
import { pairwiseCovariance } from "./pairwise.ts";
import { repairPositiveSemidefinite } from "./positive-semidefinite.ts";
import { principalFactors } from "./principal-factors.ts";
import { type RegimeAdjustment, regimeAdjustedCovariance } from "./regime-adjusted.ts";
import { regressionFactors } from "./regression-factors.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import { semicovariance } from "./semicovariance.ts";
import { singleFactorCovariance } from "./single-factor.ts";
import { thresholdedComponentsCovariance } from "./thresholded-components.ts";

const CASE_COUNT = 56;
const SCALES = [1, 0.01, 1e150, 1e-150, 1e25, 1e-25, 1e-8];

/** How the return of asset j on day t is spoiled; `base` is random. */
const SPOILED: readonly ((base: number, j: number, t: number) => number)[] = [
  (base) => base,
  (_, j, t) => Math.sin(t) * (j + 1),
  (base, j) => (j === 0 ? 0 : base),
  () => 0,
  () => 5,
  (base, j) => base * 10 ** (-8 * (j % 3)),
  (base) => Math.round(base),
  (base, _, t) => (t === 0 ? base * 1e6 : base),
];

const REGIME: RegimeAdjustment = {
  halfLife: 5,
  regimeHalfLife: 3,
  target: "all-directions",
  averaging: "mean-logarithm",
  multiplierMin: 0.7,
  multiplierMax: 1.6,
};

function fromReturns(returns: Matrix): Record<string, () => Matrix> {
  const sample = () => sampleCovariance(returns);
  return {
    sample,
    exponential: () => exponentialCovariance(returns, 5),
    ledoitWolf: () => ledoitWolfCovariance(returns).covariance,
    oas: () => oracleApproximatingCovariance(returns).covariance,
    constantCorrelation: () => constantCorrelationCovariance(returns).covariance,
    singleFactor: () => singleFactorCovariance(returns).covariance,
    semi: () => semicovariance(returns, "mean"),
    fixed: () => fixedShrinkageCovariance(returns, "constant-correlation", 0.5).covariance,
    denoised: () => denoiseCovariance(sample(), returns.rows, { kind: "fixed" }).covariance,
    spectral: () => denoiseCovariance(sample(), returns.rows, { kind: "spectral" }).covariance,
    detoned: () => detoneCovariance(sample(), 1),
    gerber: () => gerberCovariance(returns, 0, 0.5).covariance,
    principal: () => covarianceFromFactors(principalFactors(returns, "automatic")),
    poet: () => {
      const settings = { factorCount: "automatic", thresholding: "soft", constant: 0.5 } as const;
      const covariance = thresholdedComponentsCovariance(returns, settings);
      return repairPositiveSemidefinite(covariance).covariance;
    },
    regression: () => covarianceFromFactors(regressionFactors(returns, returns)),
    graphicalLasso: () => graphicalLassoCovariance(sample(), 0.01).covariance,
    localGlobal: () => localGlobalCovariance(sample()),
    regime: () => regimeAdjustedCovariance(returns, REGIME).covariance,
    robust: () => {
      const answer = minimumCovarianceDeterminant(returns, "default", 1);
      return answer.status === "singular" ? sample() : answer.covariance;
    },
  };
}

function fromGaps(gaps: Matrix): Record<string, () => Matrix> {
  return {
    expectationMaximization: () => expectationMaximization(gaps, 100).covariance,
    clipped: () => repairPositiveSemidefinite(pairwiseCovariance(gaps).covariance).covariance,
    nearest: () => nearestCovariance(pairwiseCovariance(gaps).covariance).covariance,
  };
}

/** Gives the covariance, or nothing when the input was refused with an error of its own. */
function answerOf(estimate: () => Matrix): Matrix | undefined {
  try {
    return estimate();
  } catch (error) {
    if (error instanceof ArgumentError) {
      return undefined;
    }
    throw error;
  }
}

describe("every estimator", () => {
  it("refuses by name, or gives a positive semidefinite matrix, whatever the returns", () => {
    let answerCount = 0;
    for (let seed = 0; seed < CASE_COUNT; seed++) {
      const random = uniformSource(seed);
      const rows = 2 + Math.floor(random() * 30);
      const cols = 1 + Math.floor(random() * 9);
      const scale = Number(SCALES[seed % SCALES.length]);
      const spoil = SPOILED[seed % SPOILED.length] ?? ((base) => base);
      const values = Float64Array.from({ length: rows * cols }, (_, k) => {
        const base = random() + random() + random() - 1.5;
        return scale * spoil(base, k % cols, Math.floor(k / cols));
      });
      const gaps = values.map((x) => (random() < 0.2 ? Number.NaN : x));
      const estimates = {
        ...fromReturns({ rows, cols, values }),
        ...fromGaps({ rows, cols, values: gaps }),
      };
      for (const [name, estimate] of Object.entries(estimates)) {
        const covariance = answerOf(estimate);
        if (covariance !== undefined) {
          const repair = repairPositiveSemidefinite(covariance);
          const ratio = repair.smallestEigenvalue / (repair.largestEigenvalue || 1);
          expect(ratio, `${name} ${seed}`).toBeGreaterThan(-1e-10);
          expect(conditionNumber(covariance), `${name} ${seed}`).toBeGreaterThanOrEqual(1);
          answerCount++;
        }
      }
    }
    // Two of the seven scales are refused by most estimators.
    expect(answerCount).toBeGreaterThan(600);
  });
});
