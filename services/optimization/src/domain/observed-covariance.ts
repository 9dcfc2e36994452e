import {
  ArgumentError,
  constantCorrelationCovariance,
  covarianceFromFactors,
  type Denoising,
  denoiseCovariance,
  detoneCovariance,
  expectationMaximization,
  exponentialCovariance,
  type FactorForm,
  fixedShrinkageCovariance,
  gerberCovariance,
  graphicalLassoCovariance,
  impliedVolatilityCovariance,
  ledoitWolfCovariance,
  localGlobalCovariance,
  type Matrix,
  minimumCovarianceDeterminant,
  oracleApproximatingCovariance,
  type PositiveSemidefiniteRepair,
  pairwiseCovariance,
  principalFactors,
  regimeAdjustedCovariance,
  regressionFactors,
  repairPositiveSemidefinite,
  returnsWithGaps,
  sampleCovariance,
  semicovariance,
  simpleReturns,
  singleFactorCovariance,
  TRADING_DAYS_PER_YEAR,
  thresholdedComponentsCovariance,
  type WindowEstimates,
} from "@portfolio/quant";
import type {
  CovarianceMethod,
  DenoisedMethod,
  ObservedCovarianceMethod,
  RegressionFactorsMethod,
  ThresholdedComponentsMethod,
  UnequalHistoriesMethod,
} from "./covariance-method.ts";

/** A covariance per day, and how it came about. */
export interface ObservedCovariance {
  /** Shape (n, n), positive semidefinite. */
  readonly covariance: Matrix;
  /** The same through factors, where it has few. */
  readonly factors?: FactorForm | undefined;
  /** Weight of the target it was shrunk to, 0 when it was not. */
  readonly shrinkage?: number;
  /** What was done to make it positive semidefinite, where that was needed. */
  readonly repair?: PositiveSemidefiniteRepair;
}

/** Methods that begin with the sample covariance, and take one that is at hand. */
const FROM_SAMPLE: ReadonlySet<CovarianceMethod["kind"]> = new Set<CovarianceMethod["kind"]>([
  "sample",
  "ledoit-wolf",
  "oas",
]);

// As in skfolio's estimator: the multiplier of volatilities stays within these.
const MULTIPLIER_MIN = 0.7;
const MULTIPLIER_MAX = 1.6;
const ITERATIONS_MAX = 500;

/** Says whether a method takes a sample covariance that is at hand. */
export function takesSample({ kind }: CovarianceMethod): boolean {
  return FROM_SAMPLE.has(kind);
}

/**
 * Estimates the covariance per day.
 *
 * @param returns - Daily returns on the days that all assets share, shape (T, n), T ≥ 2.
 * @param sample - Their means and sample covariance, where they are at hand.
 * @throws {ArgumentError} The estimator refuses the returns, for a reason that the message gives.
 */
export function observedCovariance(
  returns: Matrix,
  method: ObservedCovarianceMethod,
  sample?: WindowEstimates,
): ObservedCovariance {
  switch (method.kind) {
    case "sample":
      return { covariance: sample?.covariance ?? sampleCovariance(returns) };
    case "exponential":
      return { covariance: exponentialCovariance(returns, method.halfLifeDays) };
    case "semicovariance":
      return { covariance: semicovariance(returns, method.benchmarkPerDay) };
    case "given-shrinkage":
      return fixedShrinkageCovariance(returns, method.target, method.intensity);
    case "gerber":
      return repaired(gerberCovariance(returns, method.statistic, method.threshold));
    case "implied-volatility": {
      const perDay = method.volatilitiesPerYear.map(
        (volatility) => volatility / Math.sqrt(TRADING_DAYS_PER_YEAR),
      );
      return { covariance: impliedVolatilityCovariance(sampleCovariance(returns), perDay) };
    }
    case "minimum-covariance-determinant":
      return { covariance: robustCovariance(returns, method.supportShare, method.seed) };
    case "regime-adjusted":
      return regimeAdjustedCovariance(returns, {
        halfLife: method.halfLifeDays,
        regimeHalfLife: method.regimeHalfLifeDays,
        target: "portfolio",
        averaging: "mean-deviation",
        multiplierMin: MULTIPLIER_MIN,
        multiplierMax: MULTIPLIER_MAX,
      });
    case "thresholded-components":
      return throughThreshold(returns, method);
    case "unequal-histories":
      return fromUnequalHistories(method);
    default:
      return structuredCovariance(returns, method, sample);
  }
}

