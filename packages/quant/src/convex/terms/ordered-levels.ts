import type { Matrix } from "../../linalg/matrix.ts";
import type { AffineExpression, LocalWeights } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import { compileReturnLosses } from "./compile-losses.ts";
import { lossRows } from "./loss-rows.ts";
import { type Scenarios, typicalSize } from "./scenarios.ts";

/** A multiple of the sum of the largest losses among some scenarios. */
export interface OrderedLevel {
  /** The scenarios. */
  readonly members: Int32Array;
  /** How many losses are summed, at least 1 and below the number of members. */
  readonly count: number;
  /** What the sum is multiplied by, at least 0. */
  readonly weight: number;
}

/** Scenarios whose losses are the negative returns, or with `isGain` the returns. */
export interface SignedScenarios extends Scenarios {
  readonly isGain: boolean;
}

/** Adds the levels: the sum of the m largest of S losses is m times their CVaR of tail m/S. */
export function compileLevels(
  { returns, isGain }: SignedScenarios,
  levels: readonly OrderedLevel[],
  builder: ConicBuilder,
): AffineExpression {
  const unit = typicalSize(returns) * builder.unit;
  const borders: (readonly [number, number])[] = [];
  const locals: LocalWeights[] = [];
  let matrix = returns;
  let before: Int32Array | undefined;
  for (const { members, count, weight } of levels) {
    const size = members.length;
    const probabilities = new Float64Array(size).fill(1 / size);
    const rows = lossRows({ kind: "cvar", level: 1 - count / size }, probabilities, builder);
    // Levels that share one list share one matrix, whose products the solver then computes once.
    matrix = members === before ? matrix : rowsOf(returns, members);
    before = members;
    const part = compileReturnLosses(rows, { matrix, isGain, unit }, builder);
    const scale = weight * count;
    for (const [border, value] of part.borders ?? []) {
      borders.push([border, value * scale]);
    }
    for (const { block, weights } of part.locals ?? []) {
      locals.push({ block, weights: weights.map((value) => value * scale) });
    }
  }
  return { borders, locals };
}

/** Computes the levels of given losses. */
export function levelsValue(levels: readonly OrderedLevel[], losses: Float64Array): number {
  let value = 0;
  for (const { members, count, weight } of levels) {
    const chosen = Float64Array.from(members, (t) => losses[t]).sort();
    for (let i = chosen.length - count; i < chosen.length; i++) {
      value += weight * chosen[i];
    }
  }
  return value;
}

function rowsOf({ cols, values }: Matrix, members: Int32Array): Matrix {
  const chosen = new Float64Array(members.length * cols);
  for (let i = 0; i < members.length; i++) {
    chosen.set(values.subarray(members[i] * cols, (members[i] + 1) * cols), i * cols);
  }
  return { rows: members.length, cols, values: chosen };
}
