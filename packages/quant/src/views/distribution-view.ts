import { ArgumentError } from "../errors.ts";
import { weightedMean } from "../expected-returns/exponential-mean.ts";
import type { Relation } from "../expression/tokens.ts";
import { type Matrix, multiplyVector, requireFinite } from "../linalg/matrix.ts";
import type { ExpectationRow } from "./expectation-row.ts";

/** Moments of one asset that a view can combine linearly. */
export type MomentMeasure = "mean" | "variance" | "skewness" | "kurtosis";

/** A view on a weighted sum of one moment of several assets: c₁·m(X₁) + c₂·m(X₂) … compares. */
export interface MomentView {
  readonly measure: MomentMeasure;
  /** Weights c, length n; (1, −1) ≥ 0 ranks two assets. */
  readonly coefficients: Float64Array;
  readonly relation: Relation;
  /** In the unit of the measure, per period. Kurtosis is 3 for a normal distribution. */
  readonly value: number;
}

/** A view on the correlation of two assets. */
export interface CorrelationView {
  readonly measure: "correlation";
  readonly assets: readonly [number, number];
  readonly relation: Relation;
  readonly value: number;
}

/** A view on the tail of a portfolio's losses. */
export interface TailView {
  readonly measure: "valueAtRisk" | "conditionalValueAtRisk";
  /** Weights of the portfolio, length n. */
  readonly coefficients: Float64Array;
  /** The confidence β, over 0 and below 1, such as 0.95. */
  readonly confidence: number;
  readonly relation: Relation;
  /** Loss as a fraction, positive where money is lost. */
  readonly value: number;
}

export type DistributionView = MomentView | CorrelationView | TailView;

/** A row that a view needs, or that holds a moment which a view builds on. */
export interface ViewRow extends ExpectationRow {
  /** Index of the view. */
  readonly view: number;
  /** Whether the expectation is the quantity that the view is about. */
  readonly isInViewUnit: boolean;
}

type Stage = "location" | "variance" | "shape";

/**
 * Writes the views of one stage as rows, after rows that hold the moments which they build on.
 *
 * @param current - Probabilities of the stage before, whose moments are held.
 * @throws {ArgumentError} A view has another number of assets, or a number that is not finite; or it
 *   is about the shape of an asset without variance.
 */
export function momentRows(
  returns: Matrix,
  current: Float64Array,
  views: readonly DistributionView[],
  stage: Stage,
): ViewRow[] {
  const held: ViewRow[] = [];
  const rows: ViewRow[] = [];
  const moments = new Map<number, { mean: number; variance: number }>();
  for (const [view, wish] of views.entries()) {
    requireView(wish, returns.cols, view);
    if (stageOf(wish) !== stage) {
      continue;
    }
    if (stage !== "location") {
      for (const asset of assetsOf(wish)) {
        if (!moments.has(asset)) {
          const column = columnOf(returns, asset);
          const known = momentsOf(column, current);
          moments.set(asset, known);
          held.push(...heldRows(column, known, stage, view));
        }
      }
    }
    rows.push(...rowsOf(returns, wish, view, moments));
  }
  return [...held, ...rows];
}

function requireView(view: DistributionView, assetCount: number, index: number): void {
  requireFinite(Float64Array.of(view.value), `value of view ${index}`);
  if (view.measure === "correlation") {
    const isKnown = view.assets.every((asset) => asset >= 0 && asset < assetCount);
    if (!(isKnown && view.assets[0] !== view.assets[1])) {
      throw new ArgumentError(`view ${index} correlates assets ${view.assets.join(" and ")}`);
    }
    return;
  }
  requireFinite(view.coefficients, `coefficients of view ${index}`);
  if (view.coefficients.length !== assetCount) {
    throw new ArgumentError(
      `view ${index} has ${view.coefficients.length} coefficients for ${assetCount} assets`,
    );
  }
  if ("confidence" in view && !(view.confidence > 0 && view.confidence < 1)) {
    throw new ArgumentError(`confidence of view ${index} is ${view.confidence}, not within 0 … 1`);
  }
}

