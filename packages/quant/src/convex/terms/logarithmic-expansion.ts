import { weightedGram } from "../../linalg/gram.ts";
import { dot } from "../../linalg/matrix.ts";
import type { TermExpansion } from "../curved-program.ts";
import {
  type LogarithmicBarrierTerm,
  logarithmicBarrierForm,
  type NegativeLogGrowthTerm,
  negativeLogGrowthForm,
} from "./logarithmic.ts";
import { portfolioReturns, probabilitiesOf } from "./scenarios.ts";

/** Expands −Σ bᵢ·log xᵢ at an x inside its domain: slopes −bᵢ/xᵢ, curvature bᵢ/xᵢ². */
export function expandBarrier(term: LogarithmicBarrierTerm, x: Float64Array): TermExpansion {
  const n = x.length;
  const values = new Float64Array(n * n);
  const slope = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (term.budgets[i] > 0) {
      slope[i] = -term.budgets[i] / x[i];
      values[i * n + i] = term.budgets[i] / (x[i] * x[i]);
    }
  }
  const offset = logarithmicBarrierForm.value(term, x) - dot(slope, x);
  return { model: { kind: "affine", slope, offset }, hessian: { rows: n, cols: n, values } };
}

/** Expands −Σ pₜ·log(1 + yₜ) at an x inside its domain. */
export function expandGrowth(term: NegativeLogGrowthTerm, x: Float64Array): TermExpansion {
  const n = x.length;
  const { rows, values } = term.returns;
  const probabilities = probabilitiesOf(term);
  const returns = portfolioReturns(term, x);
  const slope = new Float64Array(n);
  const weights = new Float64Array(rows);
  for (let t = 0; t < rows; t++) {
    const share = probabilities[t] / (1 + returns[t]);
    weights[t] = share / (1 + returns[t]);
    for (let j = 0; j < n; j++) {
      slope[j] -= share * values[t * n + j];
    }
  }
  const hessian = { rows: n, cols: n, values: new Float64Array(n * n) };
  weightedGram(term.returns, weights, hessian.values);
  const offset = negativeLogGrowthForm.value(term, x) - dot(slope, x);
  return { model: { kind: "affine", slope, offset }, hessian };
}
