import type { ConstraintRef } from "@portfolio/quant";
import type { ConstraintPaths } from "../domain/portfolio-problem.ts";

/** Finds where the caller wrote a constraint. */
export function constraintPath(constraint: ConstraintRef, paths: ConstraintPaths): string {
  switch (constraint.type) {
    case "lower":
      return paths.lower[constraint.asset] ?? "constraints";
    case "upper":
      return paths.upper[constraint.asset] ?? "constraints";
    case "row-lower":
      return paths.rows[constraint.row]?.lower ?? "constraints";
    case "row-upper":
      return paths.rows[constraint.row]?.upper ?? "constraints";
    case "budget-lower":
      return paths.budget.lower;
    case "budget-upper":
      return paths.budget.upper;
  }
}
