import { addMultiple } from "../linalg/add-multiple.ts";
import { BlockFactor } from "./block-factor.ts";
import { BorderedMatrix, innerProduct } from "./bordered-matrix.ts";
import { ChainFactor } from "./chain-factor.ts";
import type { BlockCone, ProblemCones } from "./cones/build-cones.ts";
import type { ConicProblem, PlacedBlock } from "./conic-problem.ts";
import { LinkGrams } from "./link-grams.ts";
import { linkBackward } from "./link-products.ts";
import { type NormColumn, normColumns } from "./norm-columns.ts";
import { SharedLinks } from "./shared-links.ts";

/** A column of the reduced system with entries on a block's locals, after their elimination. */
interface Coupling {
  readonly column: number;
  readonly block: number;
  /** Shape (T, k). */
  readonly reduced: Float64Array;
}

/**
 * The system left when all locals are eliminated: symmetric, in the assets (dense, positive
 * definite) and a few border unknowns, which are the borders, the negative multipliers of single
 * rows and one unknown for each norm.
 */
export class ReducedSystem {
  readonly factors: readonly BlockFactor[];
  readonly #matrix: BorderedMatrix;
  readonly #problem: ConicProblem;
  readonly #cones: ProblemCones;
  readonly #grams: LinkGrams;
  readonly #links: SharedLinks;
  readonly #couplings: Coupling[] = [];
  readonly #norms: readonly NormColumn[];
  readonly #seen: readonly Float64Array[];
  readonly #locals: readonly Float64Array[];
  readonly #borderScratch: Float64Array;
  /** Weight of a'a that single rows equal to 0 add to the Hessian; it changes no solution. */
  #augmentation = 0;

  constructor(problem: ConicProblem, cones: ProblemCones) {
    this.#problem = problem;
    this.#cones = cones;
    this.factors = problem.blocks.map((block, b) => makeFactor(block, cones.byBlock[b]));
    const firstNorm = problem.borders + problem.rows.length;
    this.#norms = normColumns(problem, cones.byBlock, firstNorm);
    this.#matrix = new BorderedMatrix(problem.assets, firstNorm + this.#norms.length);
    this.#grams = new LinkGrams(problem.blocks);
    this.#links = new SharedLinks(problem.blocks);
    this.#seen = problem.blocks.map((block) => new Float64Array(block.scenarios));
    this.#locals = problem.blocks.map((block) => new Float64Array(block.scenarios * block.locals));
    this.#borderScratch = new Float64Array(this.#matrix.borders);
    this.#makeCouplings();
  }

