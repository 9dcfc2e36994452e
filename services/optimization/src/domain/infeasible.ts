import {
  type Conflict,
  cheapestRelaxation,
  smallestRelaxation,
  type WeightConstraints,
} from "@portfolio/quant";
import type { SolveFailure } from "./solve-task.ts";

// Entries of the elastic program's tableau; more would take seconds.
const TABLEAU_MAX = 2e6;
// Of that of the least largest change, which takes fifty of them.
const EVEN_TABLEAU_MAX = 1e5;

/** Says that no weights satisfy the constraints, which ones conflict, and what the least remedy is. */
export function infeasible(
  limits: WeightConstraints,
  symbols: readonly string[],
  conflicts: readonly Conflict[],
): Extract<SolveFailure, { status: "infeasible" }> {
  const rowCount = limits.rows.length + 1;
  const entries = rowCount * (3 * limits.lower.length + 2 * rowCount);
  return {
    status: "infeasible",
    conflicts,
    relaxation: entries <= TABLEAU_MAX ? cheapestRelaxation(limits, symbols).changes : [],
    evenRelaxation: entries <= EVEN_TABLEAU_MAX ? smallestRelaxation(limits, symbols).changes : [],
  };
}
