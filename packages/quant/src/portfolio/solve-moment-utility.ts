import type { ConvexOptions, ConvexProgram } from "../convex/program.ts";
import { evaluateProgram } from "../convex/program-values.ts";
import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import type { GoalAttempt } from "./attempt-goal.ts";
import { goalProgram } from "./goal-program.ts";
import { type MomentExpansion, MomentUtility } from "./moment-utility.ts";
import type { CustomTerms, Goal, PortfolioModel } from "./portfolio-model.ts";

type MomentGoal = Extract<Goal, { kind: "moment-utility" }>;
type Solved = Extract<GoalAttempt, { status: "solved" }>;
/** Solves a goal whose minimand is convex. */
type Solve = (model: PortfolioModel, goal: Goal, options: ConvexOptions) => GoalAttempt;

const ALGORITHM = "convex-approximation/1";
const HIGHEST_RETURN = { kind: "maximum-return" } as const;
const ROUNDS_MAX = 100;
const HALVINGS_MAX = 20;
// Rounds end when the slope of the model is off by this share of the slope itself.
const CONVERGED = 1e-12;
// A slope off by less counts as that of weights which nothing nearby exceeds.
const PROVEN = 1e-9;
// A slope off by more is that of rounds which ended too soon.
const TRUSTED = 1e-6;
// The decrease asked of a step, as a share of what the model promises.
const DECREASE = 1e-4;
// A decrease below this share of the objective is rounding.
const ROUNDING = 1e-15;

/**
 * Finds weights of a high utility of mean, variance, skewness and kurtosis under every limit of a
 * model, which no others nearby exceed.
 *
 * The utility is not concave. Each round minimizes a convex quadratic model of it, whose slope at the
 * weights so far is the true one, and goes towards its answer as long as the utility rises. It begins
 * with the best weights without higher moments, with equal weights, and with all on the asset of the
 * largest third moment, or of the highest utility; the best end counts.
 *
 * @param solve - Solves the convex programs.
 * @throws {ArgumentError} A preference is negative or not finite, or scenarios are missing.
 * @see Zhou & Palomar (2021), "Solving High-Order Portfolios via Successive Convex Approximation
 *   Algorithms", doi:10.1109/TSP.2021.3051369, algorithm 3
 */
export function solveMomentUtility(
  model: PortfolioModel,
  { preferences }: MomentGoal,
  options: ConvexOptions,
  solve: Solve,
): GoalAttempt {
  const utility = new MomentUtility(model, preferences);
  const rounds = new MomentRounds(model, utility, options, solve);
  const { length } = model.expectedReturns;
  const thirdMoment = new MomentUtility(model, { variance: 0, skewness: 1, kurtosis: 0 });
  let best = rounds.runFrom(new Float64Array(length));
  const others =
    preferences.skewness === 0
      ? []
      : [
          new Float64Array(length).fill(1 / length),
          leastAlone(length, (x) => thirdMoment.valueAt(x)),
          leastAlone(length, (x) => rounds.valueAt(x)),
        ];
  for (const start of others) {
    const other = best.status === "solved" ? rounds.runFrom(start) : best;
    best = isBetter(other, best) ? other : best;
  }
  return best.status === "solved" ? trusted(best, model) : best;
}

function isBetter(one: GoalAttempt, other: GoalAttempt): boolean {
  return one.status === "solved" && other.status === "solved" && one.objective < other.objective;
}

/** Gives an answer only where its slope is known to be nearly that of the best nearby. */
function trusted(best: Solved, model: PortfolioModel): GoalAttempt {
  const { weights, program, multipliers, certificate } = best;
  if (certificate.dualResidual <= TRUSTED) {
    return best;
  }
  const point = { ...evaluateProgram(program, weights), multipliers, certificate };
  return {
    status: "failed",
    result: { status: "inaccurate", ...point },
    built: goalProgram(model, HIGHEST_RETURN),
  };
}

class MomentRounds {
  readonly #model: PortfolioModel;
  readonly #utility: MomentUtility;
  readonly #options: ConvexOptions;
  readonly #solve: Solve;
  /** What is minimized without the moments. */
  readonly #rest: ConvexProgram;

  constructor(model: PortfolioModel, utility: MomentUtility, options: ConvexOptions, solve: Solve) {
    this.#model = model;
    this.#utility = utility;
    this.#options = options;
    this.#solve = solve;
    this.#rest = goalProgram(model, HIGHEST_RETURN).program;
  }

