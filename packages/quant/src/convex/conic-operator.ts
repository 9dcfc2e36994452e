import {
  addExpression,
  type ConicProblem,
  evaluateExpression,
  type PlacedBlock,
} from "./conic-problem.ts";
import { SharedLinks } from "./shared-links.ts";
import { stepBackward, stepForward } from "./step-products.ts";

/** Multiplies by G and G' without ever forming them. Keeps one scratch vector per block. */
export class ConicOperator {
  readonly #problem: ConicProblem;
  readonly #seen: readonly Float64Array[];
  readonly #links: SharedLinks;

  constructor(problem: ConicProblem) {
    this.#problem = problem;
    this.#links = new SharedLinks(problem.blocks);
    this.#seen = problem.blocks.map((block) => new Float64Array(block.scenarios));
  }

  /** Writes Gv into `out`, length of s. */
  forward(v: Float64Array, out: Float64Array): void {
    this.#links.forward(v, this.#seen);
    this.forwardSeen(v, this.#seen, out);
  }

  /** Writes Gv where what the scenarios of each block see of v is known. */
  forwardSeen(v: Float64Array, seen: readonly Float64Array[], out: Float64Array): void {
    const { blocks, rows, rowStart, assets } = this.#problem;
    for (let b = 0; b < blocks.length; b++) {
      blockForward(blocks[b], seen[b], v, assets, out);
      stepForward(blocks[b], v, out);
    }
    for (let i = 0; i < rows.length; i++) {
      out[rowStart + i] = evaluateExpression(this.#problem, rows[i].expression, v);
    }
  }

  /** Writes G'z into `out`, length of v. */
  backward(z: Float64Array, out: Float64Array): void {
    this.backwardSeen(z, out, this.#seen);
    this.#links.backward(this.#seen, out);
  }

  /** Writes G'z but for the links, whose right sides go into `seen`. */
  backwardSeen(z: Float64Array, out: Float64Array, seen: readonly Float64Array[]): void {
    const { blocks, rows, rowStart, assets } = this.#problem;
    out.fill(0);
    for (let b = 0; b < blocks.length; b++) {
      blockBackward(blocks[b], z, assets, seen[b], out);
      stepBackward(blocks[b], z, out);
    }
    for (let i = 0; i < rows.length; i++) {
      addExpression(this.#problem, rows[i].expression, z[rowStart + i], out);
    }
  }
}

function blockForward(
  block: PlacedBlock,
  seen: Float64Array,
  v: Float64Array,
  firstBorder: number,
  out: Float64Array,
): void {
  const { rowCount, locals, linkCoefficients, localCoefficients } = block;
  for (let r = 0; r < rowCount; r++) {
    const shared = borderSum(block, r, v, firstBorder);
    const link = linkCoefficients[r];
    for (let t = 0; t < block.scenarios; t++) {
      let sum = shared + link * seen[t];
      for (let j = 0; j < locals; j++) {
        sum += localCoefficients[r * locals + j] * v[block.localStart + t * locals + j];
      }
      out[block.coneStart + t * rowCount + r] = sum;
    }
  }
  headsForward(block, v, firstBorder, out);
}

function headsForward(
  block: PlacedBlock,
  v: Float64Array,
  firstBorder: number,
  out: Float64Array,
): void {
  let head = block.headStart;
  for (const cone of block.cones) {
    if (cone.kind === "norm") {
      out[head] = 0;
      for (let b = 0; b < block.borders.length; b++) {
        out[head] += cone.coefficients[b] * v[firstBorder + block.borders[b]];
      }
      head += 1;
    }
  }
}

function borderSum(block: PlacedBlock, row: number, v: Float64Array, firstBorder: number): number {
  const { borders, borderCoefficients } = block;
  let sum = 0;
  for (let b = 0; b < borders.length; b++) {
    sum += borderCoefficients[row * borders.length + b] * v[firstBorder + borders[b]];
  }
  return sum;
}

function blockBackward(
  block: PlacedBlock,
  z: Float64Array,
  firstBorder: number,
  seen: Float64Array,
  out: Float64Array,
): void {
  const { rowCount, locals, linkCoefficients, localCoefficients, borders } = block;
  seen.fill(0);
  for (let r = 0; r < rowCount; r++) {
    const link = linkCoefficients[r];
    let total = 0;
    for (let t = 0; t < block.scenarios; t++) {
      const dual = z[block.coneStart + t * rowCount + r];
      total += dual;
      seen[t] += link * dual;
      for (let j = 0; j < locals; j++) {
        out[block.localStart + t * locals + j] += localCoefficients[r * locals + j] * dual;
      }
    }
    for (let b = 0; b < borders.length; b++) {
      out[firstBorder + borders[b]] += block.borderCoefficients[r * borders.length + b] * total;
    }
  }
  headsBackward(block, z, firstBorder, out);
}

function headsBackward(
  block: PlacedBlock,
  z: Float64Array,
  firstBorder: number,
  out: Float64Array,
): void {
  let head = block.headStart;
  for (const cone of block.cones) {
    if (cone.kind === "norm") {
      for (let b = 0; b < block.borders.length; b++) {
        out[firstBorder + block.borders[b]] += cone.coefficients[b] * z[head];
      }
      head += 1;
    }
  }
}
