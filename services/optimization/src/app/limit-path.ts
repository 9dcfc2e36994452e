import type { LimitRef } from "@portfolio/quant";
import type { ConstraintPaths } from "../domain/portfolio-problem.ts";
import { constraintPath } from "./constraint-path.ts";

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
    case "long":
    case "short":
    case "gross":
    case "turnover":
    case "tracking-error":
      return PATHS[ref.type];
    case "target":
      return paths.target;
    case "risk":
      return `constraints.risk_limits[${ref.index}].max`;
    case "count":
    case "choice":
      return "constraints.discreteness";
    case "share":
      return `constraints.risk_share_limits[${ref.index}].max`;
    default:
      return constraintPath(ref, paths);
  }
}
