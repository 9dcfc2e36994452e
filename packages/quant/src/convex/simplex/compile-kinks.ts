import type { ConvexProgram } from "../program.ts";
import { typicalSize } from "../terms/scenarios.ts";
import { mapVariables } from "../variable-map.ts";
import { type HingeTerm, type PiecewiseParts, piecewiseParts } from "./hinge-terms.ts";
import type { KinkProgram } from "./kink-program.ts";
import { KinkRows, type RowBlock } from "./kink-rows.ts";
import { type LimitedRow, limitedRows } from "./limited-rows.ts";

/** A program as a kinked one of size 1, and the way back. */
export interface CompiledKinks {
  readonly kinks: KinkProgram;
  /** The limits alone: minimizes the sum of their violations, without borders. */
  readonly feasibility: KinkProgram;
  /** x = unit·v. */
  readonly unit: number;
  /** The objective is this many times that of the kinked program, plus the constant. */
  readonly objectiveUnit: number;
  readonly constant: number;
  /** What the first rows limit. */
  readonly limited: readonly LimitedRow[];
  /** Variables of borders, and the rows that each is in. */
  readonly borders: readonly {
    readonly variable: number;
    readonly rows: readonly [start: number, end: number];
  }[];
}

/** Writes a program of hinges and linear limits as a kinked one; gives nothing for any other. */
export function compileKinks(program: ConvexProgram): CompiledKinks | undefined {
  const { system, linear, quadratic, terms = [] } = program;
  const n = system.lower.length;
  const parts = quadratic === undefined ? piecewiseParts(terms, n) : undefined;
  if (parts === undefined || parts.hinges.length === 0) {
    return undefined;
  }
  const { unit } = mapVariables(system, false);
  const limits = limitedRows(program, unit);
  if (limits === undefined) {
    return undefined;
  }
  const sizes = parts.hinges.map(({ matrix }) => typicalSize(matrix) * unit);
  const objectiveUnit = Math.max(...parts.hinges.map((hinge, k) => weightOf(hinge) * sizes[k]));
  const blocks = parts.hinges.map((hinge, k) => rowBlock(hinge, sizes[k], unit));
  const bordered = placeBorders(blocks, parts.hinges, n);
  const rows = new KinkRows([limits.block, ...bordered.blocks]);
  const slopes = (side: "left" | "right") =>
    concatenate([
      limits[side],
      ...parts.hinges.map((hinge, k) => hinge[side].map((s) => (s * sizes[k]) / objectiveUnit)),
    ]);
  const cost = costOf(parts, linear, { unit, objectiveUnit });
  const borderCosts = bordered.terms.map(
    (k) => ((parts.hinges[k].border ?? 0) * sizes[k]) / objectiveUnit,
  );
  const open = new Float64Array(bordered.terms.length).fill(Number.POSITIVE_INFINITY);
  const lower = system.lower.map((value) => value / unit);
  const upper = system.upper.map((value) => value / unit);
  const compiled: CompiledKinks = {
    kinks: {
      rows,
      left: slopes("left"),
      right: slopes("right"),
      cost: concatenate([cost, Float64Array.from(borderCosts)]),
      lower: concatenate([lower, open.map((value) => -value)]),
      upper: concatenate([upper, open]),
    },
    feasibility: {
      rows: new KinkRows([limits.block]),
      left: limits.left.map((slope) => Math.max(slope, -1)),
      right: limits.right.map((slope) => Math.min(slope, 1)),
      cost: new Float64Array(n),
      lower,
      upper,
    },
    unit,
    objectiveUnit,
    constant: parts.constant,
    limited: limits.rows,
    borders: bordered.terms.map((k, i) => ({ variable: n + i, rows: rows.range(k + 1) })),
  };
  return isSound(compiled) ? compiled : undefined;
}

/** Size of a hinge's slopes: the weight of the term. */
function weightOf({ border, right, left }: HingeTerm): number {
  if (border !== undefined) {
    return border;
  }
  let sum = 0;
  for (let t = 0; t < right.length; t++) {
    sum += Math.max(right[t], -left[t]);
  }
  return sum;
}

function rowBlock({ matrix, sign, offset }: HingeTerm, size: number, unit: number): RowBlock {
  return {
    matrix,
    multiplier: (sign * unit) / size,
    offsets: new Float64Array(matrix.rows).fill(offset / size),
  };
}

/** Gives a variable to each term that has a border; returns those terms. */
function placeBorders(blocks: readonly RowBlock[], hinges: readonly HingeTerm[], n: number) {
  const terms: number[] = [];
  const placed = blocks.map((block, k) => {
    if (hinges[k].border === undefined) {
      return block;
    }
    terms.push(k);
    return { ...block, border: n + terms.length - 1 };
  });
  return { blocks: placed, terms };
}

function costOf(
  parts: PiecewiseParts,
  linear: Float64Array | undefined,
  { unit, objectiveUnit }: { readonly unit: number; readonly objectiveUnit: number },
): Float64Array {
  return parts.linear.map((value, i) => ((value + (linear?.[i] ?? 0)) / objectiveUnit) * unit);
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/** Whether scaling has lost no number. */
function isSound({ kinks, objectiveUnit, unit }: CompiledKinks): boolean {
  const isReal = (value: number) => Number.isFinite(value);
  const isNumber = (value: number) => !Number.isNaN(value);
  return (
    objectiveUnit > 0 &&
    Number.isFinite(1 / objectiveUnit) &&
    Number.isFinite(unit) &&
    kinks.cost.every(isReal) &&
    kinks.rows.offsets.every(isReal) &&
    kinks.left.every(isNumber) &&
    kinks.right.every(isNumber)
  );
}
