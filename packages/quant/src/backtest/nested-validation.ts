import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { trialsOf } from "../performance/overfitting.ts";
import { deflatedSharpe, type SharpeTrials, sharpeRatio } from "../performance/sharpe-ratio.ts";
import { type WalkForwardRows, type WalkForwardSplit, walkForward } from "./walk-forward.ts";

/** One candidate to be fitted and tested on one split. */
export interface ValidationTask {
  /** Number of the candidate: a point of a grid of parameters. */
  readonly candidate: number;
  readonly split: WalkForwardSplit;
}

/** An outer test, and the walk within its training rows that chooses the candidate for it. */
interface NestedFold {
  readonly outer: WalkForwardSplit;
  /** Tasks of each candidate on the outer split: numbers into the tasks, length C. */
  readonly outerTasks: Int32Array;
  /** Tasks of each candidate on the inner splits: candidate c has those from c·splits on. */
  readonly innerTasks: Int32Array;
}

/**
 * What there is to be computed for a choice of parameters that is itself validated. Plain data: the
 * tasks are independent of each other and may be done in any order, anywhere.
 */
export interface NestedPlan {
  readonly candidateCount: number;
  /** Each pair of candidate and split once, however many folds need it. */
  readonly tasks: readonly ValidationTask[];
  readonly folds: readonly NestedFold[];
}

/**
 * Plans the choice among candidates within each outer training window.
 *
 * @param outer - Splits that measure: as `walkForward` or `walkForwardCalendar` give them.
 * @param candidateCount - Number C of candidates, at least 1.
 * @param inner - The walk within each outer training window.
 * @throws {ArgumentError} There is no outer split, a training window holds no inner split, or a
 *   number is not valid.
 * @see Cawley & Talbot (2010), "On Over-fitting in Model Selection and Subsequent Selection Bias in
 *   Performance Evaluation", section 5.2
 */
