import type { Matrix } from "../linalg/matrix.ts";
import type {
  AffineExpression,
  ConicBlock,
  ConicRow,
  Link,
  RowCone,
  RowPairs,
} from "./conic-block.ts";
import { type ConicProblem, placeConic } from "./conic-problem.ts";
import { pairLink, selection } from "./row-links.ts";

/** How the variables of a program become those of the conic problem. */
export interface VariableMap {
  /** Length n of the program's x. */
  readonly variables: number;
  /** The variables that are not fixed, ascending. */
  readonly free: Int32Array;
  /** Length n: values of the fixed variables, 0 elsewhere. */
  readonly fixed: Float64Array;
  /** Size of x: the conic problem's variables are x/unit. */
  readonly unit: number;
  /**
   * Whether the problem is in y = κx, with κ > 0 as one more variable behind the free ones. Every
   * constant is then multiplied by κ, which turns each term ρ(x) into its perspective κρ(y/κ).
   */
  readonly isHomogeneous: boolean;
}

/** A block as a term writes it: its link is the asset link, or a matrix with n columns. */
export interface TermBlock
  extends Omit<ConicBlock, "link" | "scenarios" | "borders" | "borderCoefficients"> {
  /** Shape (T, n); absent where the scenarios are assets. */
  readonly matrix?: Matrix;
  /** Pairs of the matrix' rows, whose differences are the scenarios in place of the rows. */
  readonly pairs?: RowPairs;
  /** The assets that are the scenarios, in place of a matrix. */
  readonly assets?: Int32Array;
  /** Borders and their coefficients of all rows, each of length m. Absent means none. */
  readonly borders?: readonly (readonly [border: number, coefficients: readonly number[]])[];
}

/** Collects the variables, blocks and rows that terms are made of. */
export class ConicBuilder {
  /** Size of the variables: what a term adds to its own unit. */
  readonly unit: number;
  readonly #map: VariableMap;
  #borders = 0;
  readonly #blocks: ConicBlock[] = [];
  readonly #rows: ConicRow[] = [];
  readonly #objective: { weight: number; expression: AffineExpression }[] = [];
  readonly #matrices = new Map<Matrix, Matrix>();
  #kappaBorder: number | undefined;
  #constant = 0;

  constructor(map: VariableMap) {
    this.#map = map;
    this.unit = map.unit;
  }

  /** Adds a free variable shared by scenarios, and returns its index. */
  addBorder(): number {
    this.#borders += 1;
    return this.#borders - 1;
  }

  /** Adds a block, and returns its index. */
  addBlock(block: TermBlock): number {
    const { unit } = this.#map;
    const { matrix, assets, pairs, borders = [], shift: given, ...rest } = block;
    const { link, shift, scenarios } =
      matrix === undefined
        ? this.#assetLink(assets ?? new Int32Array(), given)
        : this.#rowLink(matrix, given, pairs);
    const offsets = block.offsets;
    const all = [...borders, ...this.#offsetBorder(offsets)];
    const rowCount = block.linkCoefficients.length;
    const borderCoefficients = new Float64Array(rowCount * all.length);
    for (const [b, [, coefficients]] of all.entries()) {
      for (let r = 0; r < rowCount; r++) {
        borderCoefficients[r * all.length + b] = coefficients[r];
      }
    }
    const cones = rest.cones.map((cone) => this.#spreadHead(cone, borders.length, all));
    this.#blocks.push({
      ...rest,
      cones,
      link,
      scenarios,
      linkCoefficients: rest.linkCoefficients.map((value) => value * unit),
      borders: all.map(([border]) => border),
      borderCoefficients,
      offsets: this.#map.isHomogeneous ? new Float64Array(rowCount) : offsets,
      ...(shift === undefined ? {} : { shift }),
    });
    return this.#blocks.length - 1;
  }

  /**
   * Adds a row on variables in the program's units, and returns its index.
   *
   * @param constant - Added to the row; not multiplied by κ.
   */
  addRow(kind: ConicRow["kind"], expression: AffineExpression, constant = 0): number {
    const translated = this.#translate(expression);
    const offset = (translated.offset ?? 0) + constant;
    this.#rows.push({ kind, expression: { ...translated, offset } });
    return this.#rows.length - 1;
  }

  addObjective(weight: number, expression: AffineExpression): void {
    const translated = this.#translate(expression);
    this.#constant += weight * (translated.offset ?? 0);
    this.#objective.push({ weight, expression: translated });
  }

  /** The part of the objective that no variable changes. */
  get constant(): number {
    return this.#constant;
  }

  /** Lays the problem out. `quadratic` has n rows; the objective is then ½x'Px and the terms. */
  build(quadratic: Matrix | undefined): ConicProblem {
    const { free, isHomogeneous } = this.#map;
    return placeConic({
      assets: free.length + (isHomogeneous ? 1 : 0),
      borders: this.#borders,
      blocks: this.#blocks,
      rows: this.#rows,
      objective: this.#objective,
      quadratic: quadratic === undefined ? undefined : this.#reduceQuadratic(quadratic),
    });
  }

  /** In y = κx an offset is a coefficient of κ, which blocks reach as a border equal to it. */
  #offsetBorder(offsets: Float64Array): (readonly [number, readonly number[]])[] {
    if (!this.#map.isHomogeneous || offsets.every((offset) => offset === 0)) {
      return [];
    }
    return [[this.#kappa(), [...offsets]]];
  }

  #kappa(): number {
    if (this.#kappaBorder === undefined) {
      this.#kappaBorder = this.addBorder();
      const assets = new Float64Array(this.#map.free.length + 1);
      assets[assets.length - 1] = -1;
      this.#rows.push({ kind: "zero", expression: { assets, borders: [[this.#kappaBorder, 1]] } });
    }
    return this.#kappaBorder;
  }

  #spreadHead(
    cone: RowCone,
    ownBorders: number,
    all: readonly (readonly [number, readonly number[]])[],
  ): RowCone {
    if (cone.kind !== "norm" || cone.coefficients.length === all.length) {
      return cone;
    }
    const coefficients = new Float64Array(all.length);
    coefficients.set(cone.coefficients.subarray(0, ownBorders));
    return { ...cone, coefficients };
  }

