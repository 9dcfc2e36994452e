import { addMultiple } from "../linalg/add-multiple.ts";
import { centeredGram, weightedGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { BlockFactor } from "./block-factor.ts";
import type { Link } from "./conic-block.ts";
import type { PlacedBlock } from "./conic-problem.ts";
import { addPairGram } from "./pair-gram.ts";

// Weights below this share of the largest change no digit of the sum.
const NEGLIGIBLE = 1e-15;

/** Blocks that see the weights through one matrix, whose Hessians are summed before R'DR. */
interface MatrixGroup {
  readonly matrix: Matrix;
  readonly blocks: readonly number[];
  readonly weights: Float64Array;
  /** R'R, once all weights have been equal, as those of a norm always are. */
  plain: Float64Array | undefined;
  /** R'DR, shape (n, n). */
  readonly product: Float64Array;
  /** Room for the rows that count. */
  readonly heavyRows: Float64Array;
  readonly heavyWeights: Float64Array;
}

/** Adds R'DR of all blocks to the Hessian of the assets. */
export class LinkGrams {
  readonly #blocks: readonly PlacedBlock[];
  readonly #groups: readonly MatrixGroup[];

  constructor(blocks: readonly PlacedBlock[]) {
    this.#blocks = blocks;
    this.#groups = groupByMatrix(blocks);
  }

  /** Adds to the lower triangle (at least) of the Hessian, shape (n, n). */
  addTo(hessian: Float64Array, factors: readonly BlockFactor[], n: number): void {
    for (let b = 0; b < this.#blocks.length; b++) {
      const { link } = this.#blocks[b];
      if (link.kind === "asset") {
        addAssetDiagonal(link, factors[b].rootWeights, hessian, n);
      } else if (link.kind === "pairs") {
        addPairGram(link, factors[b].rootWeights, hessian);
      }
    }
    for (const group of this.#groups) {
      addGroup(group, factors, hessian);
    }
  }
}

function addAssetDiagonal(
  { assets, anchor }: Extract<Link, { kind: "asset" }>,
  rootWeights: Float64Array,
  hessian: Float64Array,
  n: number,
): void {
  for (let t = 0; t < assets.length; t++) {
    const i = assets[t];
    const weight = rootWeights[t] * rootWeights[t];
    hessian[i * n + i] += weight;
    if (anchor !== undefined) {
      const { column, coefficients } = anchor;
      hessian[column * n + i] -= weight * coefficients[t];
      hessian[column * n + column] += weight * coefficients[t] * coefficients[t];
    }
  }
}

function groupByMatrix(blocks: readonly PlacedBlock[]): MatrixGroup[] {
  const members = new Map<Matrix, number[]>();
  for (const [b, { link }] of blocks.entries()) {
    if (link.kind === "matrix") {
      members.set(link.matrix, [...(members.get(link.matrix) ?? []), b]);
    }
  }
  return [...members].map(([matrix, indices]) => ({
    matrix,
    blocks: indices,
    weights: new Float64Array(matrix.rows),
    plain: undefined,
    product: new Float64Array(matrix.cols * matrix.cols),
    heavyRows: new Float64Array(matrix.rows * matrix.cols),
    heavyWeights: new Float64Array(matrix.rows),
  }));
}

function addGroup(
  group: MatrixGroup,
  factors: readonly BlockFactor[],
  hessian: Float64Array,
): void {
  const { matrix, weights } = group;
  weights.fill(0);
  for (const b of group.blocks) {
    const { rootWeights } = factors[b];
    for (let t = 0; t < weights.length; t++) {
      weights[t] += rootWeights[t] * rootWeights[t];
    }
  }
  const first = weights[0];
  if (weights.every((weight) => weight === first)) {
    group.plain ??= centeredGram(matrix, new Float64Array(matrix.cols)).values;
    addMultiple(hessian, first, group.plain);
    return;
  }
  const kept = keepHeavyRows(group);
  weightedGram(kept.matrix, kept.weights, group.product);
  addMultiple(hessian, 1, group.product);
}

/** Leaves out rows whose weights are rounding beside the largest: near the optimum, most of them. */
function keepHeavyRows({ matrix, weights, heavyRows, heavyWeights }: MatrixGroup) {
  const { rows, cols, values } = matrix;
  let most = 0;
  for (let t = 0; t < rows; t++) {
    most = Math.max(most, weights[t]);
  }
  let count = 0;
  for (let t = 0; t < rows; t++) {
    if (weights[t] > NEGLIGIBLE * most) {
      const start = t * cols;
      const target = count * cols;
      for (let j = 0; j < cols; j++) {
        heavyRows[target + j] = values[start + j];
      }
      heavyWeights[count] = weights[t];
      count += 1;
    }
  }
  if (count === rows) {
    return { matrix, weights };
  }
  const kept = { rows: count, cols, values: heavyRows.subarray(0, count * cols) };
  return { matrix: kept, weights: heavyWeights.subarray(0, count) };
}
