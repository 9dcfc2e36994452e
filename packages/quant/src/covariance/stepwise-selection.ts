import { studentProbability } from "../distributions/student-t.ts";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** How the factors of a regression are chosen, one step at a time. */
export interface StepwiseRule {
  /** From none by adding the best, or from all by taking the worst out. */
  readonly direction: "forward" | "backward";
  readonly criterion: /** All have p-values of at most `pValueMax`. */
    | "p-value"
    /** Akaike's information criterion falls. */
    | "akaike"
    /** Schwarz's information criterion falls. */
    | "schwarz"
    /** The adjusted R² rises. */
    | "adjusted-r-squared";
  /** In (0, 1). */
  readonly pValueMax: number;
}

/** Sums of products of deviations from means, over T periods. */
export interface RegressionMoments {
  readonly periodCount: number;
  /** Of the factors with each other, shape (k, k). */
  readonly factors: Matrix;
  /** Of each factor with the asset, length k. */
  readonly asset: Float64Array;
  /** Of the asset with itself. */
  readonly total: number;
}

interface Fit {
  readonly chosen: readonly number[];
  /** One per chosen factor. */
  readonly coefficients: Float64Array;
  /** Sum of squared residuals. */
  readonly residual: number;
  /** One per chosen factor. */
  readonly pValues: readonly number[];
}

// Residuals below this share of the asset's own deviations are rounding.
const EXACT = 1e-14;

/**
 * Chooses the factors of a regression with an intercept. At least one stays: where no p-value is
 * low enough, that of the lowest. Factors that others explain are left out.
 *
 * @returns The coefficient of each factor, 0 for those that were not chosen. Length k.
 * @see Efroymson (1960), "Multiple regression analysis", in Ralston & Wilf (eds.), "Mathematical Methods for Digital Computers"
 */
export function stepwiseCoefficients(moments: RegressionMoments, rule: StepwiseRule): Float64Array {
  const fit = rule.direction === "forward" ? addFactors(moments, rule) : dropFactors(moments, rule);
  const coefficients = new Float64Array(moments.asset.length);
  for (const [k, factor] of (fit?.chosen ?? []).entries()) {
    coefficients[factor] = fit?.coefficients[k] ?? 0;
  }
  return coefficients;
}

function addFactors(moments: RegressionMoments, rule: StepwiseRule): Fit | undefined {
  let best: Fit | undefined;
  for (;;) {
    const chosen: readonly number[] = best?.chosen ?? [];
    const next = bestAmong(
      othersThan(chosen, moments).map((factor) => [...chosen, factor]),
      moments,
      (fit) => scoreOfAdded(fit, moments, rule),
    );
    if (next === undefined || (best !== undefined && !improves(next, best, moments, rule))) {
      return best ?? leastSingle(moments);
    }
    best = next;
  }
}

function dropFactors(moments: RegressionMoments, rule: StepwiseRule): Fit | undefined {
  let best = fitFactors(independentFactors(moments), moments);
  for (let next = best; next !== undefined; best = next ?? best) {
    next = fitWithoutWorst(next, moments, rule);
  }
  const isPoor =
    rule.criterion === "p-value" && best !== undefined && best.pValues[0] > rule.pValueMax;
  return isPoor ? leastSingle(moments) : best;
}

/** Takes a factor out; nothing where all are to stay. */
function fitWithoutWorst(
  fit: Fit,
  moments: RegressionMoments,
  rule: StepwiseRule,
): Fit | undefined {
  const { chosen, pValues } = fit;
  const without = (k: number) => chosen.filter((_, j) => j !== k);
  if (rule.criterion === "p-value") {
    const highest = pValues.indexOf(Math.max(...pValues));
    return pValues[highest] > rule.pValueMax ? fitFactors(without(highest), moments) : undefined;
  }
  const candidates = chosen.map((_, k) => without(k));
  const next = bestAmong(candidates, moments, (own) => informationOf(own, moments, rule));
  return next && improves(next, fit, moments, rule) ? next : undefined;
}

/** By the p-value of what was added, if all others are low enough with it; or by the criterion. */
function scoreOfAdded(fit: Fit, moments: RegressionMoments, rule: StepwiseRule): number {
  if (rule.criterion !== "p-value") {
    return informationOf(fit, moments, rule);
  }
  const added = fit.pValues[fit.pValues.length - 1];
  return Math.max(...fit.pValues) <= rule.pValueMax ? added : Number.POSITIVE_INFINITY;
}

function improves(next: Fit, best: Fit, moments: RegressionMoments, rule: StepwiseRule): boolean {
  return (
    rule.criterion === "p-value" ||
    informationOf(next, moments, rule) < informationOf(best, moments, rule)
  );
}

/** A criterion that is to fall, up to a constant. */
function informationOf(
  { chosen, residual }: Fit,
  { periodCount, total }: RegressionMoments,
  { criterion }: StepwiseRule,
): number {
  const count = chosen.length + 1;
  switch (criterion) {
    case "schwarz":
      return periodCount * Math.log(residual) + Math.log(periodCount) * count;
    case "adjusted-r-squared":
      return residual / (periodCount - count) / (total / (periodCount - 1));
    default:
      return periodCount * Math.log(residual) + 2 * count;
  }
}

/** The factor alone whose p-value is lowest. */
function leastSingle(moments: RegressionMoments): Fit | undefined {
  const singles = othersThan([], moments).map((factor) => [factor]);
  return bestAmong(singles, moments, ({ pValues }) => pValues[0]);
}

function bestAmong(
  candidates: readonly (readonly number[])[],
  moments: RegressionMoments,
  scoreOf: (fit: Fit) => number,
): Fit | undefined {
  let best: Fit | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const chosen of candidates) {
    const fit = fitFactors(chosen, moments);
    const score = fit === undefined ? Number.POSITIVE_INFINITY : scoreOf(fit);
    if (score < least) {
      [best, least] = [fit, score];
    }
  }
  return best;
}

function othersThan(chosen: readonly number[], { asset }: RegressionMoments): number[] {
  return [...asset.keys()].filter((factor) => !chosen.includes(factor));
}

/** The factors that those before them do not explain, as many as the periods allow. */
function independentFactors(moments: RegressionMoments): number[] {
  const kept: number[] = [];
  for (const factor of moments.asset.keys()) {
    if (fitFactors([...kept, factor], moments) !== undefined) {
      kept.push(factor);
    }
  }
  return kept;
}

/** Regresses on some factors; nothing where they explain each other or leave no degree of freedom. */
function fitFactors(
  chosen: readonly number[],
  { periodCount, factors, asset, total }: RegressionMoments,
): Fit | undefined {
  const s = chosen.length;
  const degrees = periodCount - s - 1;
  const values = Float64Array.from(
    chosen.flatMap((a) => chosen.map((b) => factors.values[a * factors.cols + b])),
  );
  const factor = degrees > 0 && s > 0 ? choleskyFactor({ rows: s, cols: s, values }) : undefined;
  if (factor === undefined) {
    return;
  }
  const products = Float64Array.from(chosen, (a) => asset[a]);
  const coefficients = choleskySolve(factor, products);
  const explained = coefficients.reduce((sum, value, k) => sum + value * products[k], 0);
  const residual = Math.max(total - explained, EXACT * total);
  const pValues = chosen.map((_, k) => {
    const unit = new Float64Array(s);
    unit[k] = 1;
    const error = Math.sqrt((residual / degrees) * choleskySolve(factor, unit)[k]);
    return error > 0 ? 2 * studentProbability(-Math.abs(coefficients[k] / error), degrees) : 1;
  });
  return { chosen, coefficients, residual, pValues };
}
