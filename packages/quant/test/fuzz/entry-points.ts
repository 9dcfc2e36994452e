import { findConflicts } from "../../src/optimize/conflicts.ts";
import { traceFrontier } from "../../src/optimize/critical-line/trace-frontier.ts";
import { equalWeight } from "../../src/optimize/equal-weight.ts";
import type { EfficientFrontier } from "../../src/optimize/frontier.ts";
import {
  minimumVariance,
  pointAtReturn,
  pointAtVolatility,
} from "../../src/optimize/frontier-point.ts";
import { hierarchicalRiskParity } from "../../src/optimize/hierarchy/hierarchical-risk-parity.ts";
import { discretePortfolio } from "../../src/optimize/integer/discrete-portfolio.ts";
import { inverseVolatility } from "../../src/optimize/inverse-volatility.ts";
import { maximumSharpe } from "../../src/optimize/maximum-sharpe.ts";
import { maximumUtility } from "../../src/optimize/maximum-utility.ts";
import { certifyFrontier } from "../../src/optimize/point-certificate.ts";
import { cheapestRelaxation } from "../../src/optimize/relaxation.ts";
import { riskParity } from "../../src/optimize/risk-parity.ts";
import { type FrontierGoal, traceTowards } from "../../src/optimize/trace-towards.ts";
import { type FuzzInput, pick } from "./fuzz-input.ts";

/** What an entry point made of an input. */
export interface Answer {
  /** Status of the answer, such as `optimal` or `infeasible`. */
  readonly status: string;
  /** Portfolios that must keep the constraints. */
  readonly weights: readonly Float64Array[];
  /** Numbers that must not be NaN. */
  readonly numbers: readonly Float64Array[];
  /** Certified errors of an answer that counts as proven. */
  readonly residual?: number;
  /** By how much limits other than the linear constraints are exceeded. */
  readonly excess?: number;
}

export type EntryPoint = (input: FuzzInput) => Answer;

/** Runs the whole frontier, and certifies it. */
export const frontier: EntryPoint = (input) => {
  const result = traceFrontier(input);
  if (result.status === "infeasible") {
    return explained(input, result.conflicts.length);
  }
  const { turningPoints } = result.frontier;
  const weights = turningPoints.map((point) => point.weights);
  const { dualResidual, primalResidual } = certifyFrontier(result.frontier);
  const numbers = turningPoints.map(({ expectedReturn, variance, lambda }) =>
    Float64Array.of(expectedReturn, variance, lambda),
  );
  return { status: "optimal", weights, numbers, residual: Math.max(dualResidual, primalResidual) };
};

/** Explains what cannot be met; an explanation that does not say anything is a failure. */
function explained({ constraints }: FuzzInput, conflictCount: number): Answer {
  const names = Array.from(constraints.lower, (_, i) => `asset ${i}`);
  const count = Math.min(conflictCount, findConflicts(constraints, names).length);
  const { changes } = cheapestRelaxation(constraints, names);
  const isEmpty = count === 0 || changes.length === 0;
  return {
    status: isEmpty ? "infeasible without a reason" : "infeasible",
    weights: [],
    numbers: [],
  };
}

/** Runs towards one portfolio, and reads it. */
export const frontierGoal: EntryPoint = (input) => {
  const { uniform, expectedReturns } = input;
  const level = pick(uniform, Array.from(expectedReturns)) * (0.5 + uniform());
  const goal = pick<FrontierGoal>(uniform, [
    { kind: "minimum-variance" },
    { kind: "maximum-utility", riskAversion: 10 ** (12 * uniform() - 6) },
    { kind: "target-return", expectedReturn: level },
    { kind: "target-volatility", volatility: Math.abs(level) },
    { kind: "maximum-sharpe", riskFreeRate: pick(uniform, [0, level]) },
  ]);
  const result = traceTowards(input, goal);
  if (result.status === "infeasible") {
    return explained(input, result.conflicts.length);
  }
  const point = pointOf(result.frontier, goal);
  return "weights" in point
    ? { status: "optimal", weights: [point.weights], numbers: [] }
    : { status: point.status, weights: [], numbers: [] };
};

function pointOf(frontier: EfficientFrontier, goal: FrontierGoal) {
  switch (goal.kind) {
    case "minimum-variance":
      return minimumVariance(frontier);
    case "maximum-utility":
      return maximumUtility(frontier, goal.riskAversion);
    case "target-return":
      return pointAtReturn(frontier, goal.expectedReturn);
    case "target-volatility":
      return pointAtVolatility(frontier, goal.volatility);
    case "maximum-sharpe":
      return maximumSharpe(frontier, goal.riskFreeRate);
  }
}

/** Runs the rules that need no solver; they report the limits that they break. */
export const rules: EntryPoint = ({ covariance, constraints, uniform }) => {
  const rule = pick(uniform, [
    () => riskParity(covariance, constraints),
    () =>
      riskParity(
        covariance,
        constraints,
        [],
        constraints.lower.map(() => 10 ** (3 * uniform())),
      ),
    () => hierarchicalRiskParity(covariance, constraints),
    () => inverseVolatility(covariance, constraints),
    () => equalWeight(constraints),
  ]);
  const result = rule();
  return "weights" in result
    ? { status: result.status, weights: [], numbers: [result.weights] }
    : { status: result.status, weights: [], numbers: [] };
};

/** Searches few assets with a least position, or lots. */
export const discrete: EntryPoint = (input) => {
  const { uniform, constraints, covariance, expectedReturns } = input;
  const n = expectedReturns.length;
  const members = Array.from({ length: n }, (_, i) => i);
  const unit = Math.max(...constraints.upper.map(Math.abs));
  const holdings = {
    leastAbove: new Float64Array(n).fill(unit * pick(uniform, [0, 0.05, 0.3])),
    leastBelow: new Float64Array(n).fill(unit * pick(uniform, [0, 0.1])),
    counts: [{ members, least: pick(uniform, [0, 0, 2]), most: 1 + Math.floor(uniform() * n) }],
  };
  const lots = new Float64Array(n).fill(unit * pick(uniform, [0.1, 0.25]));
  const result = discretePortfolio(
    {
      expectedReturns,
      covariance,
      constraints,
      discreteness: pick(uniform, [{ holdings }, { holdings }, { lots }, { holdings, lots }]),
      goal: pick(uniform, [
        { kind: "minimum-variance" } as const,
        { kind: "maximum-utility", riskAversion: 10 ** (4 * uniform() - 2) } as const,
        { kind: "target-return", returnPerYear: pick(uniform, [...expectedReturns]) } as const,
        { kind: "maximum-sharpe", riskFreeRate: 0 } as const,
      ]),
    },
    { nodeLimit: 300, gap: 1e-6 },
  );
  return "weights" in result
    ? {
        status: result.status,
        weights: [result.weights],
        numbers: [Float64Array.of(result.objective)],
      }
    : { status: result.status, weights: [], numbers: [] };
};
