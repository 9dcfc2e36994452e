import type { ScaledProgram } from "./scaled-program.ts";

// A row whose part outside the other rows is below this, in the metric of H⁻¹, depends on them.
const DEPENDENCE_TOLERANCE = 1e-11;

/**
 * Maintains a factorization of the optimality system of a working set,
 *
 *   [ H_FF  A_RF' ]
 *   [ A_RF    0   ]
 *
 * over the free variables F and the active rows R: H_FF = LL', V = L⁻¹A_RF' and V = QU with
 * orthonormal columns Q. Freeing a variable appends a line to L; fixing one strikes a line out
 * and rotates L back to triangular form, k² operations either way.
 *
 * @see Gill, Golub, Murray & Saunders (1974), "Methods for modifying matrix factorizations",
 *   doi:10.1090/S0025-5718-1974-0343558-6
 */
export class WorkingSetFactor {
  /** Free variables in the order of the lines of L; the first `freeCount` count. */
  readonly free: Int32Array;
  /** Line of each variable, or -1. */
  readonly line: Int32Array;
  freeCount = 0;
  /** Active rows in the order of the columns of V. */
  readonly active: number[] = [];
  readonly #program: ScaledProgram;
  #stride = 0;
  #lower = new Float64Array(0);
  /** Columns of V and of Q, one array a row of A. */
  readonly #columns: Float64Array[] = [];
  readonly #basis: Float64Array[] = [];
  #triangle: Float64Array[] = [];
  #basisCount = 0;
  readonly #rowPart: Float64Array;

  constructor(program: ScaledProgram) {
    this.#program = program;
    this.free = new Int32Array(program.n);
    this.line = new Int32Array(program.n).fill(-1);
    this.#rowPart = new Float64Array(program.m);
    this.#reserve(Math.min(program.n, 16));
  }

  /** Makes F and R empty. */
  clear(): void {
    this.line.fill(-1);
    this.freeCount = 0;
    this.active.length = 0;
    this.#basisCount = 0;
  }

  freeVariable(variable: number): void {
    const k = this.freeCount;
    this.#reserve(k + 1);
    const { matrix, width, columns, curvature } = this.#program;
    const lower = this.#lower;
    const start = k * this.#stride;
    const entries = columns[variable] * width;
    for (let a = 0; a < k; a++) {
      lower[start + a] = matrix[entries + columns[this.free[a]]];
    }
    this.#forward(lower, start, k);
    let square = matrix[entries + columns[variable]] + curvature[variable];
    for (let a = 0; a < k; a++) {
      square -= lower[start + a] * lower[start + a];
    }
    // Rounding can leave less than the part of the curvature that was added to make H definite.
    const pivot = Math.sqrt(Math.max(square, curvature[variable] / 2));
    lower[start + k] = pivot;
    for (let r = 0; r < this.active.length; r++) {
      const column = this.#columns[r];
      let rest = this.#program.rows[this.active[r] * this.#program.n + variable];
      for (let a = 0; a < k; a++) {
        rest -= lower[start + a] * column[a];
      }
      column[k] = rest / pivot;
    }
    this.free[k] = variable;
    this.line[variable] = k;
    this.freeCount = k + 1;
    this.#basisCount = 0;
  }

  fixVariable(variable: number): void {
    const first = this.line[variable];
    const last = this.freeCount - 1;
    const lower = this.#lower;
    const stride = this.#stride;
    for (let a = first; a < last; a++) {
      lower.copyWithin(a * stride, (a + 1) * stride, (a + 1) * stride + a + 2);
      this.free[a] = this.free[a + 1];
      this.line[this.free[a]] = a;
    }
    this.line[variable] = -1;
    this.freeCount = last;
    for (let c = first; c < last; c++) {
      const diagonal = c * stride + c;
      const size = Math.hypot(lower[diagonal], lower[diagonal + 1]);
      this.#rotate(c, lower[diagonal] / size, lower[diagonal + 1] / size);
    }
    this.#basisCount = 0;
  }

