import type { LimitRef } from "@portfolio/quant";
import type { ConstraintPaths } from "../domain/portfolio-problem.ts";

/** Where the caller wrote each limit, linear or not. */
export interface LimitPaths extends ConstraintPaths {
  /** JSON path of the objective's target, or of the objective. */
  readonly target: string;
}

const PATHS = {
  long: "constraints.leverage.long_max",
  short: "constraints.leverage.short_max",
  gross: "constraints.leverage.gross_max",
  turnover: "constraints.trading.turnover_max",
  "tracking-error": "constraints.tracking_error.max_per_year",
} as const;

/** Names the field in which a limit was written. */
export function limitPath(ref: LimitRef, paths: LimitPaths): string {
  switch (ref.type) {
    case "lower":
      return paths.lower[ref.asset] ?? "constraints";
    case "upper":
      return paths.upper[ref.asset] ?? "constraints";
    case "row-lower":
      return paths.rows[ref.row]?.lower ?? "constraints";
    case "row-upper":
      return paths.rows[ref.row]?.upper ?? "constraints";
    case "budget-lower":
      return paths.budget.lower;
    case "budget-upper":
      return paths.budget.upper;
    case "target":
      return paths.target;
    case "risk":
      return `constraints.risk_limits[${ref.index}].max`;
    default:
      return PATHS[ref.type];
  }
}
