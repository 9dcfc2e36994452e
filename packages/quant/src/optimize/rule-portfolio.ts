import type { ConstraintRef, WeightConstraints } from "./constraints.ts";
import { type Limits, rowValue } from "./linear-row.ts";
import { percent } from "./percent.ts";

/** A constraint that a portfolio breaks. */
export interface ConstraintViolation {
  readonly constraint: ConstraintRef;
  /** The weight or sum of weights as it is, and the limit that it breaks. */
  readonly value: number;
  readonly limit: number;
  /** The violation in plain words. */
  readonly message: string;
}

/** Weights that follow a rule, and the constraints that they break. */
export type RulePortfolio =
  | { readonly status: "satisfied"; readonly weights: Float64Array }
  | {
      readonly status: "violates";
      readonly weights: Float64Array;
      readonly violated: readonly ConstraintViolation[];
    };

const TOLERANCE = 1e-12;

/**
 * Checks weights that a rule has chosen. The rule is not bent to fit the constraints: that
 * would be another rule.
 *
 * @param weights - Length n, summing to the budget.
 * @param names - Name of each asset, for the messages.
 */
export function checkRule(
  weights: Float64Array,
  constraints: WeightConstraints,
  names: readonly string[],
): RulePortfolio {
  const violated: ConstraintViolation[] = [];
  for (let asset = 0; asset < weights.length; asset++) {
    const label = names[asset] ?? `asset ${asset}`;
    const limits = { lower: constraints.lower[asset], upper: constraints.upper[asset] };
    violated.push(...breaches(weights[asset], limits, label, (type) => ({ type, asset })));
  }
  for (const [row, one] of constraints.rows.entries()) {
    const refer = (type: "lower" | "upper"): ConstraintRef => ({ type: `row-${type}`, row });
    violated.push(...breaches(rowValue(one, weights), one, one.name, refer));
  }
  return violated.length === 0
    ? { status: "satisfied", weights }
    : { status: "violates", weights, violated };
}

function breaches(
  value: number,
  { lower, upper }: Limits,
  label: string,
  refer: (type: "lower" | "upper") => ConstraintRef,
): ConstraintViolation[] {
  const slack = TOLERANCE * Math.max(1, Math.abs(value));
  const found: ConstraintViolation[] = [];
  if (value < lower - slack) {
    const message = `${label} gets ${percent(value)}, less than its minimum of ${percent(lower)}`;
    found.push({ constraint: refer("lower"), value, limit: lower, message });
  }
  if (value > upper + slack) {
    const message = `${label} gets ${percent(value)}, more than its maximum of ${percent(upper)}`;
    found.push({ constraint: refer("upper"), value, limit: upper, message });
  }
  return found;
}
