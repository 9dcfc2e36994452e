import { centeredGram } from "../../linalg/gram.ts";
import { dot, type Matrix, transposeTimes } from "../../linalg/matrix.ts";
import { uncompoundedDrawdowns } from "../../risk/measures/drawdown-path.ts";
import { rootMeanSquare } from "../../risk/measures/drawdown-risk.ts";
import { entropicRisk } from "../../risk/measures/entropic-risk.ts";
import { relativisticRisk } from "../../risk/measures/relativistic-risk.ts";
import type { TailMeasure } from "../../risk/measures/risk-measure.ts";
import type { CurvedSensitivity } from "../../risk/measures/sensitivity.ts";
import type { TermExpansion } from "../curved-program.ts";
import { isAlwaysWorst } from "./loss-rows.ts";
import { portfolioReturns, probabilitiesOf, type Scenarios } from "./scenarios.ts";
import type { ConvexTerm } from "./term-forms.ts";

type SmoothMeasure =
  | Extract<TailMeasure, { readonly kind: "evar" | "rlvar" }>
  | { readonly kind: "ulcer-index" };

/** An entropic or relativistic value at risk of returns, gains or drawdowns, or the ulcer index. */
type SmoothTail = Extract<ConvexTerm, { readonly kind: "tail-loss" | "drawdown" }>;

/** Says whether a term is smooth in its losses, and not always the worst of them. */
export function isSmoothTail(term: ConvexTerm): term is SmoothTail {
  if (term.kind !== "tail-loss" && term.kind !== "drawdown") {
    return false;
  }
  const measure = smoothMeasure(term);
  if (measure === undefined || measure.kind === "ulcer-index") {
    return measure !== undefined;
  }
  return !isAlwaysWorst(measure, probabilitiesOf(term));
}

/**
 * Gives a mean that is nowhere above the term: the conditional value at risk of the same level, or
 * the average drawdown.
 */
export function tailMeanBelow(term: SmoothTail): ConvexTerm {
  const measure = smoothMeasure(term);
  if (term.kind === "drawdown" && (measure === undefined || measure.kind === "ulcer-index")) {
    return { ...term, measure: { kind: "average-drawdown" } };
  }
  const level = measure?.kind === "evar" || measure?.kind === "rlvar" ? measure.level : 0;
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
  const total = gradient.reduce((sum, q) => sum + q, 0);
  if (!(total > 0)) {
    return;
  }
  const mean = { ...term, probabilities: gradient.map((q) => q / total) };
  return {
    model: isDrawdown
      ? { kind: "sum", parts: [{ weight: total, term: averageDrawdown(mean) }] }
      : { kind: "affine", slope: transposeTimes(slopes, gradient), offset: 0 },
    hessian: curvatureOf({ slopes, losses, weights: curvature }, measure.kind !== "ulcer-index"),
  };
}

function averageDrawdown({ returns, probabilities }: Scenarios): ConvexTerm {
  return {
    kind: "drawdown",
    measure: { kind: "average-drawdown" },
    returns,
    ...(probabilities === undefined ? {} : { probabilities }),
  };
}

function smoothMeasure(term: SmoothTail): SmoothMeasure | undefined {
  const { measure } = term;
  switch (measure.kind) {
    case "evar":
    case "rlvar":
    case "ulcer-index":
      return measure;
    case "edar":
      return { kind: "evar", level: measure.level };
    case "rldar":
      return { kind: "rlvar", level: measure.level, deformation: measure.deformation };
    default:
      return;
  }
}

function smoothRisk(
  measure: SmoothMeasure,
  losses: Float64Array,
  probabilities: Float64Array,
): CurvedSensitivity {
  switch (measure.kind) {
    case "evar":
      return entropicRisk(losses, probabilities, 1 - measure.level);
    case "rlvar":
      return relativisticRisk(losses, probabilities, {
        tail: 1 - measure.level,
        deformation: measure.deformation,
      });
    case "ulcer-index": {
      const { value, gradient } = rootMeanSquare(losses, probabilities);
      const curvature = probabilities.map((p) => (value > 0 ? p / value : 0));
      return { value, gradient, curvature };
    }
  }
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

/**
 * Computes J'MJ, where v'Mv is what a regression on the losses with weights ω leaves of Σ ωv².
 *
 * @param hasIntercept - Whether the regression is on 1 too.
 */
function curvatureOf(
  {
    slopes,
    losses,
    weights,
  }: { readonly slopes: Matrix; readonly losses: Float64Array; readonly weights: Float64Array },
  hasIntercept: boolean,
): Matrix {
  const n = slopes.cols;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    return { rows: n, cols: n, values: new Float64Array(n * n) };
  }
  const shares = weights.map((weight) => weight / total);
  const mean = hasIntercept ? dot(shares, losses) : 0;
  const center = hasIntercept ? transposeTimes(slopes, shares) : new Float64Array(n);
  const centered = losses.map((loss) => loss - mean);
  const spread = centered.reduce((sum, loss, t) => sum + shares[t] * loss * loss, 0);
  const along = transposeTimes(
    slopes,
    centered.map((loss, t) => (spread > 0 ? (shares[t] * loss) / spread : 0)),
  );
  const rest = residuals(slopes, center, { centered, along });
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
