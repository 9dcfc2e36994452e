import type { ApiFailure } from "../api/api-failure.ts";
import type { Goal } from "./goals.ts";
import { type LimitChange, withLimits } from "./limit-fields.ts";
import { effectiveMaxWeight, type Problem } from "./problem.ts";
import { fieldsOf, listOf, numberIn, parseJson, textUpTo, withFields } from "./read-json.ts";

/** A change of the problem that would remove a failure, offered as one button. */
export type Fix =
  | { readonly kind: "raise-maximum"; readonly to: number; readonly problem: Problem }
  | { readonly kind: "lower-minimum"; readonly to: number; readonly problem: Problem }
  | {
      readonly kind: "set-target";
      readonly to: number;
      readonly goal: Goal["kind"];
      readonly problem: Problem;
    }
  | {
      readonly kind: "remove-symbols";
      readonly symbols: readonly string[];
      readonly problem: Problem;
    }
  | {
      /** The least change that leaves some weights, or those of which the largest is least. */
      readonly kind: "relax" | "relax-evenly";
      readonly changes: readonly LimitChange[];
      readonly problem: Problem;
    }
  | { readonly kind: "drop-limits"; readonly problem: Problem }
  | { readonly kind: "swap-dates"; readonly problem: Problem }
  | { readonly kind: "clear-dates"; readonly problem: Problem }
  | { readonly kind: "choose-lowest-risk"; readonly problem: Problem };

/** Proposes what would make a refused problem solvable, best first. */
export function fixesFor(failure: ApiFailure, problem: Problem): Fix[] {
  switch (failure.reason) {
    case "CONSTRAINTS_INFEASIBLE":
    case "BOUNDS_REVERSED":
    case "RULE_VIOLATES_CONSTRAINTS":
      return Object.keys(problem.limits).length === 0
        ? limitFixes(problem)
        : [
            ...relaxFixes(failure, problem, "relax"),
            ...relaxFixes(failure, problem, "relax-evenly"),
            { kind: "drop-limits", problem: { ...problem, limits: {} } },
          ];
    case "TARGET_OUT_OF_RANGE":
      return targetFixes(failure, problem);
    case "SYMBOL_UNKNOWN":
      return symbolFixes(failure, problem);
    case "DATES_REVERSED":
      return [
        {
          kind: "swap-dates",
          problem: { ...problem, startDate: problem.endDate, endDate: problem.startDate },
        },
      ];
    case "DATE_INVALID":
    case "HISTORY_TOO_SHORT":
      return problem.startDate || problem.endDate
        ? [{ kind: "clear-dates", problem: { ...problem, startDate: "", endDate: "" } }]
        : [];
    case "ZERO_VOLATILITY":
      return [
        { kind: "choose-lowest-risk", problem: { ...problem, goal: { kind: "minimum-variance" } } },
      ];
    default:
      return [];
  }
}

/** Rounds up to whole percents, so that the fix reads well and still leaves room. */
function roundUp(fraction: number): number {
  return Math.min(1, Math.ceil(fraction * 100 - 1e-9) / 100);
}

function roundDown(fraction: number): number {
  return Math.floor(fraction * 100 + 1e-9) / 100;
}

function limitFixes(problem: Problem): Fix[] {
  const count = problem.symbols.length;
  const fixes: Fix[] = [];
  const maximum = effectiveMaxWeight(problem);
  const smallestMaximum = roundUp(Math.max(1 / count, problem.minWeight));
  if (maximum * count < 1 || maximum < problem.minWeight) {
    fixes.push({
      kind: "raise-maximum",
      to: smallestMaximum,
      problem: { ...problem, maxWeight: smallestMaximum },
    });
  }
  if (problem.minWeight * count > 1 || problem.minWeight > maximum) {
    const largestMinimum = roundDown(Math.min(1 / count, maximum));
    fixes.push({
      kind: "lower-minimum",
      to: largestMinimum,
      problem: { ...problem, minWeight: largestMinimum },
    });
  }
  if (fixes.length === 0) {
    fixes.push({ kind: "raise-maximum", to: 1, problem: { ...problem, maxWeight: 1 } });
  }
  return fixes;
}

const readChanges = listOf(
  withFields(fieldsOf<LimitChange>({ field: textUpTo(300), to: numberIn(-1e4, 1e4) }), [
    "field",
    "to",
  ]),
);

/** Takes a remedy out of the error, which names it. One that is even changes more limits. */
function relaxFixes(
  { metadata }: ApiFailure,
  problem: Problem,
  kind: "relax" | "relax-evenly",
): Fix[] {
  const least = readChanges(parseJson(metadata["relaxation"] ?? ""));
  const even = readChanges(parseJson(metadata["evenRelaxation"] ?? ""));
  const changes = kind === "relax" ? least : even;
  const relaxed = changes && withLimits(problem, changes);
  const isOther = kind === "relax" || (even?.length ?? 0) > (least?.length ?? 0);
  return changes && relaxed && isOther ? [{ kind, changes, problem: relaxed }] : [];
}

function targetFixes(failure: ApiFailure, problem: Problem): Fix[] {
  const { goal } = problem;
  if (goal.kind !== "target-return" && goal.kind !== "target-volatility") {
    return [];
  }
  const bounds = [failure.metadata["minimum"], failure.metadata["maximum"]]
    .filter((bound) => bound !== undefined)
    .map(Number)
    .filter(Number.isFinite)
    .toSorted((a, b) => Math.abs(a - goal.value) - Math.abs(b - goal.value));
  return bounds.map((to) => ({
    kind: "set-target" as const,
    to,
    goal: goal.kind,
    problem: { ...problem, goal: { kind: goal.kind, value: to } },
  }));
}

function symbolFixes(failure: ApiFailure, problem: Problem): Fix[] {
  const unknown = failure.violations
    .map(({ field }) => /^symbols\[(?<index>\d+)\]/u.exec(field)?.groups?.["index"])
    .filter((index) => index !== undefined)
    .map((index) => problem.symbols[Number(index)])
    .filter((symbol) => symbol !== undefined);
  if (unknown.length === 0) {
    return [];
  }
  const symbols = problem.symbols.filter((symbol) => !unknown.includes(symbol));
  return [{ kind: "remove-symbols", symbols: unknown, problem: { ...problem, symbols } }];
}
