import { centeredGram } from "../../linalg/gram.ts";
import { dot, type Matrix } from "../../linalg/matrix.ts";
import { uncompoundedDrawdowns } from "../../risk/measures/drawdown-path.ts";
import { tailOf } from "../../risk/measures/drawdown-risk.ts";
import { entropicRisk } from "../../risk/measures/entropic-risk.ts";
import { relativisticRisk } from "../../risk/measures/relativistic-risk.ts";
import type { TailMeasure } from "../../risk/measures/risk-measure.ts";
import type { CurvedSensitivity } from "../../risk/measures/sensitivity.ts";
import type { TermExpansion } from "../curved-program.ts";
import type { ConvexDrawdownMeasure } from "./loss-rows.ts";
import { portfolioReturns, probabilitiesOf } from "./scenarios.ts";
import type { ConvexTerm } from "./term-forms.ts";

type SmoothMeasure = Extract<TailMeasure, { readonly kind: "evar" | "rlvar" }>;

/** An entropic or relativistic value at risk of returns, gains or drawdowns. */
type SmoothTail = Extract<ConvexTerm, { readonly kind: "tail-loss" | "drawdown" }>;

/** Says whether a term is smooth in its losses. */
export function isSmoothTail(term: ConvexTerm): term is SmoothTail {
  return (
    (term.kind === "tail-loss" || term.kind === "drawdown") && smoothMeasure(term) !== undefined
  );
}

/**
 * Gives the conditional value at risk of the same level: nowhere above the term.
 */
export function tailMeanBelow(term: SmoothTail): ConvexTerm {
  const level = smoothMeasure(term)?.level ?? 0;
  return term.kind === "drawdown"
    ? { ...term, measure: { kind: "cdar", level } }
    : { ...term, measure: { kind: "cvar", level } };
}

/**
 * Expands a term ρ = max over q in Q of q'L at a portfolio: q'L for the q of its losses L there,
 * which is nowhere above the term, and J'∇²ρ(L)J with the slopes J of the losses.
 *
 * Losses that are drawdowns stay convex functions of the weights, so their kinks are exact. On the
 * weights that keep them all slopes at a kink agree, so J may hold any of them.
 */
export function expandTail(term: SmoothTail, x: Float64Array): TermExpansion | undefined {
  const measure = smoothMeasure(term);
  if (measure === undefined) {
    return;
  }
  const { returns } = term;
  const y = portfolioReturns(term, x);
  const isDrawdown = term.kind === "drawdown";
  const sign = term.kind === "tail-loss" && term.isGain ? 1 : -1;
  const losses = isDrawdown ? uncompoundedDrawdowns(y).drawdowns : y.map((value) => sign * value);
  const slopes = isDrawdown ? fallsOf(returns, losses) : times(returns, sign);
  const { gradient, curvature } = smoothRisk(measure, losses, probabilitiesOf(term));
  return {
    model: isDrawdown
      ? { ...term, measure: { kind: "average-drawdown" }, probabilities: gradient }
      : { kind: "affine", slope: transposeTimes(slopes, gradient), offset: 0 },
    hessian: curvatureOf(slopes, losses, curvature),
  };
}

function smoothMeasure(term: SmoothTail): SmoothMeasure | undefined {
  const measure = term.kind === "drawdown" ? entropicOf(term.measure) : term.measure;
  return measure?.kind === "evar" || measure?.kind === "rlvar" ? measure : undefined;
}

function entropicOf(measure: ConvexDrawdownMeasure): TailMeasure | undefined {
  return measure.kind === "edar" || measure.kind === "rldar" ? tailOf(measure) : undefined;
}

function smoothRisk(
  measure: SmoothMeasure,
  losses: Float64Array,
  probabilities: Float64Array,
): CurvedSensitivity {
  const tail = 1 - measure.level;
  return measure.kind === "evar"
    ? entropicRisk(losses, probabilities, tail)
    : relativisticRisk(losses, probabilities, { tail, deformation: measure.deformation });
}

/** The slopes of drawdowns in the weights: minus the sums of returns since the peak. */
function fallsOf({ rows, cols: n, values }: Matrix, drawdowns: Float64Array): Matrix {
  const falls = new Float64Array(rows * n);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < n && drawdowns[t] > 0; j++) {
      const before = t > 0 ? falls[(t - 1) * n + j] : 0;
      falls[t * n + j] = before - values[t * n + j];
    }
  }
  return { rows, cols: n, values: falls };
}

function times(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => factor * value) };
}

/** Computes J'MJ, where v'Mv is what a regression on the losses with weights ω leaves of Σ ωv². */
function curvatureOf(slopes: Matrix, losses: Float64Array, weights: Float64Array): Matrix {
  const n = slopes.cols;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    return { rows: n, cols: n, values: new Float64Array(n * n) };
  }
  const shares = weights.map((weight) => weight / total);
  const mean = dot(shares, losses);
  const centered = losses.map((loss) => loss - mean);
  const spread = centered.reduce((sum, loss, t) => sum + shares[t] * loss * loss, 0);
  const along = transposeTimes(
    slopes,
    centered.map((loss, t) => (spread > 0 ? (shares[t] * loss) / spread : 0)),
  );
  const rest = residuals(slopes, transposeTimes(slopes, shares), { centered, along });
  return centeredGram(rest, new Float64Array(n), weights.map(Math.sqrt));
}

function residuals(
  { rows, cols: n, values }: Matrix,
  center: Float64Array,
  { centered, along }: { readonly centered: Float64Array; readonly along: Float64Array },
): Matrix {
  const rest = new Float64Array(rows * n);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < n; j++) {
      rest[t * n + j] = values[t * n + j] - center[j] - centered[t] * along[j];
    }
  }
  return { rows, cols: n, values: rest };
}

function transposeTimes({ rows, cols: n, values }: Matrix, weights: Float64Array): Float64Array {
  const product = new Float64Array(n);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < n; j++) {
      product[j] += weights[t] * values[t * n + j];
    }
  }
  return product;
}
