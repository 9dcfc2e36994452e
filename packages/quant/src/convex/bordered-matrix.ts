import { addMultiple } from "../linalg/add-multiple.ts";
import { factorShifted, SmallFactor, solveLower, solveUpper } from "./dense-factor.ts";

/**
 * A symmetric matrix [H B'; B C] with H dense and positive definite of the assets, and a few
 * borders whose corner C need not be definite.
 */
export class BorderedMatrix {
  readonly assets: number;
  readonly borders: number;
  /** H, shape (n, n); its lower triangle counts, and L after `factor`. */
  readonly hessian: Float64Array;
  /** B, shape (borders, n); after `factor` its rows are L⁻¹ times them. */
  readonly columns: Float64Array;
  /** C, shape (borders, borders). */
  readonly corner: Float64Array;
  readonly #small: SmallFactor;

  constructor(assets: number, borders: number) {
    this.assets = assets;
    this.borders = borders;
    this.hessian = new Float64Array(assets * assets);
    this.columns = new Float64Array(borders * assets);
    this.corner = new Float64Array(borders * borders);
    this.#small = new SmallFactor(borders);
  }

  /** Gives a border's entries on the assets, length n. */
  column(border: number): Float64Array {
    return this.columns.subarray(border * this.assets, (border + 1) * this.assets);
  }

  /** Adds to C at (a, b) and (b, a), once on the diagonal. */
  addCorner(a: number, b: number, value: number): void {
    this.corner[a * this.borders + b] += value;
    if (a !== b) {
      this.corner[b * this.borders + a] += value;
    }
  }

  /** Factors the matrix in place. */
  factor(): void {
    const n = this.assets;
    factorShifted(this.hessian, n);
    for (let a = 0; a < this.borders; a++) {
      solveLower(this.hessian, n, this.columns, a * n);
    }
    for (let a = 0; a < this.borders; a++) {
      for (let b = 0; b <= a; b++) {
        this.addCorner(a, b, -innerProduct(this.column(a), this.column(b)));
      }
    }
    this.#small.factor(this.corner);
  }

  /** Overwrites the first n entries of x, and all of `small`, with the solution. */
  solve(x: Float64Array, small: Float64Array): void {
    const n = this.assets;
    solveLower(this.hessian, n, x, 0);
    for (let a = 0; a < this.borders; a++) {
      small[a] -= innerProduct(this.column(a), x);
    }
    this.#small.solve(small);
    for (let a = 0; a < this.borders; a++) {
      addMultiple(x, -small[a], this.column(a));
    }
    solveUpper(this.hessian, n, x);
  }
}

/** Sums the products of entries; stops at the shorter vector. */
export function innerProduct(x: Float64Array, y: Float64Array): number {
  const count = Math.min(x.length, y.length);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += x[i] * y[i];
  }
  return sum;
}
