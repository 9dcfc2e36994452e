import {
  annualizeCovariance,
  annualizeMean,
  bayesSteinMean,
  bodnarOkhrinParolyaMean,
  capitalAssetPricingMean,
  compoundMean,
  dot,
  equilibriumReturns,
  exponentialMean,
  type FactorForm,
  historicalMean,
  jamesSteinMean,
  lognormalHorizon,
  logReturns,
  type Matrix,
  type PositiveSemidefiniteRepair,
  repairPositiveSemidefinite,
  TRADING_DAYS_PER_YEAR,
  type WindowEstimates,
} from "@portfolio/quant";
import type { CovarianceMethod, ObservedCovarianceMethod } from "./covariance-method.ts";
import { removeRounding } from "./covariance-rounding.ts";
import type { ExpectedReturnsMethod } from "./methods.ts";
import type { Notice } from "./notice.ts";
import { compactText, countText } from "./number-text.ts";
import { observedCovariance } from "./observed-covariance.ts";
import type { EstimationTask, SingularCovariance } from "./solve-task.ts";

/** What the optimizer works on, per year. */
export interface Estimates {
  /** Length n, fractions per year. */
  readonly expectedReturns: Float64Array;
  /** Shape (n, n), per year, positive semidefinite. */
  readonly covariance: Matrix;
  /** The same through factors, where it was estimated so and nothing has changed it since. */
  readonly factors?: FactorForm | undefined;
  /** Weight of the target to which the covariance was shrunk, 0 when it was not. */
  readonly shrinkage: number;
  readonly notices: readonly Notice[];
}

// A matrix whose eigenvalues span more digits than this is singular for every practical purpose.
const SINGULAR_RATIO = 1e-12;

// Variance of a volatility of 1e-20 per year. Ratios of much smaller ones underflow.
const DUST = 1e-40;

/**
 * Estimates expected returns and covariance per year.
 *
 * @param task - Its closes are unused, and may be missing, when neither method needs them
 *   (`isPriceFree`). Its risk-free rate is for expected returns in equilibrium.
 * @param simpleReturns - Of the closes, shape (T, n).
 */
export function estimate(
  { closes, sample, expectedReturns, covariance, riskFreeRatePerYear, horizonDays }: EstimateTask,
  simpleReturns: Matrix | undefined,
): ({ readonly status: "estimated" } & Estimates) | SingularCovariance {
  const returns = horizonDays === undefined ? simpleReturns : closes && logReturns(closes);
  const risk = estimateCovariance(returns, covariance, sample);
  const means = estimateReturns(returns, expectedReturns, risk.covariance, riskFreeRatePerYear);
  if (means === undefined) {
    return { status: "singular-covariance", method: needsInverse(expectedReturns) };
  }
  const estimates = { ...risk, expectedReturns: means };
  return {
    status: "estimated",
    ...(horizonDays === undefined ? estimates : overHorizon(estimates, horizonDays)),
  };
}

type EstimateTask = Pick<
  EstimationTask,
  "closes" | "sample" | "expectedReturns" | "covariance" | "riskFreeRatePerYear" | "horizonDays"
>;

/** Turns estimates from log returns into those of simple returns over some days, per year. */
function overHorizon(estimates: Estimates, days: number): Estimates {
  const daily = estimates.expectedReturns.map((mean) => mean / TRADING_DAYS_PER_YEAR);
  const { means, covariance } = lognormalHorizon(daily, perDay(estimates.covariance), days);
  const perYear = (value: number) => (value * TRADING_DAYS_PER_YEAR) / days;
  return {
    ...estimates,
    factors: undefined,
    expectedReturns: means.map(perYear),
    covariance: { ...covariance, values: covariance.values.map(perYear) },
  };
}

/**
 * Estimates the covariance per year, and says what is peculiar about it.
 *
 * @param sample - Means and sample covariance of the returns, where they are at hand.
 */
export function estimateCovariance(
  returns: Matrix | undefined,
  method: CovarianceMethod,
  sample?: WindowEstimates,
): Omit<Estimates, "expectedReturns"> {
  if (method.kind === "given") {
    const repair = repairPositiveSemidefinite(method.perYear);
    const covariance = removeRounding(repair.covariance, noiseOf(repair));
    return { covariance, shrinkage: 0, notices: repairNotices(repair) };
  }
  const observed = required(returns);
  const {
    covariance,
    factors,
    shrinkage = 0,
    repair,
  } = observedCovariance(observed, method, sample);
  const notices = shrinkage === 0 && isAsRichAsReturns(method) ? rankNotices(observed) : [];
  return {
    covariance: annualizeCovariance(covariance),
    factors: factors && annualizeFactors(factors),
    shrinkage,
    notices: repair === undefined ? notices : [...notices, repairedNotice(repair, "estimated")],
  };
}

