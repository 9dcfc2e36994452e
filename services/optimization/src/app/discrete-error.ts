import { AppError } from "@portfolio/platform/app-error";
import { namesText } from "../domain/number-text.ts";
import type { SolveFailure } from "../domain/solve-task.ts";

const FIELD = "constraints.discreteness";

/** Says why limits that count assets, or forbid small positions and trades, have no answer. */
export function discreteError(
  why: Extract<
    SolveFailure,
    { status: "discrete-infeasible" | "search-stopped" | "discreteness-unsupported" }
  >,
): AppError {
  switch (why.status) {
    case "discrete-infeasible":
      return infeasibleError(why.fields ?? []);
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

function infeasibleError(fields: readonly string[]): AppError {
  const named = fields.length > 0 ? `: ${namesText(fields)} cannot hold with them` : "";
  const message =
    "No weights satisfy the limits on numbers and sizes of positions, trades and lots together " +
    `with the other constraints, which can be met without them${named}. Loosen one of them.`;
  return new AppError("failed-precondition", "CONSTRAINTS_INFEASIBLE", message, {
    violations: (fields.length > 0 ? fields : [FIELD]).map((field) => ({
      field,
      description: "this limit cannot hold together with the others",
    })),
  });
}

/** Says why no value at risk can be searched for. */
export function uncountedError(
  why: Extract<SolveFailure, { status: "too-many-scenarios" | "uneven-scenarios" }>,
): AppError {
  return why.status === "too-many-scenarios"
    ? failure(
        "VALUE_AT_RISK_TOO_LARGE",
        `A value at risk is searched for in at most ${why.most} days, and there are ${why.count}. ` +
          "Shorten the period, or use the conditional value at risk.",
        "start_date",
      )
    : failure(
        "VALUE_AT_RISK_UNEVEN",
        "A value at risk is searched for by counting days, which all have to count the same. Leave " +
          "out what weights them, or use the conditional value at risk.",
        "scenarios",
      );
}

function failure(reason: string, message: string, field: string = FIELD): AppError {
  return new AppError("failed-precondition", reason, message, {
    violations: [{ field, description: message }],
  });
}
