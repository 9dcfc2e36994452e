import type {
  Covariance,
  ExpectedReturns,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { VersionSelection } from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import type { ForecastChoice, ForecastQueries } from "../../domain/forecast-queries.ts";
import { checkNumbers } from "./read-numbers.ts";

const TAU = 0.05;
const TAU_MAX = 10;
const RETURN_PER_YEAR_MAX = 10;

/**
 * Reads which estimates rest on forecasts; nothing when none does.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readForecastQueries(
  expectedReturns: ExpectedReturns | undefined,
  covariance: Covariance | undefined,
): ForecastQueries | undefined {
  const returns = readReturns(expectedReturns);
  const views = readForecastViews(expectedReturns);
  const volatilities =
    covariance?.method.case === "forecastVolatility"
      ? { choice: readChoice(covariance.method.value.version) }
      : undefined;
  return returns || views || volatilities ? { returns, views, volatilities } : undefined;
}

function readReturns(message: ExpectedReturns | undefined): ForecastQueries["returns"] {
  if (message?.method.case !== "forecast") {
    return undefined;
  }
  const { version, marketReturnPerYear } = message.method.value;
  checkNumbers([
    {
      field: "expected_returns.forecast.market_return_per_year",
      value: marketReturnPerYear,
      min: -RETURN_PER_YEAR_MAX,
      max: RETURN_PER_YEAR_MAX,
    },
  ]);
  return { choice: readChoice(version), marketReturnPerYear };
}

function readForecastViews(message: ExpectedReturns | undefined): ForecastQueries["views"] {
  const method = message?.views?.method;
  if (method?.case !== "forecast") {
    return undefined;
  }
  const { version, tau = TAU } = method.value;
  const field = "expected_returns.views.forecast.tau";
  checkNumbers([{ field, value: tau, min: Number.MIN_VALUE, max: TAU_MAX }]);
  return { choice: readChoice(version), tau };
}

function readChoice(selection: VersionSelection | undefined): ForecastChoice {
  const version = selection?.version;
  return {
    modelId: selection?.modelId ?? "",
    version:
      version?.case === "number"
        ? { kind: "number", number: version.value }
        : { kind: "alias", alias: version?.value ?? "champion" },
    key: selection?.key ?? "",
  };
}
