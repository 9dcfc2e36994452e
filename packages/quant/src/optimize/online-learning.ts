import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "./constraints.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";
import { splitBudget } from "./volatilities.ts";

/** How weights learn from each day. */
export type OnlineRule =
  /** Towards what rose: wᵢ exp(η xᵢ/w'x), scaled to sum to 1; η over 0. */
  | { readonly kind: "exponentiated-gradient"; readonly rate: number }
  /** Away from what rose, until the day would have earned at most ε, from 0. */
  | { readonly kind: "passive-aggressive"; readonly sensitivity: number }
  /** Towards what is below its mean of w days, until a return to it would earn ε, over 0. */
  | {
      readonly kind: "moving-average-reversion";
      readonly threshold: number;
      readonly window: number;
    };

/**
 * Learns weights day by day from equal ones, and splits the budget by the last of them.
 *
 * Each day of prices changes the weights by a rule; nothing is estimated. Over a window that grows
 * from the first day on, this is the strategy of the papers. With x the price relatives of a day,
 * passive–aggressive reversion takes w − τ(x − x̄) with τ = max(0, w'x − ε)/‖x − x̄‖²; reversion to
 * the moving average w + λ(x̂ − mean) with x̂ the mean of the last prices over the last one and
 * λ = max(0, ε − w'x̂)/‖x̂ − mean‖², from the first day that has so many prices; both are projected
 * to the simplex. A day on which all assets do the same changes nothing.
 *
 * @param closes - Prices, one row per day, shape (T + 1, n), positive and finite.
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @returns Weights of the budget's sign, and the constraints that they break.
 * @throws {ArgumentError} A price is not positive and finite, shapes differ, a setting is out of
 *   range, or a constraint makes no sense by itself.
 * @see Helmbold, Schapire, Singer & Warmuth (1998), doi:10.1111/1467-9965.00058, eq. 3.3; Li, Zhao,
 *   Hoi & Gopalkrishnan (2012), doi:10.1007/s10994-012-5281-z, eq. 4; Li & Hoi (2012),
 *   arXiv:1206.4626, algorithm 2
 */
export function learnOnline(
  closes: Matrix,
  rule: OnlineRule,
  constraints: WeightConstraints,
  names: readonly string[] = [],
): RulePortfolio {
  checkConstraints(constraints);
  checkInput(closes, rule, constraints.lower.length);
  const { rows, cols } = closes;
  const weights = new Float64Array(cols).fill(1 / cols);
  const signal = new Float64Array(cols);
  const first = rule.kind === "moving-average-reversion" ? rule.window - 1 : 1;
  for (let t = first; t < rows; t++) {
    if (rule.kind === "moving-average-reversion") {
      meanOverLast(closes, t, rule.window, signal);
      step(weights, signal, (value) => Math.max(0, rule.threshold - value));
    } else {
      priceRelatives(closes, t, signal);
      if (rule.kind === "exponentiated-gradient") {
        multiply(weights, signal, rule.rate);
      } else {
        step(weights, signal, (value) => -Math.max(0, value - rule.sensitivity));
      }
    }
  }
  return checkRule(splitBudget(weights, largestBudget(constraints)), constraints, names);
}

function priceRelatives({ cols, values }: Matrix, t: number, into: Float64Array): void {
  for (let i = 0; i < cols; i++) {
    into[i] = values[t * cols + i] / values[(t - 1) * cols + i];
  }
}

/** Divides the mean of the last prices by the last one. */
function meanOverLast(
  { cols, values }: Matrix,
  t: number,
  window: number,
  into: Float64Array,
): void {
  for (let i = 0; i < cols; i++) {
    const last = values[t * cols + i];
    let sum = 0;
    for (let s = t - window + 1; s <= t; s++) {
      sum += values[s * cols + i] / last;
    }
    into[i] = sum / window;
  }
}

/** Changes weights by the exponentiated gradient; powers are relative to the largest. */
function multiply(weights: Float64Array, relatives: Float64Array, rate: number): void {
  const earned = dot(weights, relatives);
  let largest = 0;
  for (let i = 0; i < weights.length; i++) {
    largest = Math.max(largest, relatives[i]);
  }
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    relatives[i] = weights[i] * Math.exp((rate * (relatives[i] - largest)) / earned);
    sum += relatives[i];
  }
  // Where all of it underflows, nothing is learned.
  for (let i = 0; i < weights.length && sum > 0; i++) {
    weights[i] = relatives[i] / sum;
  }
}

// Steps that are longer end at the same corner of the simplex, but for rounding.
const STEP_MAX = 1e6;

/** Moves weights along a signal as far as its value asks, and back to the simplex. */
function step(
  weights: Float64Array,
  signal: Float64Array,
  wanted: (value: number) => number,
): void {
  const n = weights.length;
  const value = dot(weights, signal);
  let mean = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    mean += signal[i] / n;
    largest = Math.max(largest, Math.abs(signal[i]));
  }
  let spread = 0;
  for (let i = 0; i < n; i++) {
    signal[i] -= mean;
    spread = Math.max(spread, Math.abs(signal[i]));
  }
  // Differences of equal signals are rounding.
  if (!(spread > 1e-14 * largest)) {
    return;
  }
  let square = 0;
  for (let i = 0; i < n; i++) {
    signal[i] /= spread;
    square += signal[i] * signal[i];
  }
  const asked = wanted(value) / spread / square;
  const length = Math.max(-STEP_MAX, Math.min(STEP_MAX, asked));
  for (let i = 0; i < n; i++) {
    weights[i] += length * signal[i];
  }
  projectToSimplex(weights);
}

/** Moves to the nearest point with no negative entry and a sum of 1 (Duchi et al. 2008, figure 1). */
function projectToSimplex(point: Float64Array): void {
  const n = point.length;
  const descending = point.toSorted().reverse();
  let sum = 0;
  let shift = 0;
  for (let k = 0; k < n; k++) {
    sum += descending[k];
    const candidate = (sum - 1) / (k + 1);
    if (descending[k] > candidate) {
      shift = candidate;
    }
  }
  for (let i = 0; i < n; i++) {
    point[i] = Math.max(0, point[i] - shift);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += a[i] * b[i];
  }
  return sum;
}

const PRICE_MIN = 1e-100;
const PRICE_MAX = 1e100;

function checkInput({ rows, cols, values }: Matrix, rule: OnlineRule, assetCount: number): void {
  if (cols !== assetCount || values.length !== rows * cols) {
    throw new ArgumentError(`prices are ${rows} by ${cols}, for ${assetCount} assets`);
  }
  const wrong = values.findIndex((price) => !(price >= PRICE_MIN && price <= PRICE_MAX));
  if (wrong >= 0) {
    throw new ArgumentError(
      `price ${wrong} is ${values[wrong]}, not a number from 1e-100 to 1e100`,
    );
  }
  switch (rule.kind) {
    case "exponentiated-gradient":
      requireSetting(rule.rate, Number.MIN_VALUE, 100, "learning rate");
      break;
    case "passive-aggressive":
      requireSetting(rule.sensitivity, 0, 10, "sensitivity");
      break;
    case "moving-average-reversion":
      requireSetting(rule.threshold, Number.MIN_VALUE, 1000, "threshold");
      if (!(Number.isInteger(rule.window) && rule.window >= 2)) {
        throw new ArgumentError(`the window is ${rule.window}, not a whole number from 2`);
      }
  }
}

function requireSetting(value: number, min: number, max: number, what: string): void {
  if (!(value >= min && value <= max)) {
    throw new ArgumentError(`the ${what} is ${value}, not between ${min} and ${max}`);
  }
}
