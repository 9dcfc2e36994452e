import { ArgumentError, type Matrix } from "@portfolio/quant";
import { predictLinear } from "../linear/linear-model.ts";
import { type LearnedModel, predictModel } from "../model/learned-model.ts";
import type { NetworkModel } from "../network/network-model.ts";
import { interventionalShap } from "../trees/interventional-shap.ts";
import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { type Attribution, pathDependentShap } from "../trees/tree-shap.ts";
import { AdditivityError, checkedGaps, gapsOf } from "./checked-gaps.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import { linearShap } from "./linear-shap.ts";

/** How contributions are computed: see the functions of the same names, and `explainForecasts`. */
export type ExplanationMethod =
  | "linear"
  | "path-dependent"
  | "interventional"
  | "integrated-gradients"
  | "lags"
  | "members";

/** Contributions whose sums were checked. */
export interface CheckedAttribution extends Attribution {
  readonly method: ExplanationMethod;
  /** What the model gives: of a logistic regression the logarithm of the odds, length N. */
  readonly outputs: Float64Array;
  /** Output less the expectation and all contributions, length N. */
  readonly gaps: Float64Array;
}

/** Points on the way of integrated gradients: more are tried where the first do not suffice. */
const POINT_COUNTS = [64, 512];
const PATH_TOLERANCE = 1e-3;
const EXACT_TOLERANCE = 1e-9;
const BACKGROUND_ROWS_MAX = 100;

/**
 * Explains what a model gives for each row by what each feature adds to an expectation.
 *
 * @param background - Rows that stand for not knowing, at least one; trees take at most 100 of them.
 * @param method - Undefined means the one there is, and path-dependent values of trees.
 * @returns Nothing where the method does not suit the model.
 * @throws {AdditivityError} Contributions miss an output by over 1e-9 of the largest term, or by integrated
 *   gradients by over 1e-3 of the largest difference from the expectation.
 * @throws {ArgumentError} The features are not those of the model in number, or missing.
 */
export function explainModel(
  model: LearnedModel,
  features: Matrix,
  background: Matrix,
  method: ExplanationMethod | undefined,
): CheckedAttribution | undefined {
  const chosen = method ?? defaultMethod(model);
  switch (model.kind) {
    case "linear":
    case "logistic": {
      const outputs = predictLinear(model.model, features);
      return chosen === "linear"
        ? checked(chosen, linearShap(model.model, features, background), outputs)
        : undefined;
    }
    case "trees":
      return explainTrees(model.model, features, background, chosen);
    case "networks":
      return chosen === "integrated-gradients"
        ? explainNetworks(model, features, meanOfRows(background))
        : undefined;
  }
}

/** The method that a kind of model is explained by unless another is asked for. */
function defaultMethod({ kind }: LearnedModel): ExplanationMethod {
  if (kind === "networks") {
    return "integrated-gradients";
  }
  return kind === "trees" ? "path-dependent" : "linear";
}

function explainTrees(
  trees: TreeEnsemble,
  features: Matrix,
  background: Matrix,
  method: ExplanationMethod,
): CheckedAttribution | undefined {
  const outputs = predictModel({ kind: "trees", model: trees }, features);
  switch (method) {
    case "path-dependent":
      return checked(method, pathDependentShap(trees, features), outputs);
    case "interventional": {
      const few = spreadRows(background, BACKGROUND_ROWS_MAX);
      return checked(method, interventionalShap(trees, features, few), outputs);
    }
    default:
      return undefined;
  }
}

function explainNetworks(
  model: Extract<LearnedModel, { kind: "networks" }>,
  features: Matrix,
  baseline: Float64Array,
): CheckedAttribution {
  const outputs = predictModel(model, features);
  for (const pointCount of POINT_COUNTS) {
    const attribution = meanGradients(model.members, features, baseline, pointCount);
    const expectations = new Float64Array(outputs.length).fill(attribution.expectation);
    const gaps = gapsOf(expectations, attribution.contributions, outputs);
    const scale = outputs.reduce(
      (most, output) => Math.max(most, Math.abs(output - attribution.expectation)),
      0,
    );
    if (gaps.every((gap) => Math.abs(gap) <= PATH_TOLERANCE * scale + EXACT_TOLERANCE)) {
      return { method: "integrated-gradients", ...attribution, outputs, gaps };
    }
  }
  throw new AdditivityError("integrated gradients do not sum to the forecasts");
}

/** Mean over the members, as forecasts are. */
function meanGradients(
  members: readonly NetworkModel[],
  features: Matrix,
  baseline: Float64Array,
  pointCount: number,
): Attribution {
  const parts = members.map((own) => integratedGradients(own, features, baseline, pointCount));
  const values = new Float64Array(features.values.length);
  let expectation = 0;
  for (const part of parts) {
    expectation += part.expectation / parts.length;
    for (let k = 0; k < values.length; k++) {
      values[k] += part.contributions.values[k] / parts.length;
    }
  }
  return { expectation, contributions: { ...features, values } };
}

/** @throws {AdditivityError} A sum is not the output, but for rounding. */
function checked(
  method: ExplanationMethod,
  attribution: Attribution,
  outputs: Float64Array,
): CheckedAttribution {
  const expectations = new Float64Array(outputs.length).fill(attribution.expectation);
  const gaps = checkedGaps(expectations, attribution.contributions, outputs);
  return { method, ...attribution, outputs, gaps };
}

function meanOfRows({ rows, cols, values }: Matrix): Float64Array {
  if (rows === 0) {
    throw new ArgumentError("there is no background observation");
  }
  const means = new Float64Array(cols);
  for (let k = 0; k < values.length; k++) {
    means[k % cols] += values[k] / rows;
  }
  return means;
}

/** Takes rows at even distances. */
function spreadRows(matrix: Matrix, rowsMax: number): Matrix {
  const { rows, cols, values } = matrix;
  if (rows <= rowsMax) {
    return matrix;
  }
  const few = new Float64Array(rowsMax * cols);
  for (let i = 0; i < rowsMax; i++) {
    const from = Math.floor((i * rows) / rowsMax) * cols;
    few.set(values.subarray(from, from + cols), i * cols);
  }
  return { rows: rowsMax, cols, values: few };
}
