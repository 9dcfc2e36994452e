import { solveConvex } from "../../convex/solve-convex.ts";
import type { CountedLossTerm } from "../../convex/terms/counted-loss.ts";
import { portfolioReturns, type Scenarios } from "../../convex/terms/scenarios.ts";
import { termValue } from "../../convex/terms/term-forms.ts";
import { ArgumentError } from "../../errors.ts";
import { takeRows } from "../../linalg/matrix.ts";
import { budgetRange } from "../../optimize/constraints.ts";
import { ACTIVE, concludeCount, INACTIVE, UNDECIDED } from "../../optimize/integer/search-node.ts";
import type { LinearSystem } from "../../optimize/linear-system.ts";
import type { CountedLoss, Goal, PortfolioMeasure, PortfolioModel } from "../portfolio-model.ts";
import { largestLosses, lossReaches } from "./loss-reaches.ts";

/** Scenarios that a value at risk may be searched for in. */
export const COUNTED_SCENARIOS_MAX = 1000;

// A probability of 1 − level is rounded: a tail that is whole to this counts as whole.
const ROUNDING = 1e-12;
// Least values of what stands for a value at risk, each with the reaches that the one before allows.
const TIGHTENINGS_MAX = 5;
// One more is not worth its while where the last has gained less, relatively.
const TIGHTENING_MIN = 0.002;
// A scenario that cannot exceed is left a reach, for it is divided by.
const REACH_MIN = 1e-6;
// Losses that differ by less than this fraction are equal.
const EQUAL = 1e-9;

/** The scenarios that one value at risk leaves out of account. */
interface Tail {
  readonly level: number;
  readonly scenarios: Scenarios;
  /** How many scenarios may exceed it. */
  readonly most: number;
  readonly reaches: Float64Array;
  /** The largest loss of each scenario in any portfolio, length T. */
  readonly largest: Float64Array;
  /** The scenarios that count; the losses of others are below it in any portfolio. */
  readonly relevant: readonly number[];
  /** The lowest limit on it; Infinity where there is none. */
  readonly limit: number;
  readonly isMinimized: boolean;
}

/**
 * The choices of scenarios that values at risk ask for: which ones may lose more. A choice is
 * ACTIVE for a scenario that may, and INACTIVE for one that may not.
 */
export class LossTails {
  #tails: readonly Tail[];

  /** @throws {ArgumentError} There are no scenarios, too many, or some count more than others. */
  constructor(model: PortfolioModel, goal: Goal) {
    const objective = objectiveMeasure(goal);
    const limits = [
      ...(model.riskLimits ?? []),
      ...(goal.kind === "target-risk" ? [goal.limit] : []),
    ];
    const levels = [objective, ...limits.map(({ measure }) => measure)].flatMap((measure) =>
      measure?.kind === "var" ? [measure.level] : [],
    );
    this.#tails = [...new Set(levels)].map((level) => {
      const isOf = (measure: PortfolioMeasure | undefined) =>
        measure?.kind === "var" && measure.level === level;
      const own = limits.filter(({ measure }) => isOf(measure)).map(({ max }) => max);
      return {
        ...countedTail(model, level),
        limit: Math.min(...own, Number.POSITIVE_INFINITY),
        isMinimized: isOf(objective),
      };
    });
  }

  /**
   * Uses the least value that each value at risk can have: no scenario reaches further above it than
   * from there, and those that stay below it do not count.
   *
   * @param system - Limits on the weights.
   */
  tighten(system: LinearSystem, shouldStop: () => boolean): void {
    this.#tails = this.#tails.map((tail) => {
      let tight = tail;
      let least = Number.NEGATIVE_INFINITY;
      for (let round = 0; round < TIGHTENINGS_MAX; round++) {
        const found = this.#leastOf(tight, system, shouldStop);
        if (found === undefined || !(found > least + TIGHTENING_MIN * Math.abs(found))) {
          break;
        }
        least = found;
        tight = above(tight, least);
      }
      return tight;
    });
  }

  /** The least value of what stands for a value at risk with nothing decided. */
  #leastOf(tail: Tail, system: LinearSystem, shouldStop: () => boolean): number | undefined {
    const term = this.#term(tail, new Int8Array(tail.reaches.length));
    const found = solveConvex({ terms: [{ weight: 1, term }], system }, { shouldStop });
    if (found.status !== "optimal") {
      return undefined;
    }
    const { gap, dualResidual } = found.certificate;
    const size = tail.largest.reduce((most, loss) => Math.max(most, Math.abs(loss)), 0);
    return found.objective - Math.max(gap, dualResidual) * size;
  }

  /** Nothing decided: one array for each value at risk. */
  open(): Int8Array[] {
    return this.#tails.map(({ reaches, relevant }) => {
      const choices = new Int8Array(reaches.length).fill(INACTIVE);
      for (const t of relevant) {
        choices[t] = UNDECIDED;
      }
      return choices;
    });
  }

  /** Decides what counts leave no choice about; false when they contradict each other. */
  conclude(choices: readonly Int8Array[]): boolean {
    return this.#tails.every(({ most }, j) =>
      concludeCount({ members: Array.from(choices[j].keys()), least: 0, most }, choices[j]),
    );
  }

  /** Decides everything by the losses of a portfolio: the largest may be exceeded. */
  rounded(choices: readonly Int8Array[], weights: Float64Array): Int8Array[] {
    return this.#tails.map(({ scenarios, most }, j) => {
      const returns = portfolioReturns(scenarios, weights);
      const decided = choices[j].map((choice) => (choice === ACTIVE ? ACTIVE : INACTIVE));
      const open = Array.from(decided.keys()).filter((t) => choices[j][t] === UNDECIDED);
      open.sort((s, t) => returns[s] - returns[t]);
      const room = most - decided.filter((choice) => choice === ACTIVE).length;
      for (const t of open.slice(0, Math.max(0, room))) {
        decided[t] = ACTIVE;
      }
      return decided;
    });
  }

  /** Finds the open scenario that exceeds most where a portfolio's loss is not what stands for it. */
  violated(
    choices: readonly Int8Array[],
    weights: Float64Array,
  ): { readonly tail: number; readonly scenario: number } | undefined {
    for (const [j, tail] of this.#tails.entries()) {
      const term = this.#term(tail, choices[j]);
      const scenario = exceeding(tail, { term, states: choices[j] }, weights);
      if (scenario >= 0) {
        return { tail: j, scenario };
      }
    }
    return undefined;
  }

  /** What stands for each value at risk under choices. */
  terms(choices: readonly Int8Array[]): CountedLoss[] {
    return this.#tails.map((tail, j) => ({
      level: tail.level,
      term: this.#term(tail, choices[j]),
    }));
  }

  #term({ scenarios, most, reaches, relevant }: Tail, states: Int8Array): CountedLossTerm {
    const room = most - states.filter((state) => state === ACTIVE).length;
    return {
      kind: "counted-loss",
      returns: takeRows(scenarios.returns, relevant),
      states: Int8Array.from(relevant, (t) => states[t]),
      reaches: Float64Array.from(relevant, (t) => reaches[t]),
      room,
    };
  }
}