export function planNestedValidation(
  outer: readonly WalkForwardSplit[],
  candidateCount: number,
  inner: Omit<WalkForwardRows, "rowCount">,
): NestedPlan {
  if (!(Number.isInteger(candidateCount) && candidateCount >= 1) || outer.length === 0) {
    throw new ArgumentError(`${candidateCount} candidates and ${outer.length} splits are no plan`);
  }
  const tasks: ValidationTask[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (candidate: number, split: WalkForwardSplit) => {
    const { trainStart, trainEnd, testStart, testEnd } = split;
    const key = [candidate, trainStart, trainEnd, testStart, testEnd].join();
    const known = numbers.get(key) ?? tasks.push({ candidate, split }) - 1;
    numbers.set(key, known);
    return known;
  };
  const candidates = Array.from({ length: candidateCount }, (_, c) => c);
  const folds = outer.map((split) => {
    const within = splitsWithin(split, inner);
    return {
      outer: split,
      outerTasks: Int32Array.from(candidates, (c) => numberOf(c, split)),
      innerTasks: Int32Array.from(candidates.flatMap((c) => within.map((one) => numberOf(c, one)))),
    };
  });
  return { candidateCount, tasks, folds };
}

function splitsWithin(
  { trainStart, trainEnd }: WalkForwardSplit,
  inner: Omit<WalkForwardRows, "rowCount">,
): WalkForwardSplit[] {
  const splits = walkForward({ ...inner, rowCount: trainEnd - trainStart });
  if (splits.length === 0) {
    throw new ArgumentError(`the rows ${trainStart} … ${trainEnd} hold no inner split`);
  }
  return splits.map((split) => ({
    trainStart: split.trainStart + trainStart,
    trainEnd: split.trainEnd + trainStart,
    testStart: split.testStart + trainStart,
    testEnd: split.testEnd + trainStart,
  }));
}

/** A validated choice. */
export interface NestedValidation {
  /** Chosen candidate of each fold. */
  readonly chosen: Int32Array;
  /** Score of each candidate in each fold's inner walk, shape (folds, C). */
  readonly scores: Matrix;
  /** Rows of the outer tests, and what the chosen candidates returned on them. */
  readonly rows: Int32Array;
  readonly returns: Float64Array;
  /** What each candidate would have returned on these rows, shape (rows, C). */
  readonly candidateReturns: Matrix;
  /** Number and variance of the candidates' Sharpe ratios on these rows, per observation. */
  readonly trials: SharpeTrials;
  /** Probability that the true ratio of the choice is above 0. Undefined if it does not vary. */
  readonly deflatedSharpe: number | undefined;
}

/**
 * Chooses the candidate of highest inner score in each fold, and measures it on the outer test.
 *
 * @param outcomes - Excess returns of each task on its test rows, in the order of the tasks.
 * @param score - Rates returns: higher is better. `sharpeScore`, for instance. Of equals, the first
 *   candidate is chosen.
 * @throws {ArgumentError} A task has another number of returns than test rows, or a score is NaN.
 */
export function settleNestedValidation(
  { candidateCount, tasks, folds }: NestedPlan,
  outcomes: readonly Float64Array[],
  score: (returns: Float64Array) => number,
): NestedValidation {
  checkOutcomes(tasks, outcomes);
  const scores = new Float64Array(folds.length * candidateCount);
  const chosen = new Int32Array(folds.length);
  const outerOutcomes = (c: number) => folds.map(({ outerTasks }) => outcomes[outerTasks[c]]);
  for (const [f, { innerTasks }] of folds.entries()) {
    const splitCount = innerTasks.length / candidateCount;
    for (let c = 0; c < candidateCount; c++) {
      const own = innerTasks.subarray(c * splitCount, (c + 1) * splitCount);
      const rating = score(concatenate(Array.from(own, (task) => outcomes[task])));
      if (Number.isNaN(rating)) {
        throw new ArgumentError(`the score of candidate ${c} in fold ${f} is NaN`);
      }
      scores[f * candidateCount + c] = rating;
      chosen[f] = rating > scores[f * candidateCount + chosen[f]] ? c : chosen[f];
    }
  }
  const columns = Array.from({ length: candidateCount }, (_, c) => concatenate(outerOutcomes(c)));
  const returns = concatenate(folds.map(({ outerTasks }, f) => outcomes[outerTasks[chosen[f]]]));
  const trials = trialsOf(Float64Array.from(columns, sharpeScore));
  const estimate = returns.length < 2 ? undefined : sharpeRatio(returns);
  return {
    chosen,
    scores: { rows: folds.length, cols: candidateCount, values: scores },
    rows: Int32Array.from(folds.flatMap(({ outer }) => rowsOf(outer))),
    returns,
    candidateReturns: byRow(columns),
    trials,
    deflatedSharpe: estimate && deflatedSharpe(estimate, trials),
  };
}

/** Rates returns by their Sharpe ratio; returns that do not vary rate 0. */
export function sharpeScore(returns: Float64Array): number {
  return returns.length < 2 ? 0 : (sharpeRatio(returns)?.ratio ?? 0);
}

function checkOutcomes(tasks: readonly ValidationTask[], outcomes: readonly Float64Array[]): void {
  for (const [k, { split }] of tasks.entries()) {
    const rowCount = split.testEnd - split.testStart;
    if (outcomes[k]?.length !== rowCount) {
      throw new ArgumentError(`task ${k} has ${outcomes[k]?.length} returns, not ${rowCount}`);
    }
  }
}

function rowsOf({ testStart, testEnd }: WalkForwardSplit): number[] {
  return Array.from({ length: testEnd - testStart }, (_, t) => testStart + t);
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function byRow(columns: readonly Float64Array[]): Matrix {
  const cols = columns.length;
  const rows = columns[0].length;
  const values = new Float64Array(rows * cols);
  for (const [c, column] of columns.entries()) {
    for (let t = 0; t < rows; t++) {
      values[t * cols + c] = column[t];
    }
  }
  return { rows, cols, values };
}
