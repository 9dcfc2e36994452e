import { weightedGram } from "../../linalg/gram.ts";
import { dot, transposeTimes } from "../../linalg/matrix.ts";
import type { TermExpansion } from "../curved-program.ts";
import { deviationsOf, type MomentTerm, momentForm } from "./moment.ts";
import { portfolioReturns, probabilitiesOf } from "./scenarios.ts";
import type { ConvexTerm } from "./term-forms.ts";

// Lower moments are sums, norms, and norms of squares, which cones solve as exactly.
const LOWEST_POWER = 6;

/** Says whether a term is a moment whose cones are power cones. */
export function isHighMoment(term: ConvexTerm): term is MomentTerm {
  return term.kind === "moment" && term.power >= LOWEST_POWER;
}

/** Gives the second moment that is nowhere above a higher one: powers of means grow. */
export function secondMomentBelow(term: MomentTerm): MomentTerm {
  return { ...term, power: 2, divisor: term.divisor ** (2 / term.power) };
}

/**
 * Expands ρ = (Σ aₜ|dₜ|^q)^(1/q) at a portfolio where it is not 0, with aₜ = pₜ/divisor: slopes
 * gₜ = aₜ·sign(dₜ)·|dₜ|^(q − 1)/ρ^(q − 1) of the deviations d, and
 * curvature (q − 1)/ρ·(diag(wₜ) − gg') with wₜ = aₜ|dₜ|^(q − 2)/ρ^(q − 2), which is a sum of
 * wₜ(eₜ − dₜg/ρ)(eₜ − dₜg/ρ)'.
 */
export function expandMoment(term: MomentTerm, x: Float64Array): TermExpansion | undefined {
  const { power, divisor, center, downside } = term;
  const value = momentForm.value(term, x);
  if (!(value > 0)) {
    return;
  }
  const source = center === "mean" ? deviationsOf(term) : term.returns;
  const shift = center === "mean" ? 0 : center;
  const deviations = portfolioReturns({ ...term, returns: source }, x);
  const probabilities = probabilitiesOf(term);
  const slopes = new Float64Array(deviations.length);
  const weights = new Float64Array(deviations.length);
  for (let t = 0; t < deviations.length; t++) {
    const deviation = (deviations[t] - shift) / value;
    const isCounted = !downside || deviation < 0;
    const curve = isCounted ? (probabilities[t] / divisor) * deviation ** (power - 2) : 0;
    slopes[t] = curve * deviation;
    weights[t] = ((power - 1) * curve) / value;
  }
  const slope = transposeTimes(source, slopes);
  const n = x.length;
  // As Σ weights·d² is 1 but for a factor, what gg' takes away centers the rows.
  const rows = Float64Array.from(source.values);
  for (let t = 0; t < deviations.length; t++) {
    const deviation = (deviations[t] - shift) / value;
    for (let i = 0; i < n; i++) {
      rows[t * n + i] -= deviation * slope[i];
    }
  }
  const hessian = { rows: n, cols: n, values: new Float64Array(n * n) };
  weightedGram({ ...source, values: rows }, weights, hessian.values);
  return { model: { kind: "affine", slope, offset: value - dot(slope, x) }, hessian };
}