/** Takes in that a value at risk is at least `least`. */
function above(tail: Tail, least: number): Tail {
  const { largest, reaches, most } = tail;
  const order = Array.from(largest.keys()).sort((s, t) => largest[t] - largest[s]);
  // Of most + 1 scenarios one counts.
  const relevant = order.filter((t, place) => place <= most || largest[t] > least);
  const size = Math.max(Math.abs(largest[order[0]]), Math.abs(least));
  return {
    ...tail,
    relevant: relevant.sort((s, t) => s - t),
    reaches: reaches.map((reach, t) =>
      Math.min(reach, Math.max(largest[t] - least, REACH_MIN * size)),
    ),
  };
}

function objectiveMeasure(goal: Goal): PortfolioMeasure | undefined {
  return "measure" in goal ? goal.measure : undefined;
}

function countedTail({ scenarios, constraints }: PortfolioModel, level: number) {
  if (scenarios === undefined) {
    throw new ArgumentError("var needs scenarios of returns");
  }
  const { returns, probabilities } = scenarios;
  const count = returns.rows;
  if (count > COUNTED_SCENARIOS_MAX) {
    throw new ArgumentError(
      `a value at risk is searched for in ${COUNTED_SCENARIOS_MAX} scenarios, not ${count}`,
    );
  }
  if (probabilities?.some((p) => Math.abs(p - 1 / count) > ROUNDING)) {
    throw new ArgumentError("a value at risk counts scenarios, which must be equally probable");
  }
  const most = Math.floor((1 - level + ROUNDING) * count);
  const { lower: least, upper: total } = budgetRange(constraints);
  const { lower, upper } = constraints;
  const box = { lower, upper, least, total };
  const reaches = lossReaches(returns, most, box);
  const relevant = Array.from(reaches.keys());
  return { level, scenarios, most, reaches, largest: largestLosses(returns, box), relevant };
}

/** Finds the open scenario that exceeds what stands for the value at risk by most; -1 for none. */
function exceeding(
  tail: Tail,
  { term, states }: { readonly term: CountedLossTerm; readonly states: Int8Array },
  weights: Float64Array,
): number {
  const bound = termValue(term, weights);
  const returns = portfolioReturns(tail.scenarios, weights);
  const open = Array.from(states.keys()).filter((t) => states[t] === UNDECIDED);
  const size = returns.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const most = Math.max(bound, tail.isMinimized ? bound : tail.limit) + EQUAL * size;
  const over = open.filter((t) => -returns[t] > most);
  // As many as there is room for may exceed.
  return over.length <= term.room
    ? -1
    : over.reduce((worst, t) => (returns[t] < returns[worst] ? t : worst));
}
