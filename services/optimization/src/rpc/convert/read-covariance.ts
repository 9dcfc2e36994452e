import {
  CorrelationThreshold,
  type Covariance,
  type Denoised,
  DenoiseMethod,
  type FactorModel,
  type Gerber,
  GerberForm,
  type GivenShrinkage,
  MissingDataMethod,
  ShrinkageTarget,
  type ThresholdedComponents,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { CovarianceMethod, ObservedCovarianceMethod } from "../../domain/covariance-method.ts";
import { readFactorSelection } from "./read-factor-selection.ts";
import { readGivenCovariance } from "./read-matrix.ts";
import { checkNumbers, withoutDust } from "./read-numbers.ts";
import { readSymbols } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

const GERBER_THRESHOLD = 0.5;
const LASSO_PENALTY = 0.01;
const REGIME_HALF_LIFE_DAYS = 40;
const LEVEL_HALF_LIFE_DAYS = 10;
const VOLATILITY_MAX = 1e3;

/**
 * Reads how the covariance is estimated.
 *
 * @param fallback - The method when nothing is said.
 * @throws {AppError} `ESTIMATE_SHAPE_WRONG`, `NUMBER_NOT_FINITE`, `COVARIANCE_NOT_SYMMETRIC`,
 *   `REQUEST_INVALID`, `SYMBOL_REPEATED`.
 */
export function readCovariance(
  message: Covariance | undefined,
  assetCount: number,
  fallback: CovarianceMethod,
): CovarianceMethod {
  const method = message?.method;
  if (method?.case === undefined) {
    return fallback;
  }
  switch (method.case) {
    case "given":
      return { kind: "given", perYear: readGivenCovariance(method.value.matrix, assetCount) };
    case "exponential":
      return { kind: "exponential", halfLifeDays: method.value.halfLifeDays };
    case "sample":
      return { kind: "sample" };
    case "ledoitWolf":
      return { kind: "ledoit-wolf" };
    case "oas":
      return { kind: "oas" };
    case "constantCorrelation":
      return { kind: "constant-correlation" };
    case "singleFactor":
      return { kind: "single-factor" };
    case "localGlobal":
      return { kind: "local-global" };
    case "forecastVolatility":
      // Not known until the model has been asked: see `readForecastQueries`.
      return { kind: "sample" };
    default:
      return readEstimator(method, assetCount);
  }
}

type Estimator = Extract<
  Covariance["method"],
  {
    case:
      | "semicovariance"
      | "givenShrinkage"
      | "denoised"
      | "gerber"
      | "factorModel"
      | "graphicalLasso"
      | "impliedVolatility"
      | "minimumCovarianceDeterminant"
      | "regimeAdjusted"
      | "thresholdedComponents"
      | "unequalHistories";
  }
>;

/** Reads a method that has settings. */
function readEstimator(method: Estimator, assetCount: number): ObservedCovarianceMethod {
  switch (method.case) {
    case "semicovariance":
      return { kind: "semicovariance", benchmarkPerDay: method.value.benchmarkPerDay ?? 0 };
    case "givenShrinkage":
      return readShrinkage(method.value);
    case "denoised":
      return readDenoised(method.value);
    case "gerber":
      return readGerber(method.value);
    case "factorModel":
      return readFactorModel(method.value);
    case "graphicalLasso":
      return { kind: "graphical-lasso", penalty: method.value.penalty ?? LASSO_PENALTY };
    case "impliedVolatility":
      return {
        kind: "implied-volatility",
        volatilitiesPerYear: readVolatilities(method.value.volatilitiesPerYear, assetCount),
      };
    case "minimumCovarianceDeterminant":
      return {
        kind: "minimum-covariance-determinant",
        supportShare: method.value.supportFraction ?? "default",
        seed: method.value.seed,
      };
    case "regimeAdjusted":
      return {
        kind: "regime-adjusted",
        halfLifeDays: method.value.halfLifeDays ?? REGIME_HALF_LIFE_DAYS,
        regimeHalfLifeDays: method.value.regimeHalfLifeDays ?? LEVEL_HALF_LIFE_DAYS,
      };
    case "thresholdedComponents":
      return readThresholded(method.value);
    case "unequalHistories":
      return {
        kind: "unequal-histories",
        algorithm:
          method.value.method === MissingDataMethod.EXPECTATION_MAXIMIZATION
            ? "expectation-maximization"
            : "pairwise",
      };
  }
}

function readShrinkage({ intensity, target }: GivenShrinkage): ObservedCovarianceMethod {
  const targets = {
    [ShrinkageTarget.UNSPECIFIED]: "identity",
    [ShrinkageTarget.SCALED_IDENTITY]: "identity",
    [ShrinkageTarget.DIAGONAL]: "variances",
    [ShrinkageTarget.CONSTANT_CORRELATION]: "constant-correlation",
  } as const;
  return { kind: "given-shrinkage", target: targets[target], intensity };
}

function readDenoised({ method, alpha, detonedComponents }: Denoised): ObservedCovarianceMethod {
  const denoisings = {
    [DenoiseMethod.UNSPECIFIED]: "fixed",
    [DenoiseMethod.FIXED]: "fixed",
    [DenoiseMethod.SPECTRAL]: "spectral",
    [DenoiseMethod.SHRINK]: "shrink",
  } as const;
  return {
    kind: "denoised",
    denoising: denoisings[method],
    alpha,
    detonedCount: detonedComponents,
  };
}

function readGerber({ form, threshold }: Gerber): ObservedCovarianceMethod {
  const statistics = {
    [GerberForm.GERBER_FORM_UNSPECIFIED]: 0,
    [GerberForm.GERBER_FORM_0]: 0,
    [GerberForm.GERBER_FORM_1]: 1,
    [GerberForm.GERBER_FORM_2]: 2,
  } as const;
  return {
    kind: "gerber",
    statistic: statistics[form],
    threshold: threshold ?? GERBER_THRESHOLD,
  };
}

function readThresholded({
  componentCount,
  threshold,
  constant,
}: ThresholdedComponents): ObservedCovarianceMethod {
  const thresholdings = {
    [CorrelationThreshold.UNSPECIFIED]: "soft",
    [CorrelationThreshold.SOFT]: "soft",
    [CorrelationThreshold.HARD]: "hard",
    [CorrelationThreshold.SMOOTHLY_CLIPPED]: "smoothly-clipped",
  } as const;
  return {
    kind: "thresholded-components",
    factorCount: componentCount === 0 ? "automatic" : componentCount,
    thresholding: thresholdings[threshold],
    constant: constant ?? 1,
  };
}

function readFactorModel({
  componentCount,
  factorSymbols,
  selection,
}: FactorModel): ObservedCovarianceMethod {
  if (factorSymbols.length === 0) {
    if (selection !== undefined) {
      refuse(
        "REQUEST_INVALID",
        "covariance.factor_model.selection",
        "there are no factor_symbols to choose from",
      );
    }
    const factorCount = componentCount === 0 ? "automatic" : componentCount;
    return { kind: "principal-factors", factorCount };
  }
  if (componentCount !== 0) {
    refuse(
      "REQUEST_INVALID",
      "covariance.factor_model.component_count",
      `${componentCount} components and ${factorSymbols.length} factors are asked for: give one`,
    );
  }
  const fieldOf = (k: number) => `covariance.factor_model.factor_symbols[${k}]`;
  const { symbols } = readSymbols(factorSymbols, { fieldOf, isFreeText: false });
  const chosen = selection && readFactorSelection(selection);
  return { kind: "regression-factors", factorSymbols: symbols, selection: chosen };
}

function readVolatilities(values: readonly number[], assetCount: number): Float64Array {
  const field = "covariance.implied_volatility.volatilities_per_year";
  if (values.length !== assetCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      field,
      `there are ${values.length} volatilities for ${assetCount} symbols`,
    );
  }
  checkNumbers(
    values.map((value, k) => ({ field: `${field}[${k}]`, value, min: 0, max: VOLATILITY_MAX })),
  );
  const none = values.findIndex((value) => withoutDust(value) === 0);
  if (none >= 0) {
    refuse("REQUEST_INVALID", `${field}[${none}]`, `${values[none]} is not over 0`);
  }
  return Float64Array.from(values);
}
