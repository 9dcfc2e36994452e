import { BAD, covary, type MalformedRequest, optimize } from "./malformed-request.ts";

const MATRIX = { rows: 2, cols: 2, values: [0.04, 0.01, 0.01, 0.02] };

/** Bad estimates. */
export const ESTIMATES: readonly MalformedRequest[] = [
  optimize(
    "rate NaN",
    { risk_free_rate_per_year: "NaN" },
    BAD,
    "NUMBER_NOT_FINITE",
    "risk_free_rate_per_year",
  ),
  optimize(
    "rate of 500 %",
    { risk_free_rate_per_year: 5 },
    BAD,
    "REQUEST_INVALID",
    "risk_free_rate_per_year",
  ),
  optimize(
    "half-life 0",
    { expected_returns: { exponential: {} } },
    BAD,
    "REQUEST_INVALID",
    "expected_returns.exponential.half_life_days",
  ),
  optimize(
    "half-life NaN",
    { covariance: { exponential: { half_life_days: "NaN" } } },
    BAD,
    "REQUEST_INVALID",
    "covariance.exponential.half_life_days",
  ),
  optimize(
    "half-life of a second",
    { covariance: { exponential: { half_life_days: 1e-5 } } },
    BAD,
    "REQUEST_INVALID",
  ),
  optimize(
    "too few expected returns",
    { expected_returns: { given: { values: [0.1] } } },
    BAD,
    "ESTIMATE_SHAPE_WRONG",
    "expected_returns.given.values",
  ),
  optimize(
    "infinite expected return",
    { expected_returns: { given: { values: [0.1, "Infinity"] } } },
    BAD,
    "NUMBER_NOT_FINITE",
    "expected_returns.given.values[1]",
  ),
  optimize(
    "expected return of 5000 %",
    { expected_returns: { given: { values: [50, 0] } } },
    BAD,
    "REQUEST_INVALID",
    "expected_returns.given.values[0]",
  ),
  optimize(
    "no matrix",
    { covariance: { given: {} } },
    BAD,
    "ESTIMATE_SHAPE_WRONG",
    "covariance.given.matrix",
  ),
  covary(
    "matrix of another size",
    { rows: 1, cols: 1, values: [1] },
    BAD,
    "ESTIMATE_SHAPE_WRONG",
    "covariance.given.matrix",
  ),
  covary(
    "matrix short of an entry",
    { ...MATRIX, values: [1, 0, 0] },
    BAD,
    "ESTIMATE_SHAPE_WRONG",
    "covariance.given.matrix.values",
  ),
  covary(
    "matrix short of a byte",
    { rows: 2, cols: 2, f64_le: "AAAA" },
    BAD,
    "ESTIMATE_SHAPE_WRONG",
    "covariance.given.matrix.f64_le",
  ),
  covary(
    "matrix given twice",
    { ...MATRIX, f64_le: "AAAA" },
    BAD,
    "ESTIMATE_SHAPE_WRONG",
    "covariance.given.matrix",
  ),
  covary(
    "NaN in the matrix",
    { ...MATRIX, values: [1, 0, "NaN", 1] },
    BAD,
    "NUMBER_NOT_FINITE",
    "covariance.given.matrix.values[2]",
  ),
  covary(
    "matrix that overflows",
    { ...MATRIX, values: [1.7e308, 1.7e308, 1.7e308, 1.7e308] },
    BAD,
    "REQUEST_INVALID",
    "covariance.given.matrix.values[0]",
  ),
  covary(
    "asymmetric matrix",
    { ...MATRIX, values: [1, 0.1, 0.2, 1] },
    BAD,
    "COVARIANCE_NOT_SYMMETRIC",
    "covariance.given.matrix",
  ),
];
