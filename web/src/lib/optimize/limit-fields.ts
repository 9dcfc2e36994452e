import { type Limits, type Range, readLimits } from "./limits.ts";
import type { Problem } from "./problem.ts";

/** A limit to change, and what it would have to be. */
export interface LimitChange {
  /** Such as `constraints.groups[0].max`. */
  readonly field: string;
  readonly to: number;
}

/**
 * Changes one limit of a problem.
 *
 * @param field - Where the contract writes it, such as `constraints.bounds["AAPL"].max`.
 * @returns Undefined where the limit cannot be changed by a number, such as one in words.
 */
export function withLimit(problem: Problem, { field, to }: LimitChange): Problem | undefined {
  const path = field.replace(/^constraints\./u, "");
  if (path === "default_min") {
    return { ...problem, minWeight: to };
  }
  if (path === "default_max") {
    return { ...problem, maxWeight: to };
  }
  const limits = changedLimits(problem.limits, path, to);
  return limits && { ...problem, limits };
}

/** Changes several limits of a problem; undefined when one of them cannot be changed. */
export function withLimits(problem: Problem, changes: readonly LimitChange[]): Problem | undefined {
  return changes.reduce<Problem | undefined>(
    (changed, change) => changed && withLimit(changed, change),
    problem,
  );
}

/** Name of an asset's bound in the contract's paths. */
export function boundField(symbol: string, side: keyof Range): string {
  return `constraints.bounds[${JSON.stringify(symbol)}].${side}`;
}

function changedLimits(limits: Limits, path: string, to: number): Limits | undefined {
  const bound = /^bounds\[(?<symbol>"(?:[^"\\]|\\.)+")\]\.(?<side>min|max)$/u.exec(path)?.groups;
  if (bound) {
    const symbol = String(JSON.parse(bound["symbol"] ?? '""'));
    const range = { ...limits.bounds?.[symbol], [bound["side"] ?? "max"]: to };
    return { ...limits, bounds: { ...limits.bounds, [symbol]: range } };
  }
  const group = /^groups\[(?<index>\d+)\]\.(?<side>min|max)$/u.exec(path)?.groups;
  if (group) {
    const groups = limits.groups?.map((each, k) =>
      k === Number(group["index"]) ? { ...each, [group["side"] ?? "max"]: to } : each,
    );
    return readLimits({ ...limits, groups });
  }
  const budget = /^budget_range\.(?<side>min|max)$/u.exec(path)?.groups;
  return (
    budget && { ...limits, budgetRange: { ...limits.budgetRange, [budget["side"] ?? "max"]: to } }
  );
}
