import { type Conflict, cheapestRelaxation, type WeightConstraints } from "@portfolio/quant";
import type { SolveFailure } from "./solve-task.ts";

// Entries of the elastic program's tableau; more would take seconds.
const TABLEAU_MAX = 2e6;

/** Says that no weights satisfy the constraints, which ones conflict, and what the least remedy is. */
export function infeasible(
  limits: WeightConstraints,
  symbols: readonly string[],
  conflicts: readonly Conflict[],
): Extract<SolveFailure, { status: "infeasible" }> {
  const rowCount = limits.rows.length + 1;
  const isSmall = rowCount * (3 * limits.lower.length + 2 * rowCount) <= TABLEAU_MAX;
  const relaxation = isSmall ? cheapestRelaxation(limits, symbols).changes : [];
  return { status: "infeasible", conflicts, relaxation };
}
