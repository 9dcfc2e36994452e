import type {
  Covariance,
  ExpectedReturns,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { CovarianceMethod, ExpectedReturnsMethod } from "../../domain/methods.ts";
import { readGivenCovariance } from "./read-matrix.ts";
import { checkNumbers, withoutDust } from "./read-numbers.ts";
import { refuse } from "./refuse.ts";

const RETURN_PER_YEAR_MAX = 10;

/**
 * Reads how expected returns are estimated; the historical mean when nothing is said.
 *
 * @throws {AppError} `ESTIMATE_SHAPE_WRONG`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readExpectedReturns(
  message: ExpectedReturns | undefined,
  assetCount: number,
): ExpectedReturnsMethod {
  const method = message?.method;
  switch (method?.case) {
    case "given":
      return { kind: "given", perYear: readGivenReturns(method.value.values, assetCount) };
    case "exponential":
      return { kind: "exponential", halfLifeDays: method.value.halfLifeDays };
    default:
      return { kind: "historical-mean" };
  }
}

function readGivenReturns(values: readonly number[], assetCount: number): Float64Array {
  const field = "expected_returns.given.values";
  if (values.length !== assetCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      field,
      `there are ${values.length} expected returns for ${assetCount} symbols`,
    );
  }
  checkNumbers(
    values.map((value, k) => ({
      field: `${field}[${k}]`,
      value,
      min: -RETURN_PER_YEAR_MAX,
      max: RETURN_PER_YEAR_MAX,
    })),
  );
  return Float64Array.from(values, withoutDust);
}

/**
 * Reads how the covariance is estimated.
 *
 * @param fallback - The method when nothing is said.
 * @throws {AppError} `ESTIMATE_SHAPE_WRONG`, `NUMBER_NOT_FINITE`, `COVARIANCE_NOT_SYMMETRIC`.
 */
export function readCovariance(
  message: Covariance | undefined,
  assetCount: number,
  fallback: CovarianceMethod,
): CovarianceMethod {
  const method = message?.method;
  switch (method?.case) {
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
    default:
      return fallback;
  }
}
