import type { LinearSystem } from "../../optimize/linear-system.ts";
import type { ConvexProgram, TermLimit, WeightedTerm } from "../program.ts";
import type { DrawdownTerm } from "../terms/drawdown.ts";
import { probabilitiesOf } from "../terms/scenarios.ts";
import type { TailLossTerm } from "../terms/tail-loss.ts";
import { piecewiseParts } from "./hinge-terms.ts";

/** A program whose only risk is a measure of the largest drawdowns; the rest of it is linear. */
export interface DrawdownProgram {
  readonly program: ConvexProgram;
  readonly term: LargestDrawdownTerm;
  readonly weight: number;
  /** Length n. */
  readonly linear: Float64Array;
  readonly constant: number;
  /** Cumulative sums of the returns, from 0 on, shape (T + 1, n). */
  readonly sums: Float64Array;
}

type LargestDrawdownTerm = DrawdownTerm & {
  readonly measure: { readonly kind: "maximum-drawdown" | "cdar" };
};

/** Days that a model of drawdowns looks at, 1 after the first return. */
export interface KeptDays {
  /** 1 where a drawdown counts, length T + 1. */
  readonly ends: Uint8Array;
  /** 1 where it may start, length T + 1. */
  readonly peaks: Uint8Array;
}

/** Reads a program as one of a largest or tail drawdown; gives nothing for any other. */
export function drawdownProgram(program: ConvexProgram): DrawdownProgram | undefined {
  const { terms = [], quadratic, linear } = program;
  const place = terms.findIndex(({ term }) => isLargest(term));
  const n = program.system.lower.length;
  const parts = piecewiseParts(
    terms.filter((_, k) => k !== place),
    n,
  );
  const { term, weight } = terms[place] ?? { term: undefined, weight: 0 };
  const isOther = quadratic !== undefined || parts === undefined || parts.hinges.length > 0;
  if (term === undefined || !isLargest(term) || !(weight > 0) || isOther) {
    return undefined;
  }
  return {
    program,
    term,
    weight,
    linear: parts.linear.map((value, i) => value + (linear?.[i] ?? 0)),
    constant: parts.constant,
    sums: cumulativeSums(term),
  };
}

function isLargest(term: WeightedTerm["term"]): term is LargestDrawdownTerm {
  return (
    term.kind === "drawdown" &&
    (term.measure.kind === "maximum-drawdown" || term.measure.kind === "cdar")
  );
}

function cumulativeSums({ returns: { rows, cols, values } }: DrawdownTerm): Float64Array {
  const sums = new Float64Array((rows + 1) * cols);
  for (let i = 0; i < rows * cols; i++) {
    sums[i + cols] = sums[i] + values[i];
  }
  return sums;
}

/** A model of the program, and for each peak of the kept days the variable of its height. */
export interface DrawdownModel {
  readonly program: ConvexProgram;
  /** The heights after the assets: the last kept peak of each. */
  readonly lastPeaks: readonly number[];
}

/**
 * Writes the program with drawdowns of the kept days only, since kept peaks: nowhere above it.
 *
 * Heights hₖ ≥ hₖ₋₁ ≥ 0 are variables behind the assets, at least the sums at their kept peaks; a
 * height stands for all peaks that no kept day separates. A loss is a height less the sum of the day.
 *
 * @returns Nothing where a limit is not linear.
 */
export function drawdownModel(
  given: DrawdownProgram,
  { ends, peaks }: KeptDays,
): DrawdownModel | undefined {
  const n = given.program.system.lower.length;
  const lastPeaks: number[] = [];
  const heightOf: { readonly day: number; readonly height: number }[] = [];
  const days: { readonly day: number; readonly height: number }[] = [];
  let isOpen = false;
  for (let day = 0; day < ends.length; day++) {
    if (peaks[day] === 1 && day > 0) {
      if (!isOpen) {
        lastPeaks.push(day);
      }
      isOpen = true;
      lastPeaks[lastPeaks.length - 1] = day;
      heightOf.push({ day, height: lastPeaks.length - 1 });
    }
    if (ends[day] === 1) {
      isOpen = false;
      days.push({ day, height: lastPeaks.length - 1 });
    }
  }
  const width = n + lastPeaks.length;
  const limits = widenLimits(given.program.limits ?? [], n, width);
  if (limits === undefined) {
    return undefined;
  }
  const program = {
    linear: widen(given.linear, width),
    terms: [{ weight: given.weight, term: tailOfDays(given, days, width) }],
    limits,
    system: widenSystem(given, heightOf, width),
  };
  return { program, lastPeaks };
}

/** Losses of the days, as returns with the sign changed; of all other days none. */
function tailOfDays(
  { term, sums, program }: DrawdownProgram,
  days: readonly { readonly day: number; readonly height: number }[],
  width: number,
): TailLossTerm {
  const n = program.system.lower.length;
  const all = probabilitiesOf(term);
  const values = new Float64Array((days.length + 1) * width);
  const probabilities = Float64Array.from([...days.map(({ day }) => all[day - 1]), 0]);
  probabilities[days.length] = Math.max(0, 1 - probabilities.reduce((sum, p) => sum + p, 0));
  for (const [k, { day, height }] of days.entries()) {
    values.set(sums.subarray(day * n, (day + 1) * n), k * width);
    if (height >= 0) {
      values[k * width + n + height] = -1;
    }
  }
  return {
    kind: "tail-loss",
    measure:
      term.measure.kind === "cdar"
        ? { kind: "cvar", level: term.measure.level }
        : { kind: "worst-realization" },
    isGain: false,
    returns: { rows: days.length + 1, cols: width, values },
    probabilities,
  };
}

function widenSystem(
  { sums, program: { system } }: DrawdownProgram,
  peaks: readonly { readonly day: number; readonly height: number }[],
  width: number,
): LinearSystem {
  const n = system.lower.length;
  const heights = width - n;
  const count = system.rows.rows + peaks.length + Math.max(heights - 1, 0);
  const values = new Float64Array(count * width);
  for (let r = 0; r < system.rows.rows; r++) {
    values.set(system.rows.values.subarray(r * n, (r + 1) * n), r * width);
  }
  let at = system.rows.rows * width;
  for (const { day, height } of peaks) {
    for (let j = 0; j < n; j++) {
      values[at + j] = -sums[day * n + j];
    }
    values[at + n + height] = 1;
    at += width;
  }
  for (let k = 1; k < heights; k++) {
    values[at + n + k] = 1;
    values[at + n + k - 1] = -1;
    at += width;
  }
  const more = count - system.rows.rows;
  return {
    lower: widen(system.lower, width),
    upper: widen(system.upper, width, Number.POSITIVE_INFINITY),
    rows: { rows: count, cols: width, values },
    rowLower: widen(system.rowLower, system.rowLower.length + more),
    rowUpper: widen(system.rowUpper, system.rowUpper.length + more, Number.POSITIVE_INFINITY),
  };
}

function widenLimits(
  limits: readonly TermLimit[],
  n: number,
  width: number,
): TermLimit[] | undefined {
  const wide: TermLimit[] = [];
  for (const { term, limit } of limits) {
    const parts = piecewiseParts([{ weight: 1, term }], n);
    if (parts === undefined || parts.hinges.length > 0) {
      return undefined;
    }
    const above = widen(parts.linear, width);
    const below = above.map((value) => -value);
    wide.push({ term: { kind: "absolute", above, below }, limit: limit - parts.constant });
  }
  return wide;
}

function widen(values: Float64Array, length: number, fill = 0): Float64Array {
  const wide = new Float64Array(length).fill(fill);
  wide.set(values);
  return wide;
}