function annualizeFactors(form: FactorForm): FactorForm {
  return {
    loadings: form.loadings,
    factorCovariance: annualizeCovariance(form.factorCovariance),
    specificVariances: annualizeMean(form.specificVariances),
  };
}

/** Estimates expected returns per year; nothing when they need an inverse that is not there. */
function estimateReturns(
  returns: Matrix | undefined,
  method: ExpectedReturnsMethod,
  covariance: Matrix,
  riskFreeRate: number,
): Float64Array | undefined {
  switch (method.kind) {
    case "given":
      return method.perYear;
    case "forecast": {
      const { excessPerYear, marketReturnPerYear } = method;
      const market =
        marketReturnPerYear ?? meanOf(annualizeMean(historicalMean(required(returns))));
      return excessPerYear.map((excess) => market + excess);
    }
    case "historical-mean":
      return annualizeMean(historicalMean(required(returns)));
    case "exponential":
      return annualizeMean(exponentialMean(required(returns), method.halfLifeDays));
    case "james-stein":
      return annualizeMean(jamesSteinMean(required(returns), perDay(covariance)).means);
    case "bayes-stein": {
      const shrunk = bayesSteinMean(required(returns), perDay(covariance));
      return shrunk && annualizeMean(shrunk.means);
    }
    case "compound-mean":
      return compoundMean(required(returns)).map((mean) =>
        Math.expm1(TRADING_DAYS_PER_YEAR * Math.log1p(mean)),
      );
    case "bodnar-okhrin-parolya": {
      const combined = bodnarOkhrinParolyaMean(required(returns), perDay(covariance));
      return combined && annualizeMean(combined.means);
    }
    case "capital-asset-pricing": {
      const { marketWeights, marketReturnPerYear } = method;
      const marketMean =
        marketReturnPerYear ?? dot(marketWeights, annualizeMean(historicalMean(required(returns))));
      return capitalAssetPricingMean(covariance, marketWeights, marketMean, riskFreeRate)?.means;
    }
    case "equilibrium":
      return equilibriumReturns(covariance, method.marketWeights, method.riskAversion).map(
        (excess) => riskFreeRate + excess,
      );
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Names the method, of those that may fail for want of an inverse. */
function needsInverse({ kind }: ExpectedReturnsMethod): SingularCovariance["method"] {
  return kind === "bodnar-okhrin-parolya" || kind === "capital-asset-pricing"
    ? kind
    : "bayes-stein";
}

function perDay(covariance: Matrix): Matrix {
  return {
    ...covariance,
    values: covariance.values.map((entry) => entry / TRADING_DAYS_PER_YEAR),
  };
}

/** Bounds what counts as no variance: what clipping leaves where it cancels an entry, and dust. */
function noiseOf(repair: PositiveSemidefiniteRepair): number {
  const { repaired, smallestEigenvalue, largestEigenvalue, covariance } = repair;
  const size = Math.max(Math.abs(smallestEigenvalue), Math.abs(largestEigenvalue));
  return repaired ? Math.max(DUST, 8 * Number.EPSILON * covariance.rows * size) : DUST;
}

function repairNotices(repair: PositiveSemidefiniteRepair): Notice[] {
  const { smallestEigenvalue: smallest, largestEigenvalue: largest } = repair;
  if (repair.repaired) {
    return [repairedNotice(repair, "given")];
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

function repairedNotice(
  { smallestEigenvalue, largestEigenvalue, frobeniusChange }: PositiveSemidefiniteRepair,
  origin: "given" | "estimated",
): Notice {
  return {
    reason: "COVARIANCE_REPAIRED",
    description:
      `The ${origin} covariance is not positive semidefinite: its eigenvalues go from ` +
      `${compactText(smallestEigenvalue)} to ${compactText(largestEigenvalue)}. The negative ones ` +
      `were set to 0, which changed the matrix by ${compactText(frobeniusChange)} (Frobenius norm).`,
  };
}

const RICH: ReadonlySet<ObservedCovarianceMethod["kind"]> = new Set<
  ObservedCovarianceMethod["kind"]
>([
  "sample",
  "exponential",
  "ledoit-wolf",
  "oas",
  "constant-correlation",
  "single-factor",
  "semicovariance",
  "given-shrinkage",
  "gerber",
  "implied-volatility",
  "regime-adjusted",
]);

/** Whether an estimate that is not shrunk has no more rank than there are returns. */
function isAsRichAsReturns({ kind }: ObservedCovarianceMethod): boolean {
  return RICH.has(kind);
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