  /** Goes down from weights that need not keep the limits. Its objective is what is minimized. */
  runFrom(start: Float64Array): GoalAttempt {
    let best = this.#round(start, undefined);
    for (let round = 1; round < ROUNDS_MAX && best.status === "solved"; round++) {
      const next = this.#round(best.weights, best);
      if (next.status !== "solved") {
        break;
      }
      const isDone = next.certificate.dualResidual <= CONVERGED || next.weights === best.weights;
      best = next;
      if (isDone || this.#options.shouldStop?.() === true) {
        break;
      }
    }
    return best;
  }

  /** Goes from weights towards the answer of the model there, or all the way where none are solved. */
  #round(at: Float64Array, before: Solved | undefined): GoalAttempt {
    const expansion = this.#utility.expandAt(at);
    const next = this.#solveNear(at, expansion);
    if (next.status !== "solved") {
      return next;
    }
    const weights = before === undefined ? next.weights : this.#step(at, next.weights, expansion);
    const { primalResidual, gap, ...rest } = next.certificate;
    const miss = this.#miss({ at, aim: next.weights, reached: weights }, expansion);
    const dualResidual = Math.max(rest.dualResidual, miss);
    return {
      ...next,
      weights,
      objective: this.valueAt(weights),
      isProven: next.isProven && dualResidual <= PROVEN,
      certificate: {
        algorithm: ALGORITHM,
        iterations: (before?.certificate.iterations ?? 0) + rest.iterations,
        primalResidual,
        dualResidual,
        gap,
      },
    };
  }

  #solveNear(at: Float64Array, { slope, curvature }: MomentExpansion): GoalAttempt {
    const pull = multiplyVector(curvature, at);
    const linear = slope.map((value, i) => value - pull[i]);
    const customTerms = addTerms(this.#model.customTerms, linear, curvature);
    const options = { ...this.#options, start: { x: at } };
    return this.#solve({ ...this.#model, customTerms }, HIGHEST_RETURN, options);
  }

  /** Goes as far towards a model's answer as the utility agrees: nowhere where it does not. */
  #step(at: Float64Array, aim: Float64Array, { slope }: MomentExpansion): Float64Array {
    const before = this.valueAt(at);
    const move = aim.map((value, i) => value - at[i]);
    const promised = this.#restAt(at) - this.#restAt(aim) - dot(slope, move);
    let length = 1;
    for (let halving = 0; halving < HALVINGS_MAX; halving++) {
      const x = halving === 0 ? aim : at.map((value, i) => value + length * move[i]);
      const allowed = before - DECREASE * length * promised + ROUNDING * Math.abs(before);
      if (this.valueAt(x) <= allowed) {
        return x;
      }
      length /= 2;
    }
    return at;
  }

  #restAt(x: Float64Array): number {
    return evaluateProgram(this.#rest, x).objective;
  }

  /** What is minimized: costs and minus the utility. */
  valueAt(x: Float64Array): number {
    return this.#restAt(x) + this.#utility.valueAt(x);
  }

  /**
   * How far the true slope at the weights reached is from the model's where it is least, to which its
   * multipliers belong, relative to the size of slopes.
   */
  #miss({ at, aim, reached }: Move, { slope, curvature }: MomentExpansion): number {
    const bend = multiplyVector(
      curvature,
      aim.map((value, i) => value - at[i]),
    );
    const { expectedReturns, riskFreeRate } = this.#model;
    let [most, size] = [0, Number.MIN_VALUE];
    for (const [i, value] of this.#utility.slopeAt(reached).entries()) {
      most = Math.max(most, Math.abs(value - slope[i] - bend[i]));
      size = Math.max(size, Math.abs(value), Math.abs(expectedReturns[i] - riskFreeRate));
    }
    return most / size;
  }
}

interface Move {
  readonly at: Float64Array;
  readonly aim: Float64Array;
  readonly reached: Float64Array;
}

/** All on the asset of the least value alone. */
function leastAlone(n: number, valueAt: (x: Float64Array) => number): Float64Array {
  let best = new Float64Array(n);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const all = new Float64Array(n);
    all[i] = 1;
    const value = valueAt(all);
    [best, least] = value < least ? [all, value] : [best, least];
  }
  return best;
}

function addTerms(
  custom: CustomTerms | undefined,
  linear: Float64Array,
  quadratic: Matrix,
): CustomTerms {
  const { linear: more, quadratic: extra, l1 = 0, l2 = 0 } = custom ?? {};
  const sum = extra && {
    ...quadratic,
    values: quadratic.values.map((value, k) => value + extra.values[k]),
  };
  return {
    linear: more === undefined ? linear : linear.map((value, i) => value + more[i]),
    quadratic: sum ?? quadratic,
    l1,
    l2,
  };
}
