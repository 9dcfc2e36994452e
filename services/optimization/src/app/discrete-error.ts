import { AppError } from "@portfolio/platform/app-error";

const FIELD = "constraints.discreteness";

/** Says why limits that count assets, or forbid small positions and trades, have no answer. */
export function discreteError(
  status: "discrete-infeasible" | "search-stopped" | "discreteness-unsupported",
): AppError {
  switch (status) {
    case "discrete-infeasible":
      return failure(
        "CONSTRAINTS_INFEASIBLE",
        "No weights satisfy the limits on numbers and sizes of positions, trades and lots together " +
          "with the other constraints, which can be met without them. Loosen one of them.",
      );
    case "search-stopped":
      return failure(
        "SEARCH_STOPPED",
        "The time for the search ended before it found weights that satisfy the limits on numbers " +
          "and sizes of positions, trades and lots. Allow more time, or loosen one of them.",
      );
    case "discreteness-unsupported":
      return failure(
        "DISCRETENESS_UNSUPPORTED",
        "Limits on numbers and sizes of positions, trades and lots go with goals that minimize or " +
          "maximize something, not with rules, resampled weights and limits on risk shares.",
      );
  }
}

function failure(reason: string, message: string): AppError {
  return new AppError("failed-precondition", reason, message, {
    violations: [{ field: FIELD, description: message }],
  });
}
