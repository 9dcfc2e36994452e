import type { ConvexProgram, TermLimit, WeightedTerm } from "../convex/program.ts";
import type { ConvexTerm } from "../convex/terms/term-forms.ts";
import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { semidefiniteFactor } from "../linalg/semidefinite-factor.ts";
import { linearSystem } from "../optimize/constraints.ts";
import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import { costTerms } from "./cost-terms.ts";
import type {
  Benchmark,
  CustomTerms,
  Goal,
  Leverage,
  LimitRef,
  PortfolioMeasure,
  PortfolioModel,
} from "./portfolio-model.ts";
import { isOfCovariance } from "./portfolio-risk.ts";
import { measureTerm, rootLimit, rootTerm } from "./risk-terms.ts";

/** A convex program, and which limit of the model each of its limits is. */
export interface GoalProgram {
  readonly program: ConvexProgram;
  readonly refs: readonly LimitRef[];
}

/** A goal that one convex program reaches. */
type DirectGoal = Exclude<Goal, { kind: "maximum-ratio" | "moment-utility" }>;

export function isDirect(goal: Goal): goal is DirectGoal {
  return goal.kind !== "maximum-ratio" && goal.kind !== "moment-utility";
}

interface NamedLimit extends TermLimit {
  readonly ref: LimitRef;
}

/** What is minimized: linear'w + ½w'·quadratic·w + Σ terms. */
interface Minimand {
  readonly linear?: Float64Array;
  readonly quadratic?: Matrix;
  readonly terms: readonly WeightedTerm[];
}

/**
 * Writes a goal as a convex program in the weights.
 *
 * Returns and costs count per year. A target is the program's last limit.
 *
 * @throws {ArgumentError} The goal needs something that the model lacks.
 */
export function goalProgram(model: PortfolioModel, goal: DirectGoal): GoalProgram {
  const target = targetLimit(model, goal);
  const limits = [...modelLimits(model), ...(target === undefined ? [] : [target])];
  return {
    program: {
      ...withCustomTerms(minimand(model, goal), model.customTerms, model.expectedReturns.length),
      system: linearSystem(model.constraints),
      limits: limits.map(({ term, limit }) => ({ term, limit })),
    },
    refs: limits.map(({ ref }) => ref),
  };
}

function minimand(model: PortfolioModel, goal: DirectGoal): Minimand {
  switch (goal.kind) {
    case "minimum-risk":
    case "target-return":
      return riskMinimand(model, goal.measure);
    case "maximum-return":
    case "target-risk":
      return lossMinimand(model);
    case "maximum-utility":
      return utilityMinimand(model, goal.riskAversion, goal.measure);
    case "kelly":
      return goal.form === "approximate"
        ? utilityMinimand(model, 1, { kind: "variance" })
        : growthMinimand(model);
    case "benchmark-tracking":
      return { terms: [{ weight: 1, term: trackingTerm(model, benchmarkOf(model)) }] };
  }
}

function riskMinimand(model: PortfolioModel, measure: PortfolioMeasure): Minimand {
  return measure.kind === "variance"
    ? { quadratic: scaled(model.covariance, 2), terms: [] }
    : { terms: [{ weight: 1, term: rootTerm(measure, model) }] };
}

/** Minus the expected return less costs, per year. */
export function lossMinimand(model: PortfolioModel): Minimand & { readonly linear: Float64Array } {
  return {
    linear: model.expectedReturns.map((value) => model.riskFreeRate - value),
    terms: [...worstMeanTerms(model), ...costTerms(model)],
  };
}

function utilityMinimand(
  model: PortfolioModel,
  riskAversion: number,
  measure: PortfolioMeasure,
): Minimand {
  const loss = lossMinimand(model);
  if (measure.kind === "variance") {
    return { ...loss, quadratic: scaled(model.covariance, riskAversion) };
  }
  const perYear = isOfCovariance(measure) ? 1 : TRADING_DAYS_PER_YEAR;
  const penalty = { weight: riskAversion * perYear, term: measureTerm(measure, model) };
  return { ...loss, terms: [...loss.terms, penalty] };
}

/** Minus the expected logarithm of a day's growth, and costs per day. */
function growthMinimand(model: PortfolioModel): Minimand {
  const { scenarios } = model;
  if (scenarios === undefined) {
    throw new ArgumentError("growth needs scenarios of returns");
  }
  const costs = costTerms(model).map(({ weight, term }) => ({
    weight: weight / TRADING_DAYS_PER_YEAR,
    term,
  }));
  return { terms: [{ weight: 1, term: { kind: "negative-log-growth", ...scenarios } }, ...costs] };
}

function withCustomTerms(
  { linear, quadratic, terms }: Minimand,
  custom: CustomTerms | undefined,
  assetCount: number,
): Pick<ConvexProgram, "linear" | "quadratic" | "terms"> {
  const extra = custom?.quadratic;
  const l2 = custom?.l2 ?? 0;
  const sum = sumOf(linear, custom?.linear);
  const curved = extra === undefined ? quadratic : addMatrices(quadratic, extra);
  const gross = new Float64Array(assetCount).fill(custom?.l1 ?? 0);
  return {
    ...(sum && { linear: sum }),
    ...withDiagonal(curved, l2, assetCount),
    terms: custom?.l1 ? [...terms, { weight: 1, term: absolute(gross, gross) }] : terms,
  };
}

