import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import type { Conflict, ConstraintRef, ConstraintViolation } from "@portfolio/quant";
import { namesText, percentText } from "../domain/number-text.ts";
import type { ConstraintPaths } from "../domain/portfolio-problem.ts";
import type { SolveFailure } from "../domain/solve-task.ts";

const VIOLATIONS_MAX = 100;
const MESSAGES_MAX = 5;

/** For limits that contradict each other by less than it takes to name one of them. */
const ROUNDED_APART =
  "The constraints leave no weights, but by so little that rounding may be the cause. " +
  "Loosen one of them a little.";

/** Turns the reason why there is no answer into an error that the caller can act on. */
export function solveError(failure: SolveFailure, paths: ConstraintPaths): AppError {
  switch (failure.status) {
    case "infeasible":
      return infeasibleError(failure.conflicts, paths);
    case "rule-violates-constraints":
      return ruleError(failure.violated, paths);
    case "target-out-of-range":
      return targetError(failure);
    case "singular-covariance":
      return singularCovarianceError();
    case "zero-volatility":
      return zeroVolatilityError(failure.symbols);
    case "discrete-infeasible":
      return discreteError(
        "CONSTRAINTS_INFEASIBLE",
        "No weights satisfy the limits on numbers and sizes of positions, trades and lots together " +
          "with the other constraints, which can be met without them. Loosen one of them.",
      );
    case "search-stopped":
      return discreteError(
        "SEARCH_STOPPED",
        "The time for the search ended before it found weights that satisfy the limits on numbers " +
          "and sizes of positions, trades and lots. Allow more time, or loosen one of them.",
      );
    case "discreteness-unsupported":
      return discreteError(
        "DISCRETENESS_UNSUPPORTED",
        "Limits on numbers and sizes of positions, trades and lots go with minimum variance, " +
          "maximum utility and a target return; with a maximum Sharpe ratio without short " +
          "positions, lots and limits on trades; and with no other objective.",
      );
    case "refused":
      return new AppError("invalid-argument", "REQUEST_INVALID", failure.message);
  }
}

function discreteError(reason: string, message: string): AppError {
  return new AppError("failed-precondition", reason, message, {
    violations: [{ field: "constraints.discreteness", description: message }],
  });
}

function infeasibleError(conflicts: readonly Conflict[], paths: ConstraintPaths): AppError {
  const [first] = conflicts;
  if (first === undefined) {
    return new AppError("failed-precondition", "CONSTRAINTS_INFEASIBLE", ROUNDED_APART, {
      violations: [{ field: "constraints", description: ROUNDED_APART }],
    });
  }
  const messages = conflicts.slice(0, MESSAGES_MAX).map(({ message }) => message);
  return new AppError(
    "failed-precondition",
    "CONSTRAINTS_INFEASIBLE",
    `No weights satisfy all constraints: ${messages.join("; ")}.`,
    {
      violations: conflicts
        .flatMap((conflict) => conflictViolations(conflict, paths))
        .slice(0, VIOLATIONS_MAX),
      metadata: {
        conflictCount: String(conflicts.length),
        kind: first.kind,
        total: String(first.total),
        limit: String(first.limit),
      },
    },
  );
}

/** Points at each constraint of a conflict once: assets may share a default bound. */
function conflictViolations(
  { constraints, message }: Conflict,
  paths: ConstraintPaths,
): FieldViolation[] {
  const fields = new Set(constraints.map((constraint) => pathOf(constraint, paths)));
  return [...fields].map((field) => ({ field, description: message }));
}

function ruleError(violated: readonly ConstraintViolation[], paths: ConstraintPaths): AppError {
  const messages = violated.slice(0, MESSAGES_MAX).map(({ message }) => message);
  const more =
    violated.length > MESSAGES_MAX ? ` (and ${violated.length - MESSAGES_MAX} more)` : "";
  return new AppError(
    "failed-precondition",
    "RULE_VIOLATES_CONSTRAINTS",
    `The rule gives weights that the constraints forbid: ${messages.join("; ")}${more}.`,
    {
      violations: violated.slice(0, VIOLATIONS_MAX).map(({ constraint, message }) => ({
        field: pathOf(constraint, paths),
        description: message,
      })),
    },
  );
}

function pathOf(constraint: ConstraintRef, paths: ConstraintPaths): string {
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

function targetError(failure: Extract<SolveFailure, { status: "target-out-of-range" }>): AppError {
  const { quantity, target, minimum, maximum } = failure;
  const message =
    `The target ${quantity} of ${percentText(target)} per year is out of reach: efficient ` +
    `portfolios under these constraints range from ${percentText(minimum, "up")} to ` +
    `${percentText(maximum, "down")}.`;
  const field =
    quantity === "return"
      ? "objective.target_return.return_per_year"
      : "objective.target_volatility.volatility_per_year";
  return new AppError("failed-precondition", "TARGET_OUT_OF_RANGE", message, {
    violations: [{ field, description: message }],
    metadata: { minimum: String(minimum), maximum: String(maximum) },
  });
}

function singularCovarianceError(): AppError {
  const message =
    "Bayes–Stein expected returns need the inverse of the covariance, which is singular: some " +
    "combination of the assets looks riskless. Use a covariance that is shrunk, such as " +
    "Ledoit–Wolf, or a longer period.";
  return new AppError("failed-precondition", "COVARIANCE_NOT_INVERTIBLE", message, {
    violations: [{ field: "expected_returns.bayes_stein", description: message }],
  });
}

function zeroVolatilityError(symbols: readonly string[]): AppError {
  const message =
    symbols.length > 0
      ? `The volatility of ${namesText(symbols)} is 0, and the objective divides by it. ` +
        "Leave these assets out, or choose another objective."
      : "A portfolio within the constraints has a volatility of 0, or of almost 0, and the objective " +
        "divides by it. Choose another objective, or leave out assets without risk or whose " +
        "risks cancel each other.";
  return new AppError("failed-precondition", "ZERO_VOLATILITY", message, {
    metadata: { symbols: symbols.join(",") },
  });
}
