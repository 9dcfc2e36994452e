import type { LinearSystem } from "../../optimize/linear-system.ts";
import type { ConvexProgram, TermLimit, WeightedTerm } from "../program.ts";
import type { AbsoluteTerm } from "../terms/absolute.ts";
import { flattened, isHinge } from "./hinge-terms.ts";

// Most assets are between bounds where turnover is limited: with more, an interior point is faster.
const EXCESSES_MAX = 150;

/** A program whose absolute terms are linear in more variables: turnover, leverage, linear costs. */
export interface SplitProgram {
  /** Its first variables, rows and limits are those of the program. */
  readonly program: ConvexProgram;
  /** What the objective lacks. */
  readonly constant: number;
  /** What each variable behind the assets stands for: max(xᵢ − center, 0). */
  readonly excesses: readonly Excess[];
}

interface Excess {
  readonly asset: number;
  readonly center: number;
}

/**
 * Writes absolute terms as (above + below)·u − below·(x − center) with u ≥ 0 and u ≥ x − center; terms
 * with equal centers share u.
 *
 * @returns Nothing where no such term has a kink, or the program has terms that are no
 *   hinges, or there are many.
 */
export function splitAbsolutes(program: ConvexProgram): SplitProgram | undefined {
  const { system, linear, terms = [], limits = [] } = program;
  const limited = limits.map(({ term }) => flattened([{ weight: 1, term }]));
  const objective = flattened(terms);
  const risks = objective.filter(({ term }) => term.kind !== "absolute");
  const isOther =
    risks.length === 0 ||
    !risks.every(({ term }) => isHinge(term)) ||
    limited.flat().some(({ term }) => term.kind !== "absolute");
  const places = isOther ? NO_PLACES : placesOf([...objective, ...limited.flat()]);
  if (places.size === 0 || places.size > EXCESSES_MAX) {
    return undefined;
  }
  const n = system.lower.length;
  const width = n + places.size;
  const line = lineOf(objective, places, n);
  for (let i = 0; linear !== undefined && i < n; i++) {
    line.values[i] += linear[i];
  }
  const excesses = [...places.values()];
  return {
    program: {
      ...program,
      linear: line.values,
      terms: risks,
      limits: limits.map(({ limit }, j) => linearLimit(limit, lineOf(limited[j], places, n))),
      system: widenSystem(system, excesses, width),
    },
    constant: line.constant,
    excesses,
  };
}

/** Adds the excesses to weights. */
export function withExcesses(x: Float64Array, excesses: readonly Excess[]): Float64Array {
  return Float64Array.from([
    ...x,
    ...excesses.map(({ asset, center }) => Math.max(x[asset] - center, 0)),
  ]);
}

type Places = ReadonlyMap<string, Excess & { readonly place: number }>;

const NO_PLACES: Places = new Map();

function placesOf(terms: readonly WeightedTerm[]): Places {
  const places = new Map<string, Excess & { readonly place: number }>();
  for (const { term } of terms) {
    for (let i = 0; term.kind === "absolute" && i < term.above.length; i++) {
      const key = keyOf(term, i);
      if (term.above[i] + term.below[i] > 0 && !places.has(key)) {
        places.set(key, { asset: i, center: term.center?.[i] ?? 0, place: places.size });
      }
    }
  }
  return places;
}

function keyOf({ center }: AbsoluteTerm, asset: number): string {
  return `${asset} ${center?.[asset] ?? 0}`;
}

interface Line {
  readonly values: Float64Array;
  readonly constant: number;
}

/** Adds the absolute terms up. */
function lineOf(terms: readonly WeightedTerm[], places: Places, n: number): Line {
  const values = new Float64Array(n + places.size);
  let constant = 0;
  for (const { weight, term } of terms) {
    for (let i = 0; term.kind === "absolute" && i < n; i++) {
      const { above, below, center } = term;
      const place = places.get(keyOf(term, i))?.place;
      values[i] -= weight * below[i];
      constant += weight * below[i] * (center?.[i] ?? 0);
      if (place !== undefined) {
        values[n + place] += weight * (above[i] + below[i]);
      }
    }
  }
  return { values, constant };
}

function linearLimit(limit: number, { values, constant }: Line): TermLimit {
  const below = values.map((value) => -value);
  return { term: { kind: "absolute", above: values, below }, limit: limit - constant };
}

function widenSystem(
  system: LinearSystem,
  excesses: readonly Excess[],
  width: number,
): LinearSystem {
  const { rows, lower, upper, rowLower, rowUpper } = system;
  const values = new Float64Array((rows.rows + excesses.length) * width);
  for (let r = 0; r < rows.rows; r++) {
    values.set(rows.values.subarray(r * rows.cols, (r + 1) * rows.cols), r * width);
  }
  for (const [k, { asset }] of excesses.entries()) {
    const start = (rows.rows + k) * width;
    values[start + asset] = -1;
    values[start + lower.length + k] = 1;
  }
  const open = excesses.map(() => Number.POSITIVE_INFINITY);
  return {
    lower: Float64Array.from([...lower, ...excesses.map(() => 0)]),
    upper: Float64Array.from([...upper, ...open]),
    rows: { rows: rows.rows + excesses.length, cols: width, values },
    rowLower: Float64Array.from([...rowLower, ...excesses.map(({ center }) => -center)]),
    rowUpper: Float64Array.from([...rowUpper, ...open]),
  };
}
