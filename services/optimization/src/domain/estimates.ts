import {
  annualizeCovariance,
  annualizeMean,
  exponentialCovariance,
  exponentialMean,
  historicalMean,
  ledoitWolfCovariance,
  type Matrix,
  type PositiveSemidefiniteRepair,
  repairPositiveSemidefinite,
  sampleCovariance,
  simpleReturns,
} from "@portfolio/quant";
import { removeRounding } from "./covariance-rounding.ts";
import type { CovarianceMethod, ExpectedReturnsMethod } from "./methods.ts";
import type { Notice } from "./notice.ts";
import { compactText, countText } from "./number-text.ts";

/** What the optimizer works on, per year. */
export interface Estimates {
  /** Length n, fractions per year. */
  readonly expectedReturns: Float64Array;
  /** Shape (n, n), per year, positive semidefinite. */
  readonly covariance: Matrix;
  readonly notices: readonly Notice[];
}

// A matrix whose eigenvalues span more digits than this is singular for every practical purpose.
const SINGULAR_RATIO = 1e-12;

/**
 * Estimates expected returns and covariance per year.
 *
 * @param closes - Prices, one row per day, shape (T + 1, n), T ≥ 2. Unused, and may be
 *   missing, when both methods are `given`.
 */
export function estimate(
  closes: Matrix | undefined,
  expectedReturns: ExpectedReturnsMethod,
  covariance: CovarianceMethod,
): Estimates {
  const returns = closes === undefined ? undefined : simpleReturns(closes);
  const risk = estimateCovariance(returns, covariance);
  return { ...risk, expectedReturns: estimateReturns(returns, expectedReturns) };
}

/** Estimates the covariance per year, and says what is peculiar about it. */
export function estimateCovariance(
  returns: Matrix | undefined,
  method: CovarianceMethod,
): Pick<Estimates, "covariance" | "notices"> {
  if (method.kind === "given") {
    const repair = repairPositiveSemidefinite(method.perYear);
    return { covariance: removeRounding(repair.covariance), notices: repairNotices(repair) };
  }
  const observed = required(returns);
  // These estimators give positive semidefinite matrices by construction.
  const covariance = annualizeCovariance(covariancePerDay(observed, method));
  return { covariance, notices: method.kind === "ledoit-wolf" ? [] : rankNotices(observed) };
}

function estimateReturns(returns: Matrix | undefined, method: ExpectedReturnsMethod): Float64Array {
  switch (method.kind) {
    case "given":
      return method.perYear;
    case "historical-mean":
      return annualizeMean(historicalMean(required(returns)));
    case "exponential":
      return annualizeMean(exponentialMean(required(returns), method.halfLifeDays));
  }
}

function covariancePerDay(
  returns: Matrix,
  method: Exclude<CovarianceMethod, { kind: "given" }>,
): Matrix {
  switch (method.kind) {
    case "sample":
      return sampleCovariance(returns);
    case "exponential":
      return exponentialCovariance(returns, method.halfLifeDays);
    case "ledoit-wolf":
      return ledoitWolfCovariance(returns).covariance;
  }
}

function repairNotices(repair: PositiveSemidefiniteRepair): Notice[] {
  const { smallestEigenvalue: smallest, largestEigenvalue: largest } = repair;
  if (repair.repaired) {
    return [
      {
        reason: "COVARIANCE_REPAIRED",
        description:
          "The given covariance is not positive semidefinite: its eigenvalues go from " +
          `${compactText(smallest)} to ${compactText(largest)}. The negative ones were set to 0, ` +
          `which changed the matrix by ${compactText(repair.frobeniusChange)} (Frobenius norm).`,
      },
    ];
  }
  if (smallest > SINGULAR_RATIO * largest) {
    return [];
  }
  return [
    {
      reason: "COVARIANCE_SINGULAR",
      description:
        "The given covariance is singular: some combination of the assets has no risk. " +
        "Other weights may be as good as those of the answer.",
    },
  ];
}

function rankNotices({ rows, cols }: Matrix): Notice[] {
  if (rows > cols) {
    return [];
  }
  return [
    {
      reason: "COVARIANCE_SINGULAR",
      description:
        `${countText(rows, "daily return")} cannot tell the risks of ${countText(cols, "asset")} ` +
        "apart: the covariance is singular, and some combination of the assets looks riskless. " +
        "Use a longer period, or the Ledoit–Wolf covariance.",
    },
  ];
}

function required(returns: Matrix | undefined): Matrix {
  if (returns === undefined) {
    throw new Error("an estimate from prices was asked for without prices");
  }
  return returns;
}
