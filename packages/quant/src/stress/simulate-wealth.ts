import { ArgumentError } from "../errors.ts";
import { requireFinite } from "../linalg/matrix.ts";
import { sortedQuantile } from "../performance/tail-figures.ts";
import { randomSource } from "../random/xoshiro.ts";
import { checkReturnModel, logReturnSource, type ReturnModel } from "./return-model.ts";

/** A plan of saving or spending, and how its future is drawn. Plain data. */
export interface WealthPlan {
  /** Currency, above 0. */
  readonly initialValue: number;
  /**
   * Paid in after each period's return, in currency; negative for a withdrawal. Its length is the
   * number of periods.
   */
  readonly flows: Float64Array;
  readonly model: ReturnModel;
  /** Value to have at the end, in currency. */
  readonly goal?: number | undefined;
  /** 1 … 1,000,000. */
  readonly pathCount: number;
  /** Any integer; its low 32 bits count. */
  readonly seed: number;
  /** Periods between two entries of the fan, at least 1. The last period is always one. */
  readonly fanEvery: number;
}

/** Quantiles of the value over time. */
export interface WealthFan {
  /** Number of periods passed at each entry; the first is 0. */
  readonly periods: Int32Array;
  /** Probabilities of the quantiles, ascending. */
  readonly probabilities: readonly number[];
  /** A value per entry for each probability. */
  readonly quantiles: readonly Float64Array[];
}

/** A probability counted on simulated paths. */
export interface SimulatedProbability {
  readonly probability: number;
  /** √(p(1 − p)/paths): what other seeds would scatter by. */
  readonly standardError: number;
}

/** What becomes of a plan. */
export interface WealthSimulation {
  readonly fan: WealthFan;
  /** That the goal is reached at the end. Absent without a goal. */
  readonly goalReached: SimulatedProbability | undefined;
  /** That a withdrawal takes all there is, or more, before the end. */
  readonly depleted: SimulatedProbability;
  /** Value at the end of each path, ascending. */
  readonly finalValues: Float64Array;
}

const FAN_PROBABILITIES = [0.05, 0.25, 0.5, 0.75, 0.95];
const PATH_COUNT_MAX = 1_000_000;
// Beyond these a simulation takes minutes, or more memory than a server should give it.
const DRAW_COUNT_MAX = 2_000_000_000;
const FAN_VALUE_COUNT_MAX = 50_000_000;

/**
 * Simulates the value of a portfolio with payments by drawing its returns.
 *
 * After a withdrawal that takes all there is, the value stays 0 and later payments are left out.
 * The same plan gives the same bits.
 *
 * @throws {ArgumentError} A number is out of its range, or paths times periods are over
 *   2·10⁹, or paths times entries of the fan over 5·10⁷.
 */
export function simulateWealth(plan: WealthPlan): WealthSimulation {
  checkPlan(plan);
  const { flows, pathCount, goal } = plan;
  const periods = fanPeriods(flows.length, plan.fanEvery);
  const values = periods.length * pathCount;
  if (values > FAN_VALUE_COUNT_MAX) {
    throw new ArgumentError(
      `a fan of ${periods.length} entries of ${pathCount} paths is too large`,
    );
  }
  const fanValues = new Float64Array(values);
  const depletedCount = drawPaths(plan, periods, fanValues);
  const quantiles = FAN_PROBABILITIES.map(() => new Float64Array(periods.length));
  for (let k = 0; k < periods.length; k++) {
    const sorted = fanValues.subarray(k * pathCount, (k + 1) * pathCount).sort();
    for (const [q, probability] of FAN_PROBABILITIES.entries()) {
      quantiles[q][k] = sortedQuantile(sorted, probability);
    }
  }
  const finalValues = fanValues.slice(values - pathCount);
  const reached =
    goal === undefined ? 0 : finalValues.reduce((n, value) => n + (value >= goal ? 1 : 0), 0);
  return {
    fan: { periods, probabilities: FAN_PROBABILITIES, quantiles },
    goalReached: goal === undefined ? undefined : counted(reached, pathCount),
    depleted: counted(depletedCount, pathCount),
    finalValues,
  };
}

/** Fills in the values at the fan's periods, path by path; returns how many paths were depleted. */
function drawPaths(plan: WealthPlan, periods: Int32Array, fanValues: Float64Array): number {
  const { flows, pathCount, initialValue } = plan;
  const source = logReturnSource(plan.model, randomSource(plan.seed));
  let depletedCount = 0;
  for (let path = 0; path < pathCount; path++) {
    source.restart();
    let value = initialValue;
    let entry = 1;
    fanValues[path] = value;
    for (let t = 0; t < flows.length && value > 0; t++) {
      value = Math.max(0, Math.min(value * Math.exp(source.next()), Number.MAX_VALUE) + flows[t]);
      if (t + 1 === periods[entry]) {
        fanValues[entry * pathCount + path] = value;
        entry++;
      }
    }
    depletedCount += value > 0 ? 0 : 1;
  }
  return depletedCount;
}

function fanPeriods(periodCount: number, every: number): Int32Array {
  const periods: number[] = [];
  for (let t = 0; t < periodCount; t += every) {
    periods.push(t);
  }
  return Int32Array.from([...periods, periodCount]);
}

function counted(count: number, pathCount: number): SimulatedProbability {
  const probability = count / pathCount;
  return {
    probability,
    standardError: Math.sqrt((probability * (1 - probability)) / pathCount),
  };
}

function checkPlan(plan: WealthPlan): void {
  checkReturnModel(plan.model);
  requireFinite(plan.flows, "flows");
  const { initialValue, pathCount, fanEvery, flows, model } = plan;
  if (!(initialValue > 0 && initialValue < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the initial value is ${initialValue}, not above 0`);
  }
  if (!(Number.isInteger(pathCount) && pathCount >= 1 && pathCount <= PATH_COUNT_MAX)) {
    throw new ArgumentError(
      `the number of paths is ${pathCount}, not within 1 … ${PATH_COUNT_MAX}`,
    );
  }
  if (!(Number.isInteger(fanEvery) && fanEvery >= 1) || Number.isNaN(plan.goal)) {
    throw new ArgumentError(
      `the fan has every ${fanEvery} periods an entry, the goal ${plan.goal}`,
    );
  }
  const perPeriod = model.kind === "block-bootstrap" ? model.returnsPerPeriod : 1;
  if (flows.length === 0 || flows.length * pathCount * perPeriod > DRAW_COUNT_MAX) {
    throw new ArgumentError(`${pathCount} paths of ${flows.length} periods are none or too many`);
  }
}
