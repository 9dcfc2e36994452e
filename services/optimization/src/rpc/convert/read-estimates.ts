import type {
  CapitalAssetPricing,
  ExpectedReturns,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { ExpectedReturnsMethod } from "../../domain/methods.ts";
import { checkNumbers, withoutDust } from "./read-numbers.ts";
import { refuse } from "./refuse.ts";

const RETURN_PER_YEAR_MAX = 10;
const MARKET_VALUE_MAX = 1e18;

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
    case "jamesStein":
      return { kind: "james-stein" };
    case "bayesStein":
      return { kind: "bayes-stein" };
    case "equilibrium":
      return {
        kind: "equilibrium",
        riskAversion: method.value.riskAversion,
        marketWeights: readMarketWeights(method.value.marketValues, assetCount, "equilibrium"),
      };
    case "compoundMean":
      return { kind: "compound-mean" };
    case "bodnarOkhrinParolya":
      return { kind: "bodnar-okhrin-parolya" };
    case "capitalAssetPricing":
      return readCapitalAssetPricing(method.value, assetCount);
    default:
      return { kind: "historical-mean" };
  }
}

function readCapitalAssetPricing(
  { marketValues, marketReturnPerYear }: CapitalAssetPricing,
  assetCount: number,
): ExpectedReturnsMethod {
  checkNumbers([
    {
      field: "expected_returns.capital_asset_pricing.market_return_per_year",
      value: marketReturnPerYear,
      min: -RETURN_PER_YEAR_MAX,
      max: RETURN_PER_YEAR_MAX,
    },
  ]);
  return {
    kind: "capital-asset-pricing",
    marketWeights: readMarketWeights(marketValues, assetCount, "capital_asset_pricing"),
    marketReturnPerYear,
  };
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

/** Turns market values into weights that sum to 1; equal ones when none is given. */
function readMarketWeights(
  values: readonly number[],
  assetCount: number,
  method: "equilibrium" | "capital_asset_pricing",
): Float64Array {
  if (values.length === 0) {
    return new Float64Array(assetCount).fill(1 / assetCount);
  }
  const field = `expected_returns.${method}.market_values`;
  if (values.length !== assetCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      field,
      `there are ${values.length} market values for ${assetCount} symbols`,
    );
  }
  checkNumbers(
    values.map((value, k) => ({
      field: `${field}[${k}]`,
      value,
      min: 0,
      max: MARKET_VALUE_MAX,
    })),
  );
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) {
    refuse("REQUEST_INVALID", field, "no market value is over 0");
  }
  return Float64Array.from(values, (value) => withoutDust(value / total));
}