  /** Turns columns c and c + 1 of L, and rows c and c + 1 of V, by an angle. */
  #rotate(c: number, cosine: number, sine: number): void {
    const lower = this.#lower;
    for (let a = c; a < this.freeCount; a++) {
      const at = a * this.#stride + c;
      const left = lower[at];
      lower[at] = cosine * left + sine * lower[at + 1];
      lower[at + 1] = cosine * lower[at + 1] - sine * left;
    }
    for (let r = 0; r < this.active.length; r++) {
      const column = this.#columns[r];
      const left = column[c];
      column[c] = cosine * left + sine * column[c + 1];
      column[c + 1] = cosine * column[c + 1] - sine * left;
    }
  }

  activateRow(row: number): void {
    const { n, rows } = this.#program;
    const column = this.#columnAt(this.#columns, this.active.length);
    for (let a = 0; a < this.freeCount; a++) {
      column[a] = rows[row * n + this.free[a]];
    }
    this.#forward(column, 0, this.freeCount);
    this.active.push(row);
  }

  dropRow(row: number): void {
    const r = this.active.indexOf(row);
    this.active.splice(r, 1);
    this.#columns.push(...this.#columns.splice(r, 1));
    this.#basisCount = Math.min(this.#basisCount, r);
  }

  /** Whether the rows of R are linearly independent over F. */
  isIndependent(): boolean {
    return this.#orthogonalize();
  }

  /**
   * Solves H_FF·x − A_RF'·y = g, A_RF·x = b.
   *
   * @param g - Over the lines of L; becomes x.
   * @param b - Over R; becomes y. Nothing for 0.
   * @returns How far g is from a combination of the rows of R, in the metric of H⁻¹: 0 to 1,
   *   and 0 when it is one but for rounding.
   */
  solve(g: Float64Array, y: Float64Array, b?: Float64Array): number {
    this.#orthogonalize();
    const k = this.freeCount;
    const r = this.active.length;
    this.#forward(g, 0, k);
    const before = squareSum(g, k);
    const part = this.#rowPart;
    for (let i = 0; i < r; i++) {
      part[i] = 0;
    }
    this.#project(g, part);
    const after = squareSum(g, k);
    const distance = before > 0 ? Math.sqrt(after / before) : 0;
    if (b !== undefined) {
      this.#addRowSolution(g, part, b);
    }
    for (let i = r - 1; i >= 0; i--) {
      let rest = -part[i];
      for (let j = i + 1; j < r; j++) {
        rest -= this.#triangle[j][i] * y[j];
      }
      y[i] = rest / this.#triangle[i][i];
    }
    this.#backward(g, k);
    return distance > DEPENDENCE_TOLERANCE ? distance : 0;
  }

  /** Takes the part in span Q out of u, twice, for the digits that the first time leaves. */
  #project(u: Float64Array, part: Float64Array): void {
    const k = this.freeCount;
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < this.active.length; i++) {
        const q = this.#basis[i];
        let product = 0;
        for (let a = 0; a < k; a++) {
          product += q[a] * u[a];
        }
        part[i] += product;
        for (let a = 0; a < k; a++) {
          u[a] -= product * q[a];
        }
      }
    }
  }

  /** Adds Q·t to u where V'Qt = b, that is, U't = b; takes t from the row part. */
  #addRowSolution(u: Float64Array, part: Float64Array, b: Float64Array): void {
    for (let i = 0; i < this.active.length; i++) {
      let rest = b[i];
      for (let j = 0; j < i; j++) {
        rest -= this.#triangle[i][j] * this.#rowSolution(j);
      }
      this.#rowSolutions[i] = rest / this.#triangle[i][i];
      const q = this.#basis[i];
      for (let a = 0; a < this.freeCount; a++) {
        u[a] += this.#rowSolutions[i] * q[a];
      }
    }
    for (let i = 0; i < this.active.length; i++) {
      part[i] -= this.#rowSolutions[i];
    }
  }

  readonly #rowSolutions: number[] = [];

  #rowSolution(i: number): number {
    return this.#rowSolutions[i];
  }

  /** Brings Q and U up to date: Gram-Schmidt, twice. Column i of U is `triangle[i]`. */
  #orthogonalize(): boolean {
    const k = this.freeCount;
    const r = this.active.length;
    let isIndependent = true;
    for (let i = this.#basisCount; i < r; i++) {
      const q = this.#columnAt(this.#basis, i);
      q.set(this.#columns[i].subarray(0, k));
      const size = Math.sqrt(squareSum(q, k));
      this.#triangle[i] ??= new Float64Array(this.#program.m);
      const u = this.#triangle[i].fill(0);
      for (let pass = 0; pass < 2; pass++) {
        for (let j = 0; j < i; j++) {
          u[j] += removePart(q, this.#basis[j], k);
        }
      }
      const rest = Math.sqrt(squareSum(q, k));
      isIndependent &&= rest > DEPENDENCE_TOLERANCE * size;
      u[i] = rest;
      for (let a = 0; a < k; a++) {
        q[a] /= rest;
      }
    }
    this.#basisCount = isIndependent ? r : 0;
    return isIndependent;
  }

  #forward(x: Float64Array, start: number, k: number): void {
    const lower = this.#lower;
    for (let a = 0; a < k; a++) {
      const row = a * this.#stride;
      let rest = x[start + a];
      for (let b = 0; b < a; b++) {
        rest -= lower[row + b] * x[start + b];
      }
      x[start + a] = rest / lower[row + a];
    }
  }

  #backward(x: Float64Array, k: number): void {
    const lower = this.#lower;
    for (let a = k - 1; a >= 0; a--) {
      const row = a * this.#stride;
      const value = x[a] / lower[row + a];
      x[a] = value;
      for (let b = 0; b < a; b++) {
        x[b] -= lower[row + b] * value;
      }
    }
  }

  #columnAt(columns: Float64Array[], r: number): Float64Array {
    columns[r] ??= new Float64Array(this.#program.n);
    return columns[r];
  }

  #reserve(k: number): void {
    if (k <= this.#stride) {
      return;
    }
    const stride = Math.min(this.#program.n, Math.max(k, 2 * this.#stride));
    const grown = new Float64Array(stride * stride);
    for (let a = 0; a < this.freeCount; a++) {
      grown.set(this.#lower.subarray(a * this.#stride, a * this.#stride + a + 1), a * stride);
    }
    this.#stride = stride;
    this.#lower = grown;
  }
}

/** Takes the part along a unit vector out of x and returns it. */
function removePart(x: Float64Array, unit: Float64Array, k: number): number {
  let product = 0;
  for (let a = 0; a < k; a++) {
    product += unit[a] * x[a];
  }
  for (let a = 0; a < k; a++) {
    x[a] -= product * unit[a];
  }
  return product;
}

function squareSum(x: Float64Array, k: number): number {
  let sum = 0;
  for (let a = 0; a < k; a++) {
    sum += x[a] * x[a];
  }
  return sum;
}