  #assetLink(assets: Int32Array, shift: Float64Array | undefined) {
    const { free, fixed, unit, isHomogeneous } = this.#map;
    const place = new Map<number, number>();
    for (let i = 0; i < free.length; i++) {
      place.set(free[i], i);
    }
    if (assets.some((asset) => !place.has(asset))) {
      return this.#matrixLink(selection(assets, this.#map.variables), shift);
    }
    const indices = assets.map((asset) => place.get(asset) ?? 0);
    const taken = new Float64Array(assets.length);
    for (let t = 0; t < assets.length; t++) {
      taken[t] = ((shift?.[t] ?? 0) - fixed[assets[t]]) / unit;
    }
    const isShifted = taken.some((value) => value !== 0);
    const link: Link =
      isHomogeneous && isShifted
        ? { kind: "asset", assets: indices, anchor: { column: free.length, coefficients: taken } }
        : { kind: "asset", assets: indices };
    const scenarios = assets.length;
    return { link, scenarios, shift: isHomogeneous || !isShifted ? undefined : taken };
  }

  /** A link to rows of a matrix, or to the differences of pairs of them. */
  #rowLink(matrix: Matrix, shift: Float64Array | undefined, pairs: RowPairs | undefined) {
    const whole = this.#matrixLink(matrix, shift);
    if (pairs === undefined || whole.shift === undefined) {
      return pairs === undefined ? whole : pairLink(whole.link, pairs, undefined);
    }
    const { first, second } = pairs;
    const rowShift = whole.shift;
    const difference = Float64Array.from(first, (i, p) => rowShift[i] - rowShift[second[p]]);
    return pairLink(whole.link, pairs, difference);
  }

  #matrixLink(matrix: Matrix, shift: Float64Array | undefined) {
    const { fixed, unit, isHomogeneous } = this.#map;
    const scenarios = matrix.rows;
    const taken = new Float64Array(scenarios);
    for (let t = 0; t < scenarios; t++) {
      let held = shift?.[t] ?? 0;
      for (let j = 0; j < matrix.cols; j++) {
        held -= matrix.values[t * matrix.cols + j] * fixed[j];
      }
      taken[t] = held / unit;
    }
    const isShifted = taken.some((value) => value !== 0);
    if (isHomogeneous) {
      const link = { kind: "matrix" as const, matrix: this.#homogenize(matrix, taken) };
      return { link, scenarios, shift: undefined };
    }
    const link = { kind: "matrix" as const, matrix: this.#freeColumns(matrix) };
    return { link, scenarios, shift: isShifted ? taken : undefined };
  }

  /** Leaves out the columns of fixed variables; the same matrix gives the same result. */
  #freeColumns(matrix: Matrix): Matrix {
    const { free, variables } = this.#map;
    if (free.length === variables) {
      return matrix;
    }
    const known = this.#matrices.get(matrix);
    if (known !== undefined) {
      return known;
    }
    const values = new Float64Array(matrix.rows * free.length);
    for (let t = 0; t < matrix.rows; t++) {
      for (let j = 0; j < free.length; j++) {
        values[t * free.length + j] = matrix.values[t * matrix.cols + free[j]];
      }
    }
    const reduced = { rows: matrix.rows, cols: free.length, values };
    this.#matrices.set(matrix, reduced);
    return reduced;
  }

  #homogenize(matrix: Matrix, shift: Float64Array): Matrix {
    const { free } = this.#map;
    const isShifted = shift.some((value) => value !== 0);
    const known = isShifted ? undefined : this.#matrices.get(matrix);
    if (known !== undefined) {
      return known;
    }
    const cols = free.length + 1;
    const values = new Float64Array(matrix.rows * cols);
    for (let t = 0; t < matrix.rows; t++) {
      for (let j = 0; j < free.length; j++) {
        values[t * cols + j] = matrix.values[t * matrix.cols + free[j]];
      }
      values[t * cols + free.length] = -shift[t];
    }
    const widened = { rows: matrix.rows, cols, values };
    if (!isShifted) {
      this.#matrices.set(matrix, widened);
    }
    return widened;
  }

  #translate(expression: AffineExpression): AffineExpression {
    const { free, fixed, unit, isHomogeneous } = this.#map;
    let offset = expression.offset ?? 0;
    const { assets } = expression;
    for (let j = 0; assets !== undefined && j < assets.length; j++) {
      offset += assets[j] * fixed[j];
    }
    const needsAssets = assets !== undefined || (isHomogeneous && offset !== 0);
    const { assets: _, ...rest } = expression;
    if (!needsAssets) {
      return { ...rest, offset };
    }
    const translated = new Float64Array(free.length + (isHomogeneous ? 1 : 0));
    for (let j = 0; assets !== undefined && j < free.length; j++) {
      translated[j] = assets[free[j]] * unit;
    }
    if (isHomogeneous) {
      translated[free.length] = offset;
    }
    return { ...rest, assets: translated, offset: isHomogeneous ? 0 : offset };
  }

  #reduceQuadratic(quadratic: Matrix): Matrix {
    const { free, unit } = this.#map;
    const n = free.length;
    const values = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        values[i * n + j] = quadratic.values[free[i] * quadratic.cols + free[j]] * unit * unit;
      }
    }
    return { rows: n, cols: n, values };
  }
}
