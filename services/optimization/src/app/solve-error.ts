import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import type { Conflict, LimitChange, LimitRef } from "@portfolio/quant";
import { compactText, namesText, percentText } from "../domain/number-text.ts";
import type { LimitViolation, SolveFailure } from "../domain/solve-task.ts";
import { changedFields } from "./changed-fields.ts";
import { discreteError, uncountedError } from "./discrete-error.ts";
import { estimationError } from "./estimation-error.ts";
import { type LimitPaths, limitPath } from "./limit-path.ts";

const VIOLATIONS_MAX = 100;
const MESSAGES_MAX = 5;

/** For limits that contradict each other by less than it takes to name one of them. */
const ROUNDED_APART =
  "The constraints leave no weights, but by so little that rounding may be the cause. " +
  "Loosen one of them a little.";

/** Turns the reason why there is no answer into an error that the caller can act on. */
export function solveError(failure: SolveFailure, paths: LimitPaths): AppError {
  switch (failure.status) {
    case "infeasible":
      return infeasibleError(failure, paths);
    case "rule-violates-constraints":
      return ruleError(failure.violated, paths);
    case "target-out-of-range":
      return targetError(failure, paths);
    case "limits-conflict":
      return conflictError(failure.refs, paths);
    case "unbounded":
      return unboundedError();
    case "unsolved":
      return unsolvedError();
    case "frontier-unsupported":
      return frontierError();
    case "resampling-needs-frontier":
      return resamplingError();
    case "discrete-infeasible":
    case "search-stopped":
    case "discreteness-unsupported":
      return discreteError(failure);
    case "too-many-scenarios":
    case "uneven-scenarios":
      return uncountedError(failure);
    case "zero-volatility":
      return zeroVolatilityError(failure.symbols);
    default:
      return estimationError(failure);
  }
}

function infeasibleError(
  {
    conflicts,
    relaxation = [],
    evenRelaxation = [],
  }: Extract<SolveFailure, { status: "infeasible" }>,
  paths: LimitPaths,
): AppError {
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
    `No weights satisfy all constraints: ${messages.join("; ")}.${remedy(relaxation)}`,
    {
      violations: conflicts
        .flatMap((conflict) => conflictViolations(conflict, paths))
        .slice(0, VIOLATIONS_MAX),
      metadata: {
        conflictCount: String(conflicts.length),
        kind: first.kind,
        total: String(first.total),
        limit: String(first.limit),
        relaxation: changesText(relaxation, paths),
        evenRelaxation: changesText(evenRelaxation, paths),
      },
    },
  );
}

function changesText(changes: readonly LimitChange[], paths: LimitPaths): string {
  const fields = changedFields(changes, paths).slice(0, VIOLATIONS_MAX);
  return JSON.stringify(fields.map(({ field, from, to }) => ({ field, from, to })));
}

/** Says what the least change would be, if it is short enough to say. */
function remedy(relaxation: readonly LimitChange[]): string {
  return relaxation.length === 0 || relaxation.length > MESSAGES_MAX
    ? ""
    : ` The least remedy: ${relaxation.map(({ message }) => message).join("; ")}.`;
}

/** Points at each constraint of a conflict once: assets may share a default bound. */
function conflictViolations(
  { constraints, message }: Conflict,
  paths: LimitPaths,
): FieldViolation[] {
  const fields = new Set(constraints.map((constraint) => limitPath(constraint, paths)));
  return [...fields].map((field) => ({ field, description: message }));
}

function ruleError(violated: readonly LimitViolation[], paths: LimitPaths): AppError {
  const messages = violated.slice(0, MESSAGES_MAX).map(({ message }) => message);
  const more =
    violated.length > MESSAGES_MAX ? ` (and ${violated.length - MESSAGES_MAX} more)` : "";
  return new AppError(
    "failed-precondition",
    "RULE_VIOLATES_CONSTRAINTS",
    `The rule gives weights that the constraints forbid: ${messages.join("; ")}${more}.`,
    {
      violations: violated.slice(0, VIOLATIONS_MAX).map(({ constraint, message }) => ({
        field: limitPath(constraint, paths),
        description: message,
      })),
    },
  );
}

function conflictError(refs: readonly LimitRef[], paths: LimitPaths): AppError {
  const fields = [...new Set(refs.map((ref) => limitPath(ref, paths)))];
  const message =
    "No weights satisfy all constraints: these limits cannot hold together: " +
    `${namesText(fields)}. Loosen one of them.`;
  return new AppError("failed-precondition", "CONSTRAINTS_INFEASIBLE", message, {
    violations: fields
      .slice(0, VIOLATIONS_MAX)
      .map((field) => ({ field, description: "this limit cannot hold together with the others" })),
  });
}

function unboundedError(): AppError {
  const message = "Nothing limits the objective: give the weights bounds that are finite.";
  return new AppError("failed-precondition", "OBJECTIVE_UNBOUNDED", message, {
    violations: [{ field: "constraints", description: message }],
  });
}

function frontierError(): AppError {
  const message =
    "A frontier is traced under convex limits. Leave out limits on risk shares, or ask " +
    "OptimizePortfolio for single portfolios.";
  return new AppError("failed-precondition", "FRONTIER_NOT_CONVEX", message, {
    violations: [{ field: "constraints.risk_share_limits", description: message }],
  });
}

function resamplingError(): AppError {
  const message =
    "Resampled weights are means of portfolios of the mean–variance frontier. Ask for variance or " +
    "volatility under linear limits alone, or leave out the resampling.";
  return new AppError("invalid-argument", "RESAMPLING_NOT_SUPPORTED", message, {
    violations: [{ field: "objective.robustness.resampling", description: message }],
  });
}

function unsolvedError(): AppError {
  const message =
    "The problem is too ill-conditioned to be solved with a proof. Loosen tight limits, leave out " +
    "assets that move alike, or use a covariance that is shrunk.";
  return new AppError("failed-precondition", "SOLVER_INACCURATE", message, {
    violations: [{ field: "objective", description: message }],
  });
}

function targetError(
  failure: Extract<SolveFailure, { status: "target-out-of-range" }>,
  { target: field }: LimitPaths,
): AppError {
  const { target, minimum, maximum } = failure;
  const message = targetMessage(failure);
  return new AppError("failed-precondition", "TARGET_OUT_OF_RANGE", message, {
    violations: [{ field, description: message }],
    metadata: {
      target: String(target),
      ...(Number.isFinite(minimum) && { minimum: String(minimum) }),
      ...(Number.isFinite(maximum) && { maximum: String(maximum) }),
    },
  });
}

function targetMessage({
  quantity,
  target,
  minimum,
  maximum,
}: Extract<SolveFailure, { status: "target-out-of-range" }>): string {
  const asked = quantity === "risk" ? compactText(target) : `${percentText(target)} per year`;
  const start = `The target ${quantity} of ${asked} is out of reach: `;
  if (quantity === "risk") {
    return `${start}under these constraints the least is ${compactText(minimum)}.`;
  }
  return Number.isFinite(minimum)
    ? `${start}efficient portfolios under these constraints range from ` +
        `${percentText(minimum, "up")} to ${percentText(maximum, "down")}.`
    : `${start}under these constraints the most is ${percentText(maximum, "down")}.`;
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