function stageOf(view: DistributionView): Stage {
  switch (view.measure) {
    case "mean":
    case "valueAtRisk":
    case "conditionalValueAtRisk":
      return "location";
    case "variance":
      return "variance";
    case "skewness":
    case "kurtosis":
    case "correlation":
      return "shape";
  }
}

function assetsOf(view: DistributionView): readonly number[] {
  if (view.measure === "correlation") {
    return view.assets;
  }
  return Array.from(view.coefficients.keys()).filter((i) => view.coefficients[i] !== 0);
}

function columnOf({ rows, cols, values }: Matrix, asset: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => values[t * cols + asset]);
}

function momentsOf(column: Float64Array, probabilities: Float64Array) {
  const panel = { rows: column.length, cols: 1, values: column };
  const mean = weightedMean(panel, probabilities)[0];
  const squares = { ...panel, values: column.map((value) => (value - mean) ** 2) };
  return { mean, variance: weightedMean(squares, probabilities)[0] };
}

function heldRows(
  column: Float64Array,
  { mean, variance }: { readonly mean: number; readonly variance: number },
  stage: Stage,
  view: number,
): ViewRow[] {
  const meanRow: ViewRow = {
    values: column,
    relation: "=",
    target: mean,
    view,
    isInViewUnit: false,
  };
  if (stage === "variance") {
    return [meanRow];
  }
  if (!(variance > 0)) {
    throw new ArgumentError(`view ${view} is about the shape of an asset without variance`);
  }
  return [meanRow, { ...meanRow, values: squaresOf(column, mean), target: variance }];
}

function squaresOf(column: Float64Array, mean: number): Float64Array {
  return column.map((value) => (value - mean) ** 2);
}

function rowsOf(
  returns: Matrix,
  view: DistributionView,
  index: number,
  moments: ReadonlyMap<number, { readonly mean: number; readonly variance: number }>,
): ViewRow[] {
  const common = { relation: view.relation, view: index };
  switch (view.measure) {
    case "mean":
      return [
        {
          ...common,
          values: multiplyVector(returns, view.coefficients),
          target: view.value,
          isInViewUnit: true,
        },
      ];
    case "valueAtRisk": {
      const values = multiplyVector(returns, view.coefficients).map((value) =>
        -value >= view.value ? 1 : 0,
      );
      return [{ ...common, values, target: 1 - view.confidence, isInViewUnit: false }];
    }
    case "conditionalValueAtRisk":
      return [];
    default:
      return [
        {
          ...common,
          values: shapeValues(returns, view, moments),
          target: view.value,
          isInViewUnit: true,
        },
      ];
  }
}

/** Computes the quantity whose expectation is the moment, given means and variances that are held. */
function shapeValues(
  returns: Matrix,
  view: MomentView | CorrelationView,
  moments: ReadonlyMap<number, { readonly mean: number; readonly variance: number }>,
): Float64Array {
  const values = new Float64Array(returns.rows);
  const standardized = (asset: number): Float64Array => {
    const { mean, variance } = moments.get(asset) ?? { mean: 0, variance: 1 };
    const deviation = Math.sqrt(variance);
    return columnOf(returns, asset).map((value) => (value - mean) / deviation);
  };
  if (view.measure === "correlation") {
    const second = standardized(view.assets[1]);
    return standardized(view.assets[0]).map((value, t) => value * second[t]);
  }
  const power = { mean: 1, variance: 2, skewness: 3, kurtosis: 4 }[view.measure];
  for (const asset of assetsOf(view)) {
    const coefficient = view.coefficients[asset];
    const mean = moments.get(asset)?.mean ?? 0;
    const column =
      view.measure === "variance"
        ? columnOf(returns, asset).map((value) => value - mean)
        : standardized(asset);
    for (let t = 0; t < values.length; t++) {
      values[t] += coefficient * column[t] ** power;
    }
  }
  return values;
}
