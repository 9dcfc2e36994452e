import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import type { Conflict, ConstraintRef, ConstraintViolation } from "@portfolio/quant";
import { compactText, namesText, percentText } from "../domain/number-text.ts";
import type { ConstraintPaths } from "../domain/portfolio-problem.ts";
import type { SingularCovariance, SolveFailure } from "../domain/solve-task.ts";

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
      return singularCovarianceError(failure.method);
    case "views-contradictory":
      return viewsError(failure);
    case "views-unsolved":
      return unsolvedViewsError();
    case "zero-volatility":
      return zeroVolatilityError(failure.symbols);
    case "refused":
      return new AppError("invalid-argument", "REQUEST_INVALID", failure.message);
  }
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

const METHODS_OF_INVERSE = {
  "bayes-stein": { name: "Bayes–Stein", field: "bayes_stein" },
  "bodnar-okhrin-parolya": { name: "Bodnar–Okhrin–Parolya", field: "bodnar_okhrin_parolya" },
} as const;

function singularCovarianceError(method: SingularCovariance["method"]): AppError {
  if (method === "capital-asset-pricing") {
    return marketError();
  }
  const { name, field } = METHODS_OF_INVERSE[method];
  const message =
    `${name} expected returns need the inverse of the covariance, which is singular: some ` +
    "combination of the assets looks riskless. Use a covariance that is shrunk, such as " +
    "Ledoit–Wolf, or a longer period.";
  return new AppError("failed-precondition", "COVARIANCE_NOT_INVERTIBLE", message, {
    violations: [{ field: `expected_returns.${field}`, description: message }],
  });
}

function marketError(): AppError {
  const message = "The market portfolio has a volatility of 0, so that no asset has a beta to it.";
  return new AppError("failed-precondition", "ZERO_VOLATILITY", message, {
    violations: [{ field: "expected_returns.capital_asset_pricing", description: message }],
  });
}

function viewsError({
  method,
  views,
  expressions,
  attainable,
}: Extract<SolveFailure, { status: "views-contradictory" }>): AppError {
  const named = expressions.slice(0, MESSAGES_MAX).map((text) => `"${text}"`);
  const more =
    expressions.length > MESSAGES_MAX ? ` and ${expressions.length - MESSAGES_MAX} more` : "";
  const nearest =
    attainable === undefined
      ? ""
      : ` The nearest value that the last of them can have is ${compactText(attainable)}.`;
  const source =
    method === "black-litterman"
      ? "No expected returns satisfy these views, which are held with certainty"
      : "No probabilities of the scenarios satisfy these views";
  const message = `${source}: ${named.join(", ")}${more}.${nearest}`;
  const field =
    method === "black-litterman"
      ? (k: number) => `expected_returns.views.black_litterman.views[${k}]`
      : (k: number) => `expected_returns.views.entropy_pooling.views[${k}]`;
  return new AppError("failed-precondition", "VIEWS_CONTRADICTORY", message, {
    violations: views
      .slice(0, VIOLATIONS_MAX)
      .map((k) => ({ field: field(k), description: message })),
    metadata: attainable === undefined ? {} : { attainable: String(attainable) },
  });
}

function unsolvedViewsError(): AppError {
  const message =
    "The search for probabilities that satisfy the views ended without an answer. State the views " +
    "on tails less sharply, or leave one out.";
  return new AppError("failed-precondition", "VIEWS_NOT_SOLVED", message, {
    violations: [{ field: "expected_returns.views.entropy_pooling", description: message }],
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
