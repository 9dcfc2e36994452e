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
}

/** Rows of all groups that count, of which one product is computed. */
interface HeavyRows {
  readonly rows: Float64Array;
  readonly weights: Float64Array;
  /** R'DR, shape (n, n). */
  readonly product: Float64Array;
  count: number;
}

/** Adds R'DR of all blocks to the Hessian of the assets. */
export class LinkGrams {
  readonly #blocks: readonly PlacedBlock[];
  readonly #groups: readonly MatrixGroup[];
  readonly #heavy: HeavyRows;

  constructor(blocks: readonly PlacedBlock[]) {
    this.#blocks = blocks;
    this.#groups = groupByMatrix(blocks);
    const cols = this.#groups[0]?.matrix.cols ?? 0;
    const rows = this.#groups.reduce((sum, { matrix }) => sum + matrix.rows, 0);
    this.#heavy = {
      rows: new Float64Array(rows * cols),
      weights: new Float64Array(rows),
      product: new Float64Array(cols * cols),
      count: 0,
    };
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
    const heavy = this.#heavy;
    heavy.count = 0;
    for (const group of this.#groups) {
      addGroup(group, factors, hessian, heavy);
    }
    if (heavy.count > 0) {
      const values = heavy.rows.subarray(0, heavy.count * n);
      const kept = { rows: heavy.count, cols: n, values };
      weightedGram(kept, heavy.weights.subarray(0, heavy.count), heavy.product);
      addMultiple(hessian, 1, heavy.product);
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
  }));
}

/** Adds R'DR where all weights are equal, else leaves the rows that count for all groups at once. */
function addGroup(
  group: MatrixGroup,
  factors: readonly BlockFactor[],
  hessian: Float64Array,
  heavy: HeavyRows,
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
  keepHeavyRows(group, heavy);
}

/** Leaves out rows whose weights are rounding beside the largest: near the optimum, most of them. */
function keepHeavyRows({ matrix, weights }: MatrixGroup, heavy: HeavyRows): void {
  const { rows, cols, values } = matrix;
  let most = 0;
  for (let t = 0; t < rows; t++) {
    most = Math.max(most, weights[t]);
  }
  for (let t = 0; t < rows; t++) {
    if (weights[t] > NEGLIGIBLE * most) {
      const start = t * cols;
      const target = heavy.count * cols;
      for (let j = 0; j < cols; j++) {
        heavy.rows[target + j] = values[start + j];
      }
      heavy.weights[heavy.count++] = weights[t];
    }
  }
}