function withDiagonal(
  quadratic: Matrix | undefined,
  l2: number,
  n: number,
): { readonly quadratic?: Matrix } {
  if (l2 === 0) {
    return quadratic === undefined ? {} : { quadratic };
  }
  const values = quadratic?.values.slice() ?? new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    values[i * n + i] += l2;
  }
  return { quadratic: { rows: n, cols: n, values } };
}

function targetLimit(model: PortfolioModel, goal: Goal): NamedLimit | undefined {
  switch (goal.kind) {
    case "target-return":
      return returnLimit(model, goal.returnPerYear);
    case "target-risk": {
      const { measure, max } = goal.limit;
      const limit = rootLimit(measure, max);
      return { ref: { type: "target" }, term: rootTerm(measure, model), limit };
    }
    default:
      return;
  }
}

/** Costs less expected return ≤ −target. */
function returnLimit(model: PortfolioModel, target: number): NamedLimit {
  const { expectedReturns } = model;
  const loss = [
    {
      weight: 1,
      term: absolute(
        expectedReturns.map((value) => -value),
        expectedReturns,
      ),
    },
  ];
  return {
    ref: { type: "target" },
    limit: -target,
    term: { kind: "sum", parts: [...loss, ...worstMeanTerms(model), ...costTerms(model)] },
  };
}

/** Writes the limits of a model that are not linear. */
export function modelLimits(model: PortfolioModel): NamedLimit[] {
  const { leverage, trading, benchmark, riskLimits = [] } = model;
  const n = model.expectedReturns.length;
  const turnover = trading?.turnoverMax ?? Number.POSITIVE_INFINITY;
  const tracking = benchmark?.trackingErrorMax ?? Number.POSITIVE_INFINITY;
  return [
    ...(leverage === undefined ? [] : leverageLimits(leverage, n)),
    ...(trading === undefined || turnover === Number.POSITIVE_INFINITY
      ? []
      : [turnoverLimit(trading.current, turnover)]),
    ...(benchmark === undefined || tracking === Number.POSITIVE_INFINITY
      ? []
      : [trackingLimit(model, benchmark, tracking)]),
    ...riskLimits.map(({ measure, max }, index) => ({
      ref: { type: "risk", index } as const,
      term: rootTerm(measure, model),
      limit: rootLimit(measure, max),
    })),
    ...standIns(model),
  ];
}

function standIns({ shareBounds = [], countBounds = [] }: PortfolioModel): NamedLimit[] {
  return [
    ...shareBounds.map((bound, index) => ({ ...bound, ref: { type: "share", index } as const })),
    ...countBounds.map((bound) => ({ ...bound, ref: { type: "count" } as const })),
  ];
}

function leverageLimits({ longMax, shortMax, grossMax }: Leverage, n: number): NamedLimit[] {
  const ones = new Float64Array(n).fill(1);
  const none = new Float64Array(n);
  const all: NamedLimit[] = [
    { ref: { type: "long" }, term: absolute(ones, none), limit: longMax },
    { ref: { type: "short" }, term: absolute(none, ones), limit: shortMax },
    { ref: { type: "gross" }, term: absolute(ones, ones), limit: grossMax },
  ];
  return all.filter(({ limit }) => limit < Number.POSITIVE_INFINITY);
}

function turnoverLimit(current: Float64Array, limit: number): NamedLimit {
  const ones = new Float64Array(current.length).fill(1);
  return { ref: { type: "turnover" }, limit, term: { ...absolute(ones, ones), center: current } };
}

/** Limits the tracking error. */
export function trackingLimit(
  model: PortfolioModel,
  benchmark: Benchmark,
  limit: number,
): NamedLimit {
  return { ref: { type: "tracking-error" }, term: trackingTerm(model, benchmark), limit };
}

function trackingTerm({ covariance }: PortfolioModel, { weights }: Benchmark): ConvexTerm {
  return { kind: "norm", matrix: semidefiniteFactor(covariance), center: weights };
}

function benchmarkOf({ benchmark }: PortfolioModel): Benchmark {
  if (benchmark === undefined) {
    throw new ArgumentError("there is no benchmark to track");
  }
  return benchmark;
}

/** What the worst case takes from the expected return. */
function worstMeanTerms({ worstCase }: PortfolioModel): WeightedTerm[] {
  const { meanBox, meanEllipsoid } = worstCase ?? {};
  return [
    ...(meanBox === undefined ? [] : [{ weight: 1, term: absolute(meanBox, meanBox) }]),
    ...(meanEllipsoid === undefined
      ? []
      : [{ weight: 1, term: { kind: "norm", matrix: meanEllipsoid } as const }]),
  ];
}

function absolute(above: Float64Array, below: Float64Array) {
  return { kind: "absolute", above, below } as const;
}

function scaled(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => factor * value) };
}

function addMatrices(a: Matrix | undefined, b: Matrix): Matrix {
  return { ...b, values: sumOf(a?.values, b.values) ?? b.values };
}

function sumOf(a: Float64Array | undefined, b: Float64Array | undefined): Float64Array | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a.map((value, i) => value + b[i]);
}