type StructuredMethod = Extract<
  ObservedCovarianceMethod,
  {
    kind:
      | "ledoit-wolf"
      | "oas"
      | "constant-correlation"
      | "single-factor"
      | "denoised"
      | "principal-factors"
      | "regression-factors"
      | "graphical-lasso"
      | "local-global";
  }
>;

/** Estimates with a structure that few days suffice for. */
function structuredCovariance(
  returns: Matrix,
  method: StructuredMethod,
  sample: WindowEstimates | undefined,
): ObservedCovariance {
  switch (method.kind) {
    case "ledoit-wolf":
      return ledoitWolfCovariance(returns, sample);
    case "oas":
      return oracleApproximatingCovariance(returns, sample);
    case "constant-correlation":
      return constantCorrelationCovariance(returns);
    case "single-factor":
      return singleFactorCovariance(returns);
    case "denoised":
      return { covariance: denoisedCovariance(returns, method) };
    case "principal-factors": {
      const count =
        method.factorCount === "automatic"
          ? method.factorCount
          : Math.min(method.factorCount, returns.cols);
      return throughFactors(principalFactors(returns, count));
    }
    case "regression-factors":
      return throughGivenFactors(returns, method);
    case "graphical-lasso":
      return graphicalLassoCovariance(sampleCovariance(returns), method.penalty);
    case "local-global":
      return { covariance: localGlobalCovariance(sampleCovariance(returns)) };
  }
}

function denoisedCovariance(returns: Matrix, method: DenoisedMethod): Matrix {
  const denoising: Denoising =
    method.denoising === "shrink"
      ? { kind: "shrink", alpha: method.alpha }
      : { kind: method.denoising };
  const sample = sampleCovariance(returns);
  const { covariance } = denoiseCovariance(sample, returns.rows, denoising);
  const detonedCount = Math.min(method.detonedCount, returns.cols);
  return detonedCount > 0 ? detoneCovariance(covariance, detonedCount) : covariance;
}

function throughThreshold(
  returns: Matrix,
  method: ThresholdedComponentsMethod,
): ObservedCovariance {
  const { factorCount } = method;
  const covariance = thresholdedComponentsCovariance(returns, {
    ...method,
    factorCount: factorCount === "automatic" ? factorCount : Math.min(factorCount, returns.cols),
  });
  return repaired(repairPositiveSemidefinite(covariance));
}

function throughFactors(factors: FactorForm): ObservedCovariance {
  return { covariance: covarianceFromFactors(factors), factors };
}

function throughGivenFactors(
  returns: Matrix,
  { factorCloses, selection }: RegressionFactorsMethod,
): ObservedCovariance {
  if (factorCloses === undefined) {
    throw new Error("a covariance through factors was asked for without their prices");
  }
  return throughFactors(regressionFactors(returns, simpleReturns(factorCloses), selection));
}

function robustCovariance(returns: Matrix, supportShare: number | "default", seed: number): Matrix {
  const answer = minimumCovarianceDeterminant(returns, supportShare, seed);
  if (answer.status === "singular") {
    throw new ArgumentError(
      "on most days, some combination of the assets has no risk, or there are too few days: the " +
        "minimum covariance determinant needs assets that differ, and more days than assets",
    );
  }
  return answer.covariance;
}

function fromUnequalHistories(method: UnequalHistoriesMethod): ObservedCovariance {
  if (method.allCloses === undefined) {
    throw new Error("a covariance from unequal histories was asked for without them");
  }
  const returns = returnsWithGaps(method.allCloses);
  if (method.algorithm === "expectation-maximization") {
    return { covariance: expectationMaximization(returns, ITERATIONS_MAX).covariance };
  }
  return repaired(repairPositiveSemidefinite(pairwiseCovariance(returns).covariance));
}

function repaired(repair: PositiveSemidefiniteRepair): ObservedCovariance {
  return repair.repaired
    ? { covariance: repair.covariance, repair }
    : { covariance: repair.covariance };
}
