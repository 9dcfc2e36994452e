import { quickselect } from "../linalg/order-statistics.ts";
import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import { partsOf, replaceTerms, type SolveModel } from "./term-models.ts";
import { deviationTerm } from "./terms/deviation.ts";
import { portfolioReturns, probabilitiesOf } from "./terms/scenarios.ts";
import type { TailLossTerm } from "./terms/tail-loss.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

/** A mean of the worst scenarios of many. */
type LongTail = TailLossTerm & { readonly measure: { readonly kind: "cvar" } };

// With fewer scenarios, or a tail that is a larger share of them, all are kept.
const SCENARIOS_MIN = 300;
const TAIL_MAX = 0.2;
// Scenarios kept at first, and added a round, for each in the tail.
const KEPT_FIRST = 3;
const KEPT_MORE = 2;
const ROUNDS_MAX = 6;
const START_TOLERANCE = 1e-3;
// The mean of a normal tail in standard deviations.
const TAIL_MEAN = 2;

/** Says whether a program has a term that few of its scenarios decide. */
export function hasLongTail(program: ConvexProgram): boolean {
  return partsOf(program).some(isLongTail);
}

function isLongTail(term: ConvexTerm): term is LongTail {
  return (
    term.kind === "tail-loss" &&
    term.measure.kind === "cvar" &&
    1 - term.measure.level <= TAIL_MAX &&
    term.returns.rows >= SCENARIOS_MIN
  );
}

/**
 * Solves a program with means of long tails by models that leave out scenarios of small losses.
 *
 * A model is nowhere above the measure, so its multipliers bound the program's objective, and it
 * equals the measure where no scenario left out is in the tail. Which may be in it is told by a
 * portfolio of least standard deviation first, then by the answers of the models.
 */
export function solveByTails(
  program: ConvexProgram,
  solve: SolveModel,
  options: ConvexOptions,
): ConvexResult {
  const start = solve(
    replaceTails(program, (term) => deviationTerm(term, TAIL_MEAN)),
    program,
    {
      ...options,
      tolerance: START_TOLERANCE,
      isRough: true,
    },
  );
  let x = "x" in start ? start.x : new Float64Array(program.system.lower.length).fill(1);
  const kept = new Map<LongTail, Uint8Array>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const share = round === 0 ? KEPT_FIRST : KEPT_MORE;
    let added = 0;
    const model = replaceTails(program, (term) => {
      const rows = kept.get(term) ?? new Uint8Array(term.returns.rows);
      kept.set(term, rows);
      added += addWorst(term, x, share, rows);
      return keepRows(term, rows);
    });
    if (added === 0) {
      break;
    }
    const result = solve(model, program, options);
    if (result.status !== "inaccurate") {
      return result.status === "unbounded" ? solve(program, program, options) : result;
    }
    x = result.x;
  }
  return solve(program, program, options);
}

function replaceTails(program: ConvexProgram, replace: (term: LongTail) => ConvexTerm) {
  return replaceTerms(program, (term) => (isLongTail(term) ? replace(term) : term));
}

/** Marks the scenarios of the largest losses; gives how many were not marked before. */
function addWorst(term: LongTail, x: Float64Array, share: number, kept: Uint8Array): number {
  const returns = portfolioReturns(term, x);
  const losses = term.isGain ? returns : returns.map((y) => -y);
  const count = Math.ceil(share * (1 - term.measure.level) * losses.length);
  const least = quickselect(losses.slice(), losses.length - Math.min(count, losses.length));
  let added = 0;
  for (let t = 0; t < losses.length; t++) {
    if (losses[t] >= least && kept[t] === 0) {
      kept[t] = 1;
      added += 1;
    }
  }
  return added;
}

/** Leaves out the other scenarios; the probabilities of those that stay are as they were. */
function keepRows(term: LongTail, kept: Uint8Array): TailLossTerm {
  const { cols, values } = term.returns;
  const places = Array.from(kept.keys()).filter((t) => kept[t] === 1);
  const returns = new Float64Array(places.length * cols);
  const probabilities = new Float64Array(places.length);
  const all = probabilitiesOf(term);
  for (const [k, t] of places.entries()) {
    returns.set(values.subarray(t * cols, (t + 1) * cols), k * cols);
    probabilities[k] = all[t];
  }
  return { ...term, returns: { rows: places.length, cols, values: returns }, probabilities };
}
