import type { CheckConstraintsRequest } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { ConstraintCheckProblem } from "../../domain/portfolio-problem.ts";
import { readConstraints } from "./read-constraints.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readRequestSymbols } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

const FIELD = "expected_returns_per_year";
const RETURN_MAX = 1e6;

/** Reads limits to check. @throws {AppError} Names every field at fault. */
export function readConstraintCheck(request: CheckConstraintsRequest): ConstraintCheckProblem {
  const list = readRequestSymbols(request.symbols, true);
  const returns = request.expectedReturnsPerYear;
  if (returns.length !== 0 && returns.length !== list.symbols.length) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      FIELD,
      `there are ${returns.length} expected returns and ${list.symbols.length} symbols`,
    );
  }
  checkNumbers(
    returns.map((value, k) => ({
      field: `${FIELD}[${k}]`,
      value,
      min: -RETURN_MAX,
      max: RETURN_MAX,
    })),
  );
  return {
    symbols: list.symbols,
    constraints: readConstraints(request.constraints, list),
    expectedReturns: returns.length === 0 ? undefined : Float64Array.from(returns),
  };
}
