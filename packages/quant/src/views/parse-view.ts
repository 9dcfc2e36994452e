import {
  addForms,
  assetCoefficients,
  formatTerms,
  type LinearForm,
} from "../expression/linear-form.ts";
import { parseComparison } from "../expression/parse-comparison.ts";
import { type ExpressionError, expressionError } from "../expression/tokens.ts";
import type { Vocabulary } from "../expression/vocabulary.ts";
import type { DistributionView } from "./distribution-view.ts";
import { distributionView } from "./view-from-form.ts";
import { type PriorValue, ViewFunctions } from "./view-functions.ts";

/** A view on expected returns: a weighted sum of them, and what it is. */
export interface ReturnView {
  readonly status: "parsed";
  /** Weight of each asset, length n. */
  readonly coefficients: Float64Array;
  readonly value: number;
  /** The weighted sum in words. */
  readonly name: string;
}

/** A view on the distribution of returns, in the units of its text. */
export interface NamedView {
  readonly view: DistributionView;
  /** Whether the text was about the volatility, whose square the view is about. */
  readonly isVolatility: boolean;
  readonly name: string;
}

/** The views that one text stands for: one for each relation. */
export interface ParsedViews {
  readonly status: "parsed";
  readonly views: readonly NamedView[];
}

/**
 * Reads a view on expected returns, such as `AAPL == 6%` or `QQQ - mean(bonds) == 0.02`.
 *
 * A name stands for the expected return of the asset, that of a group for the mean of its members.
 */
export function parseReturnView(
  text: string,
  vocabulary: Vocabulary,
): ReturnView | ExpressionError {
  const comparison = parseComparison(text, vocabulary, "mean");
  if (comparison.status === "invalid") {
    return comparison;
  }
  const { forms, relations, positions } = comparison;
  if (relations.length > 1 || relations[0] !== "=") {
    const at = relations[0] === "=" ? positions[1] : positions[0];
    return expressionError(at, "a view on returns is an equation", "one ==");
  }
  const difference = addForms(forms[0], -1, forms[1]);
  const { assets, coefficients } = assetCoefficients(difference);
  if (assets.length === 0) {
    return expressionError(positions[0], "no asset is left to compare", "a name on one side only");
  }
  const weights = new Float64Array(vocabulary.assets.length);
  for (const [k, asset] of assets.entries()) {
    weights[asset] = coefficients[k];
  }
  return {
    status: "parsed",
    coefficients: weights,
    // Adding 0 turns -0 into 0.
    value: -difference.constant + 0,
    name: formatTerms(difference),
  };
}

/**
 * Reads a view on the distribution of returns, such as `mean(AAPL) >= 6%`, `A >= B >= C`,
 * `volatility(A) <= 1.2 * prior(A)`, `correlation(A, B) == 0.5`, `skew(A) >= -0.2`,
 * `kurtosis(A) == 4`, `var(A, 0.95) == 3%` or `cvar(tech, 95%) == 4%`.
 *
 * A bare name stands for the mean. `prior(A)` stands for what the other side is about, before the
 * views. Numbers are in the units of the prior's values; nothing is converted.
 *
 * @param priorValue - Says what a measure was before the views.
 */
export function parseDistributionViews(
  text: string,
  vocabulary: Vocabulary,
  priorValue: PriorValue,
): ParsedViews | ExpressionError {
  const functions = new ViewFunctions();
  const comparison = parseComparison(text, vocabulary, "mean", functions.reader);
  if (comparison.status === "invalid") {
    return comparison;
  }
  const views: NamedView[] = [];
  for (const [k, relation] of comparison.relations.entries()) {
    const form: LinearForm = addForms(comparison.forms[k], -1, comparison.forms[k + 1]);
    const resolved = functions.resolve(form, priorValue);
    const view =
      typeof resolved === "string"
        ? resolved
        : distributionView(resolved, relation, vocabulary.assets.length);
    if (typeof view === "string") {
      return expressionError(comparison.positions[k], view, "such as mean(A) - mean(B) >= 2%");
    }
    views.push({ ...view, name: formatTerms(form) });
  }
  return { status: "parsed", views };
}
