import {
  addForms,
  assetCoefficients,
  formatTerms,
  type LinearForm,
  quoteName,
} from "../expression/linear-form.ts";
import { parseComparison } from "../expression/parse-comparison.ts";
import { type ExpressionError, expressionError, type Relation } from "../expression/tokens.ts";
import type { Vocabulary } from "../expression/vocabulary.ts";
import type { Limits, LinearRow } from "./linear-row.ts";

/** A constraint read from words, or why they are none. */
export type ParsedConstraint =
  | { readonly status: "parsed"; readonly row: LinearRow }
  | ExpressionError;

/**
 * Reads one constraint on weights, such as `tech <= 0.3`, `AAPL >= 2 * MSFT` or
 * `10% <= tech + energy - AAPL <= 30%`.
 *
 * The name of an asset stands for its weight, that of a group for the sum of its weights. The
 * grammar is in docs/expressions.md.
 */
export function parseConstraint(text: string, vocabulary: Vocabulary): ParsedConstraint {
  const comparison = parseComparison(text, vocabulary);
  if (comparison.status === "invalid") {
    return comparison;
  }
  const { forms, relations, positions } = comparison;
  const [left, middle, right] = forms;
  if (relations.length === 1) {
    return rowOf(addForms(left, -1, middle), limitsOf(relations[0], 0), positions[0]);
  }
  const isRange = relations.length === 2 && relations[0] === relations[1];
  if (!isRange || relations[0] === "=") {
    return expressionError(
      positions[1],
      "a third part does not fit",
      "a range such as 0.1 <= x <= 0.3",
    );
  }
  if (left.terms.length + right.terms.length > 0) {
    return expressionError(positions[0], "both ends of a range name assets", "a number at one end");
  }
  const [lower, upper] = relations[0] === "<=" ? [left, right] : [right, left];
  return rowOf(middle, { lower: lower.constant, upper: upper.constant }, positions[0]);
}

function limitsOf(relation: Relation, bound: number): Limits {
  return {
    lower: relation === "<=" ? Number.NEGATIVE_INFINITY : bound,
    upper: relation === ">=" ? Number.POSITIVE_INFINITY : bound,
  };
}

/** Moves the constant to the limits. */
function rowOf(form: LinearForm, { lower, upper }: Limits, position: number): ParsedConstraint {
  const { assets, coefficients } = assetCoefficients(form);
  if (assets.length === 0) {
    return expressionError(position, "no weight is left to compare", "a name on one side only");
  }
  // As a whole, −x ≤ −0.1 reads better as x ≥ 0.1.
  const isFlipped = form.terms.every(({ coefficient }) => coefficient < 0);
  const sign = isFlipped ? -1 : 1;
  const [least, most] = isFlipped ? [upper, lower] : [lower, upper];
  return {
    status: "parsed",
    row: {
      name: formatTerms(isFlipped ? addForms({ constant: 0, terms: [] }, -1, form) : form),
      assets,
      coefficients: coefficients.map((value) => sign * value),
      // Adding 0 turns -0 into 0.
      lower: sign * (least - form.constant) + 0,
      upper: sign * (most - form.constant) + 0,
    },
  };
}

/**
 * Writes a row as a constraint that `parseConstraint` reads back.
 *
 * @param names - Name of each asset.
 * @returns For a row without limits the sum alone, which is no constraint.
 */
export function formatConstraint(row: LinearRow, names: readonly string[]): string {
  const { assets, coefficients, lower, upper } = row;
  const sum = formatTerms({
    constant: 0,
    terms: assets.map((asset, k) => ({
      operand: { name: quoteName(names[asset]), assets: [asset], factors: [1] },
      coefficient: coefficients[k],
    })),
  });
  if (lower === upper) {
    return `${sum} = ${lower}`;
  }
  if (Number.isFinite(lower) && Number.isFinite(upper)) {
    return `${lower} <= ${sum} <= ${upper}`;
  }
  const atLeast = Number.isFinite(lower) ? ` >= ${lower}` : "";
  return `${sum}${atLeast}${Number.isFinite(upper) ? ` <= ${upper}` : ""}`;
}
