import { AppError } from "@portfolio/platform/app-error";
import { compactText } from "../domain/number-text.ts";
import type { EstimationFailure, SingularCovariance } from "../domain/solve-task.ts";

const VIOLATIONS_MAX = 100;
const MESSAGES_MAX = 5;

/** Turns the reason why there are no estimates into an error that the caller can act on. */
export function estimationError(failure: EstimationFailure): AppError {
  switch (failure.status) {
    case "singular-covariance":
      return singularCovarianceError(failure.method);
    case "views-contradictory":
      return viewsError(failure);
    case "views-unsolved":
      return unsolvedViewsError();
    case "refused":
      return new AppError("invalid-argument", "REQUEST_INVALID", failure.message);
  }
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
  fields,
  expressions,
  attainable,
}: Extract<EstimationFailure, { status: "views-contradictory" }>): AppError {
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
  return new AppError("failed-precondition", "VIEWS_CONTRADICTORY", message, {
    violations: fields.slice(0, VIOLATIONS_MAX).map((field) => ({ field, description: message })),
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
