import type { Matrix } from "../linalg/matrix.ts";
import type { AffineExpression, ConicBlock, ConicRow } from "./conic-block.ts";

/** A block with its places in the vectors of variables and of conic rows. */
export interface PlacedBlock extends ConicBlock {
  /** m, the rows of a scenario. */
  readonly rowCount: number;
  /** Place of the first local among the variables. */
  readonly localStart: number;
  /** Place of the first conic row: scenario t, row r lies at coneStart + t·m + r. */
  readonly coneStart: number;
  /** Place of the first head of a norm, after all rows of the block. */
  readonly headStart: number;
}

/**
 * minimize ½x'Px + q'v over v = (x, borders, locals) with s = Gv + h in the cones, where G is held
 * as blocks and single rows.
 */
export interface ConicProblem {
  readonly assets: number;
  readonly borders: number;
  readonly blocks: readonly PlacedBlock[];
  readonly rows: readonly ConicRow[];
  /** Place of the first single row among the conic rows. */
  readonly rowStart: number;
  /** Shape (n, n); absent means 0. */
  readonly quadratic: Matrix | undefined;
  /** Length of v. */
  readonly q: Float64Array;
  /** Length of s. */
  readonly h: Float64Array;
}

/** Blocks, rows and objective of a program, before they have places. */
export interface ConicParts {
  readonly assets: number;
  readonly borders: number;
  readonly blocks: readonly ConicBlock[];
  readonly rows: readonly ConicRow[];
  readonly objective: readonly { readonly weight: number; readonly expression: AffineExpression }[];
  readonly quadratic: Matrix | undefined;
}

/** Lays out the variables and the rows of a program. */
export function placeConic(parts: ConicParts): ConicProblem {
  const { assets, borders, rows, quadratic } = parts;
  const blocks = placeBlocks(parts.blocks, assets + borders);
  const last = blocks.at(-1);
  const variables =
    last === undefined ? assets + borders : last.localStart + last.scenarios * last.locals;
  const rowStart = last === undefined ? 0 : last.headStart + headCount(last);
  const q = new Float64Array(variables);
  const h = new Float64Array(rowStart + rows.length);
  const problem = { assets, borders, blocks, rows, rowStart, quadratic, q, h };
  for (const { weight, expression } of parts.objective) {
    addExpression(problem, expression, weight, q);
  }
  fillOffsets(problem);
  return problem;
}

function placeBlocks(blocks: readonly ConicBlock[], firstLocal: number): PlacedBlock[] {
  let localStart = firstLocal;
  let coneStart = 0;
  return blocks.map((block) => {
    const rowCount = block.linkCoefficients.length;
    const headStart = coneStart + block.scenarios * rowCount;
    const placed = { ...block, rowCount, localStart, coneStart, headStart };
    localStart += block.scenarios * block.locals;
    coneStart = headStart + headCount(block);
    return placed;
  });
}

function headCount(block: ConicBlock): number {
  return block.cones.filter((cone) => cone.kind === "norm").length;
}

/** Adds weight times the coefficients of an expression to a vector over all variables. */
export function addExpression(
  problem: ConicProblem,
  expression: AffineExpression,
  weight: number,
  out: Float64Array,
): void {
  const { assets } = expression;
  if (assets !== undefined) {
    for (let i = 0; i < assets.length; i++) {
      out[i] += weight * assets[i];
    }
  }
  for (const [border, coefficient] of expression.borders ?? []) {
    out[problem.assets + border] += weight * coefficient;
  }
  for (const { block, weights } of expression.locals ?? []) {
    const start = problem.blocks[block].localStart;
    for (let i = 0; i < weights.length; i++) {
      out[start + i] += weight * weights[i];
    }
  }
}

/** Evaluates the linear part of an expression. */
export function evaluateExpression(
  problem: ConicProblem,
  expression: AffineExpression,
  v: Float64Array,
): number {
  let sum = 0;
  const { assets } = expression;
  if (assets !== undefined) {
    for (let i = 0; i < assets.length; i++) {
      sum += assets[i] * v[i];
    }
  }
  for (const [border, coefficient] of expression.borders ?? []) {
    sum += coefficient * v[problem.assets + border];
  }
  for (const { block, weights } of expression.locals ?? []) {
    const start = problem.blocks[block].localStart;
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i] * v[start + i];
    }
  }
  return sum;
}

function fillOffsets(problem: ConicProblem): void {
  for (const block of problem.blocks) {
    fillBlockOffsets(block, problem.h);
    let head = block.headStart;
    for (const cone of block.cones) {
      if (cone.kind === "norm") {
        problem.h[head] = cone.offset;
        head += 1;
      }
    }
  }
  for (const [i, { expression }] of problem.rows.entries()) {
    problem.h[problem.rowStart + i] = expression.offset ?? 0;
  }
}

function fillBlockOffsets(block: PlacedBlock, h: Float64Array): void {
  const { rowCount, offsets, linkCoefficients, shift } = block;
  for (let t = 0; t < block.scenarios; t++) {
    const taken = shift === undefined ? 0 : shift[t];
    for (let r = 0; r < rowCount; r++) {
      h[block.coneStart + t * rowCount + r] = offsets[r] - linkCoefficients[r] * taken;
    }
  }
}

/** Whether no cone is an exponential or a power cone. */
export function isSymmetric({ blocks }: ConicProblem): boolean {
  return blocks.every(({ cones }) =>
    cones.every(({ kind }) => kind !== "exponential" && kind !== "power"),
  );
}
