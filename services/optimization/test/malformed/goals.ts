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
    "negative risk budget",
    { objective: { risk_parity: { budgets: { AAPL: 1, KO: -1 } } } },
    BAD,
    "REQUEST_INVALID",
    'objective.risk_parity.budgets["KO"]',
  ),
  optimize(
    "risk budget that is infinite",
    { objective: { risk_parity: { budgets: { AAPL: 1, KO: "Infinity" } } } },
    BAD,
    "NUMBER_NOT_FINITE",
    'objective.risk_parity.budgets["KO"]',
  ),
  optimize(
    "risk budget of a stranger",
    { objective: { risk_parity: { budgets: { AAPL: 1, KO: 1, PEP: 1 } } } },
    BAD,
    "CONSTRAINT_SYMBOL_UNKNOWN",
    'objective.risk_parity.budgets["PEP"]',
  ),
  optimize(
    "two risk budgets of one asset",
    { objective: { risk_parity: { budgets: { AAPL: 1, KO: 1, ko: 2 } } } },
    BAD,
    "SYMBOL_REPEATED",
    'objective.risk_parity.budgets["KO"]',
  ),
  optimize(
    "risk budgets of some assets only",
    { objective: { risk_parity: { budgets: { AAPL: 1 } } } },
    BAD,
    "RISK_BUDGETS_INCOMPLETE",
    'objective.risk_parity.budgets["KO"]',
  ),
  optimize(
    "equal risk over a bound",
    { objective: { risk_parity: {} }, constraints: { bounds: { KO: { max: 0.1 } } } },
    "FAILED_PRECONDITION",
    "RULE_VIOLATES_CONSTRAINTS",
    'constraints.bounds["KO"].max',
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
