import type { ConvexProgram } from "../program.ts";
import { largestInRow } from "../variable-map.ts";
import { piecewiseParts } from "./hinge-terms.ts";
import type { RowBlock } from "./kink-rows.ts";

/** A linear limit of the program as a row. */
export interface LimitedRow {
  readonly of: "rows" | "limits";
  readonly index: number;
  /** Its multiplier in the program's units is its slope over this, per unit of the objective. */
  readonly size: number;
}

/** All linear limits as rows of size 1, with their infinite slopes. */
export interface LimitedRows {
  readonly rows: readonly LimitedRow[];
  readonly block: RowBlock;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

interface Line extends LimitedRow {
  readonly values: Float64Array;
  readonly offset: number;
  readonly kind: "lower" | "upper" | "equal";
}

/**
 * Writes the rows and limits of a program as limits of one side each, or equalities.
 *
 * @param unit - Size of x.
 * @returns Nothing where a limit is not linear, or a row of zeros cannot hold.
 */
export function limitedRows(program: ConvexProgram, unit: number): LimitedRows | undefined {
  const n = program.system.lower.length;
  const lines = [...systemLines(program, unit)];
  for (const [index, { term, limit }] of (program.limits ?? []).entries()) {
    const parts = piecewiseParts([{ weight: 1, term }], n);
    if (parts === undefined || parts.hinges.length > 0) {
      return undefined;
    }
    const offset = limit - parts.constant;
    lines.push(line({ of: "limits", index, kind: "upper", offset, values: parts.linear }, unit));
  }
  const meaningful = lines.filter(({ size }) => size > 0);
  const isBroken = lines.some(({ size, kind, offset }) => size === 0 && !holdsAtZero(kind, offset));
  return isBroken ? undefined : stack(meaningful, n);
}

function holdsAtZero(kind: Line["kind"], offset: number): boolean {
  return kind === "equal" ? offset === 0 : kind === "lower" ? offset <= 0 : offset >= 0;
}

function* systemLines({ system }: ConvexProgram, unit: number): Generator<Line> {
  const { rows, rowLower, rowUpper } = system;
  for (let index = 0; index < rows.rows; index++) {
    const values = rows.values.subarray(index * rows.cols, (index + 1) * rows.cols);
    if (rowLower[index] === rowUpper[index]) {
      yield line({ of: "rows", index, kind: "equal", offset: rowLower[index], values }, unit);
      continue;
    }
    if (Number.isFinite(rowLower[index])) {
      yield line({ of: "rows", index, kind: "lower", offset: rowLower[index], values }, unit);
    }
    if (Number.isFinite(rowUpper[index])) {
      yield line({ of: "rows", index, kind: "upper", offset: rowUpper[index], values }, unit);
    }
  }
}

function line(given: Omit<Line, "size">, unit: number): Line {
  const largest = largestInRow(given.values, 0, given.values.length);
  const size = largest * unit;
  return largest === 0
    ? { ...given, size: 0 }
    : { ...given, size, offset: given.offset / size, values: given.values.map((v) => v / largest) };
}

function stack(lines: readonly Line[], n: number): LimitedRows {
  const values = new Float64Array(lines.length * n);
  for (const [t, own] of lines.entries()) {
    values.set(own.values, t * n);
  }
  return {
    rows: lines,
    block: {
      matrix: { rows: lines.length, cols: n, values },
      multiplier: 1,
      offsets: Float64Array.from(lines, ({ offset }) => offset),
    },
    left: Float64Array.from(lines, ({ kind }) => (kind === "upper" ? 0 : Number.NEGATIVE_INFINITY)),
    right: Float64Array.from(lines, ({ kind }) =>
      kind === "lower" ? 0 : Number.POSITIVE_INFINITY,
    ),
  };
}