  #makeCouplings(): void {
    const { blocks, rows, borders } = this.#problem;
    for (const [i, { expression }] of rows.entries()) {
      for (const { block, weights } of expression.locals ?? []) {
        const reduced = new Float64Array(weights.length);
        this.#couplings.push({ column: borders + i, block, reduced });
      }
    }
    for (const { column, block } of this.#norms) {
      const reduced = new Float64Array(blocks[block].scenarios * blocks[block].locals);
      this.#couplings.push({ column, block, reduced });
    }
  }

  /** Assembles and factors the system with the current scalings. */
  factor(): void {
    const matrix = this.#matrix;
    matrix.columns.fill(0);
    matrix.corner.fill(0);
    matrix.hessian.fill(0);
    if (this.#problem.quadratic !== undefined) {
      matrix.hessian.set(this.#problem.quadratic.values);
    }
    for (const factor of this.factors) {
      factor.factor();
      this.#addBlockBorders(factor);
      if (factor instanceof ChainFactor) {
        factor.addDense(matrix.hessian, matrix.columns, matrix.corner, matrix.borders);
      }
    }
    this.#grams.addTo(matrix.hessian, this.factors, this.#problem.assets);
    for (const norm of this.#norms) {
      this.#addNorm(norm);
    }
    this.#addRows();
    this.#addCouplings();
    this.#augment();
    matrix.factor();
  }

  /**
   * Solves the system in place.
   *
   * @param v - Right side for the variables; on return the solved variables.
   * @param rows - Right side for single rows: g'v − Hζ; on return their negative multipliers ζ.
   * @param seen - Right sides that reach the assets through the links of the blocks; on return what
   *   the blocks see of the solution.
   */
  solve(v: Float64Array, rows: Float64Array, seen: readonly Float64Array[]): void {
    const { assets: n, borders, blocks } = this.#problem;
    const small = this.#borderScratch;
    small.fill(0);
    for (let b = 0; b < borders; b++) {
      small[b] = v[n + b];
    }
    for (let i = 0; i < rows.length; i++) {
      small[borders + i] = rows[i];
    }
    for (let b = 0; b < blocks.length; b++) {
      this.#reduceBlock(b, v, small, seen[b]);
    }
    this.#links.backward(seen, v);
    this.#augmentRight(v, rows);
    this.#matrix.solve(v, small);
    for (let b = 0; b < borders; b++) {
      v[n + b] = small[b];
    }
    for (let i = 0; i < rows.length; i++) {
      rows[i] = small[borders + i];
    }
    this.#links.forward(v, seen);
    for (let b = 0; b < blocks.length; b++) {
      this.#recoverBlock(b, v, small, seen[b]);
    }
  }

  #reduceBlock(b: number, v: Float64Array, small: Float64Array, seen: Float64Array): void {
    const block = this.#problem.blocks[b];
    const reduced = this.#locals[b];
    if (block.locals > 0) {
      const right = v.subarray(block.localStart, block.localStart + reduced.length);
      this.factors[b].reduce(right, seen, small, reduced);
    }
    for (const coupling of this.#couplings) {
      if (coupling.block === b) {
        small[coupling.column] -= innerProduct(coupling.reduced, reduced);
      }
    }
  }

  #recoverBlock(b: number, v: Float64Array, small: Float64Array, seen: Float64Array): void {
    const block = this.#problem.blocks[b];
    if (block.locals === 0) {
      return;
    }
    const reduced = this.#locals[b];
    for (const coupling of this.#couplings) {
      if (coupling.block === b) {
        addMultiple(reduced, -small[coupling.column], coupling.reduced);
      }
    }
    this.factors[b].recover(seen, small, reduced);
    v.set(reduced, block.localStart);
  }

  #addBlockBorders(factor: BlockFactor): void {
    const { block, rootWeights, linkBorders, borderHessian } = factor;
    const matrix = this.#matrix;
    const count = block.borders.length;
    const seen = new Float64Array(count === 0 ? 0 : block.scenarios);
    for (let a = 0; a < count; a++) {
      for (let t = 0; t < block.scenarios; t++) {
        seen[t] = rootWeights[t] * linkBorders[t * count + a];
      }
      linkBackward(block.link, seen, matrix.column(block.borders[a]));
      for (let b = 0; b <= a; b++) {
        matrix.addCorner(block.borders[a], block.borders[b], borderHessian[a * count + b]);
      }
    }
  }

  /** Adds −η⁻² on the head and the column of the rank-one term 2η⁻²(Jw)(Jw)'. */
  #addNorm({ column, block: index, row, cone, headCoefficients }: NormColumn): void {
    const block = this.#problem.blocks[index];
    const k = block.locals;
    const root = Math.SQRT2 / cone.eta;
    const borderPart = this.#borderScratch.fill(0);
    const seen = this.#seen[index];
    const locals = new Float64Array(block.scenarios * k);
    let tailSum = 0;
    for (let t = 0; t < block.scenarios; t++) {
      const value = -root * cone.tail[t];
      tailSum += value;
      seen[t] = value * block.linkCoefficients[row];
      for (let j = 0; j < k; j++) {
        locals[t * k + j] = value * block.localCoefficients[row * k + j];
      }
    }
    for (const [a, border] of block.borders.entries()) {
      borderPart[border] +=
        tailSum * block.borderCoefficients[row * block.borders.length + a] +
        root * cone.headScaling * headCoefficients[a];
      for (let b = 0; b <= a; b++) {
        const head = (headCoefficients[a] * headCoefficients[b]) / (cone.eta * cone.eta);
        this.#matrix.addCorner(border, block.borders[b], -head);
      }
    }
    this.#matrix.addCorner(column, column, -1);
    this.#placeColumn(column, index, locals, seen, borderPart);
  }

  #addRows(): void {
    const { rows, borders } = this.#problem;
    const { scaling } = this.#cones.singleRows;
    for (const [i, { expression }] of rows.entries()) {
      const column = borders + i;
      this.#matrix.addCorner(column, column, -scaling[i]);
      if (expression.assets !== undefined) {
        addMultiple(this.#matrix.column(column), 1, expression.assets);
      }
      for (const [border, coefficient] of expression.borders ?? []) {
        this.#matrix.addCorner(column, border, coefficient);
      }
      for (const { block, weights } of expression.locals ?? []) {
        this.#seen[block].fill(0);
        const borderPart = this.#borderScratch.fill(0);
        this.#placeColumn(column, block, weights, this.#seen[block], borderPart);
      }
    }
  }

  /** Eliminates the locals of a border column and adds the rest of it to the system. */
  #placeColumn(
    column: number,
    block: number,
    locals: Float64Array,
    seen: Float64Array,
    borderPart: Float64Array,
  ): void {
    const coupling = this.#couplings.find((c) => c.column === column && c.block === block);
    if (coupling !== undefined) {
      this.factors[block].reduce(locals, seen, borderPart, coupling.reduced);
    }
    linkBackward(this.#problem.blocks[block].link, seen, this.#matrix.column(column));
    for (let b = 0; b < this.#problem.borders; b++) {
      this.#matrix.addCorner(column, b, borderPart[b]);
    }
  }

  #addCouplings(): void {
    for (const [i, one] of this.#couplings.entries()) {
      for (const other of this.#couplings.slice(0, i + 1)) {
        if (one.block === other.block) {
          const shared = innerProduct(one.reduced, other.reduced);
          this.#matrix.addCorner(one.column, other.column, -shared);
        }
      }
    }
  }

  #augment(): void {
    const { rows, assets: n } = this.#problem;
    let trace = 0;
    for (let i = 0; i < n; i++) {
      trace += this.#matrix.hessian[i * n + i];
    }
    this.#augmentation = trace / n;
    for (const row of rows) {
      const a = augmentedAssets(row);
      if (a === undefined) {
        continue;
      }
      for (let i = 0; i < n; i++) {
        const factor = this.#augmentation * a[i];
        for (let j = 0; factor !== 0 && j <= i; j++) {
          this.#matrix.hessian[i * n + j] += factor * a[j];
        }
      }
    }
  }

  #augmentRight(v: Float64Array, right: Float64Array): void {
    for (const [i, row] of this.#problem.rows.entries()) {
      const a = augmentedAssets(row);
      if (a !== undefined) {
        addMultiple(v, this.#augmentation * right[i], a);
      }
    }
  }
}

function makeFactor(block: PlacedBlock, cones: readonly BlockCone[]): BlockFactor {
  return block.stepRow === undefined
    ? new BlockFactor(block, cones)
    : new ChainFactor(block, cones, block.stepRow);
}

function augmentedAssets(row: ConicProblem["rows"][number]): Float64Array | undefined {
  const { assets, borders, locals } = row.expression;
  return row.kind === "zero" && borders === undefined && locals === undefined ? assets : undefined;
}
