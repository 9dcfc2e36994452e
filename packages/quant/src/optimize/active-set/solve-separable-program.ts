import type { Certificate, Multipliers } from "../linear-system.ts";
import { objectiveOf } from "./certify.ts";
import {
  checkProgram,
  type QuadraticProgramOptimum,
  type QuadraticProgramResult,
  type WorkingSet,
} from "./quadratic-program.ts";
import {
  kinkedSum,
  type SeparableProgram,
  type SplitProgram,
  splitProgram,
} from "./separable-program.ts";
import { solveQuadraticProgram } from "./solve-quadratic-program.ts";

/** What became of a separable program. */
export type SeparableProgramResult =
  | SeparableProgramOptimum
  | {
      readonly status: "infeasible";
      /** A smallest conflicting set, as for quadratic programs; limits of terms come after rows. */
      readonly proof: Multipliers;
    }
  | { readonly status: "unbounded"; readonly ray: Float64Array }
  | { readonly status: "stalled" };

/** A solution of a separable program with its proof. */
export interface SeparableProgramOptimum {
  readonly status: "optimal";
  /** The solution x, length n. */
  readonly x: Float64Array;
  /** With the costs. */
  readonly objective: number;
  /** Shadow prices of bounds and rows. */
  readonly multipliers: Multipliers;
  /** Shadow prices of the limited terms, 0 or negative. */
  readonly limitPrices: Float64Array;
  /** For the program over parts of variables, which has the same optimum. */
  readonly certificate: Certificate;
  /** Working set over parts of variables, for a similar program with kinks at the same places. */
  readonly workingSet: WorkingSet;
}

/**
 * Solves a quadratic program with kinked costs and limits on kinked terms, such as transaction
 * costs, turnover and sums of absolute weights. A variable that stays at a kink, because moving
 * it either way does not pay, stays there exactly.
 *
 * @param start - Working set of a previous answer whose terms have kinks at the same places.
 * @throws {ArgumentError} The program is malformed, or its numbers are out of range.
 */
export function solveSeparableProgram(
  program: SeparableProgram,
  start?: WorkingSet,
): SeparableProgramResult {
  checkProgram(program);
  const split = splitProgram(program);
  const isFitting = start?.length === split.columns.length + split.program.system.rowLower.length;
  const result = solveQuadraticProgram(split.program, isFitting ? start : undefined);
  return joinParts(program, split, result);
}

function joinParts(
  program: SeparableProgram,
  split: SplitProgram,
  result: QuadraticProgramResult,
): SeparableProgramResult {
  switch (result.status) {
    case "optimal":
      return joinOptimum(program, split, result);
    case "infeasible":
      return {
        status: "infeasible",
        proof: { bounds: joinPrices(split, result.proof.bounds), rows: result.proof.rows },
      };
    case "unbounded": {
      const ray = new Float64Array(split.anchor.length);
      addParts(split, result.ray, ray);
      return { status: "unbounded", ray };
    }
    case "stalled":
      return result;
  }
}

function joinOptimum(
  program: SeparableProgram,
  split: SplitProgram,
  result: QuadraticProgramOptimum,
): SeparableProgramOptimum {
  const { lower, upper, rowLower } = program.system;
  const x = Float64Array.from(split.anchor);
  addParts(split, result.x, x);
  for (let j = 0; j < x.length; j++) {
    x[j] = Math.min(upper[j], Math.max(lower[j], x[j]));
  }
  const costs = program.costs.map((term) => kinkedSum(term, x));
  const m = rowLower.length;
  return {
    status: "optimal",
    x,
    objective: costs.reduce((sum, cost) => sum + cost, objectiveOf(program, x)),
    multipliers: {
      bounds: joinPrices(split, result.multipliers.bounds),
      rows: result.multipliers.rows.slice(0, m),
    },
    limitPrices: result.multipliers.rows.slice(m),
    certificate: result.certificate,
    workingSet: result.workingSet,
  };
}

function addParts({ columns }: SplitProgram, parts: Float64Array, x: Float64Array): void {
  for (let k = 0; k < columns.length; k++) {
    x[columns[k]] += parts[k];
  }
}

/** Keeps the multipliers of true bounds: those at the outer ends of a variable's parts. */
function joinPrices({ columns, anchor }: SplitProgram, prices: Float64Array): Float64Array {
  const joined = new Float64Array(anchor.length);
  for (let k = 0; k < columns.length; k++) {
    const isFirst = k === 0 || columns[k - 1] !== columns[k];
    const isLast = k === columns.length - 1 || columns[k + 1] !== columns[k];
    if ((isFirst && prices[k] > 0) || (isLast && prices[k] < 0)) {
      joined[columns[k]] = prices[k];
    }
  }
  return joined;
}
