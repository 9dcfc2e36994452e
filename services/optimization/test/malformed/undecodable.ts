import {
  BAD,
  call,
  constrain,
  type MalformedRequest,
  optimize,
  request,
  SYMBOLS,
} from "./malformed-request.ts";

/** Bodies that are no message. */
export const UNDECODABLE: readonly MalformedRequest[] = [
  request(
    "cut-off JSON",
    ["OptimizationService", "OptimizePortfolio", '{"symbols":'],
    [BAD, "JSON_INVALID"],
  ),
  request(
    "a list instead of an object",
    ["OptimizationService", "OptimizePortfolio", "[]"],
    [BAD, "FIELD_TYPE_WRONG", ""],
  ),
  optimize("unknown field", { symbol: "AAPL" }, BAD, "FIELD_UNKNOWN", "symbol"),
  optimize(
    "unknown nested field",
    { constraints: { maximum: 1 } },
    BAD,
    "FIELD_UNKNOWN",
    "constraints.maximum",
  ),
  optimize("unknown goal", { objective: { fame: {} } }, BAD, "FIELD_UNKNOWN", "objective.fame"),
  optimize("symbols as text", { symbols: "AAPL,KO" }, BAD, "FIELD_TYPE_WRONG", "symbols"),
  optimize("a number as symbol", { symbols: ["AAPL", 5] }, BAD, "FIELD_TYPE_WRONG", "symbols[1]"),
  optimize(
    "words as rate",
    { risk_free_rate_per_year: "two" },
    BAD,
    "FIELD_TYPE_WRONG",
    "risk_free_rate_per_year",
  ),
  constrain(
    "true as bound",
    { default_min: true },
    BAD,
    "FIELD_TYPE_WRONG",
    "constraints.default_min",
  ),
  optimize(
    "two goals",
    { objective: { minimum_variance: {}, maximum_sharpe: {} } },
    BAD,
    "FIELD_REPEATED",
    "objective.maximum_sharpe",
  ),
  call(
    "a fraction of a point",
    ["TraceFrontier", { symbols: SYMBOLS, point_count: 2.5 }],
    BAD,
    "FIELD_TYPE_WRONG",
    "point_count",
  ),
  call(
    "a point count beyond 32 bits",
    ["TraceFrontier", { symbols: SYMBOLS, point_count: 1e12 }],
    BAD,
    "FIELD_TYPE_WRONG",
    "point_count",
  ),
];
