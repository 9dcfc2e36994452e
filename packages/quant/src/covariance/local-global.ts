import { type Matrix, quadraticForm, requireCovariance } from "../linalg/matrix.ts";
import { smallInverse } from "../linalg/small-inverse.ts";
import {
  correlationFromCovariance,
  covarianceFromCorrelation,
  deviationsOf,
} from "./correlation.ts";
import { type Attachment, maximallyFilteredGraph } from "./maximally-filtered-graph.ts";

// Added to the correlations of a triangle with equal assets, so that it has an inverse.
const RIDGE = 1e-10;

/**
 * Computes the covariance of a Gaussian model on a triangulated maximally filtered graph (j-LoGo).
 *
 * Assets that the graph ties keep their correlation, and the inverse is 0 for all others: an
 * inverse of 6n − 12 entries off the diagonal. As the graph is made of tetrahedra, no matrix is
 * inverted: an asset attached to a triangle s has the covariances Σᵢₛ Σₛₛ⁻¹ Σₛⱼ with those before
 * it. Costs n² operations. Positive semidefinite when the input is; n ≤ 4 assets are returned as
 * they are.
 *
 * @param covariance - Positive semidefinite, shape (n, n).
 * @throws {ArgumentError} The covariance is unsound.
 * @see Barfuss, Massara, Di Matteo & Aste (2016), "Parsimonious modeling with information filtering
 *   networks", doi:10.1103/PhysRevE.94.062306
 */
export function localGlobalCovariance(covariance: Matrix): Matrix {
  requireCovariance(covariance);
  const n = covariance.rows;
  if (n <= 4) {
    return covariance;
  }
  const sample = correlationFromCovariance(covariance);
  const similarity = { ...sample, values: sample.values.map((entry) => (1 + entry) / 2) };
  const { start, attachments } = maximallyFilteredGraph(similarity);
  const model = new Float64Array(n * n);
  for (const i of start) {
    for (const j of start) {
      model[i * n + j] = sample.values[i * n + j];
    }
  }
  const placed = Array.from(start);
  for (const attachment of attachments) {
    attach(model, sample, attachment, placed);
    placed.push(attachment.vertex);
  }
  return covarianceFromCorrelation({ rows: n, cols: n, values: model }, deviationsOf(covariance));
}

/**
 * Fills in the correlations of one vertex with those that are placed. They follow from the
 * regression on the triangle, also with its own vertices, so that the answer is positive
 * semidefinite whatever rounding does to the weights.
 */
function attach(
  model: Float64Array,
  { rows: n, values }: Matrix,
  { vertex, triangle }: Attachment,
  placed: readonly number[],
): void {
  const block = new Float64Array(9);
  const target = new Float64Array(3);
  for (let a = 0; a < 3; a++) {
    target[a] = values[vertex * n + triangle[a]];
    for (let b = 0; b < 3; b++) {
      block[a * 3 + b] = model[triangle[a] * n + triangle[b]];
    }
  }
  const weights = regressionWeights(block, target);
  for (const j of placed) {
    const entry = triangle.reduce((sum, s, k) => sum + weights[k] * model[s * n + j], 0);
    model[vertex * n + j] = entry;
    model[j * n + vertex] = entry;
  }
  model[vertex * n + vertex] = 1;
}

/** Computes Σₛₛ⁻¹ Σₛᵢ, length 3, scaled down where it explains more than the variance of 1. */
function regressionWeights(block: Float64Array, target: Float64Array): Float64Array {
  const inverse = smallInverse(block, 3) ?? smallInverse(withRidge(block), 3);
  const weights = new Float64Array(3);
  for (let a = 0; a < 3 && inverse !== undefined; a++) {
    for (let b = 0; b < 3; b++) {
      weights[a] += inverse[a * 3 + b] * target[b];
    }
  }
  const explained = quadraticForm({ rows: 3, cols: 3, values: block }, weights);
  return explained > 1 ? weights.map((weight) => weight / Math.sqrt(explained)) : weights;
}

function withRidge(block: Float64Array): Float64Array {
  return block.map((entry, k) => (k % 4 === 0 ? entry + RIDGE : entry));
}
