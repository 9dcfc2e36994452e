import type { ConstraintCheck } from "../domain/check-constraints.ts";
import type { ConstraintCheckProblem } from "../domain/portfolio-problem.ts";
import type { Solver } from "../ports.ts";
import { solveError } from "./solve-error.ts";

/**
 * Says whether limits can be met, and what they leave.
 *
 * @throws {AppError} Those of `Solver`.
 */
export async function checkConstraints(
  solver: Solver,
  { symbols, constraints, expectedReturns }: ConstraintCheckProblem,
  signal: AbortSignal,
): Promise<ConstraintCheck> {
  const { limits, paths } = constraints;
  const outcome = await solver.checkConstraints({ symbols, limits, expectedReturns }, signal);
  if (outcome.status === "refused") {
    throw solveError(outcome, { ...paths, target: "constraints" });
  }
  return outcome;
}
