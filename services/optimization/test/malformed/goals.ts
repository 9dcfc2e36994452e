import { BAD, type MalformedRequest, optimize } from "./malformed-request.ts";

/** Bad objectives. */
export const GOALS: readonly MalformedRequest[] = [
  optimize("no objective", { objective: undefined }, BAD, "OBJECTIVE_MISSING", "objective"),
  optimize("objective without a goal", { objective: {} }, BAD, "OBJECTIVE_MISSING", "objective"),
  optimize(
    "target NaN",
    { objective: { target_return: { return_per_year: "NaN" } } },
    BAD,
    "NUMBER_NOT_FINITE",
    "objective.target_return.return_per_year",
  ),
  optimize(
    "risk aversion 0",
    { objective: { maximum_utility: {} } },
    BAD,
    "REQUEST_INVALID",
    "objective.maximum_utility.risk_aversion",
  ),
  optimize(
    "return of 500 %",
    { objective: { target_return: { return_per_year: 5 } } },
    "FAILED_PRECONDITION",
    "TARGET_OUT_OF_RANGE",
    "objective.target_return.return_per_year",
  ),
  optimize(
    "negative volatility",
    { objective: { target_volatility: { volatility_per_year: -1 } } },
    "FAILED_PRECONDITION",
    "TARGET_OUT_OF_RANGE",
    "objective.target_volatility.volatility_per_year",
  ),
];
