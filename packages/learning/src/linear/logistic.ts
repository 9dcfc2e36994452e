import {
  ArgumentError,
  choleskyInPlace,
  type Matrix,
  solveCholesky,
  weightedGram,
} from "@portfolio/quant";
import { requireTrainingSet, type TrainingSet } from "../training-set.ts";
import { type LinearModel, predictLinear } from "./linear-model.ts";

/** A logistic regression, and whether it is the minimum. */
export interface LogisticFit extends LinearModel {
  readonly status: "optimal" | "not-converged";
  readonly iterations: number;
}

const ITERATIONS_MAX = 200;
const HALVINGS_MAX = 60;
// Newton's decrement over the loss from which one more full step is exact to rounding.
const TOLERANCE = 1e-11;

/**
 * Fits a logistic regression with a penalty on the squares of the coefficients.
 *
 * Minimizes Σ ω ln(1 + e^z) − ω y z + (λ/2)‖b‖² with z = a + x'b, by Newton's method with halved
 * steps. The intercept is not penalized.
 *
 * @param set - Observations without missing values; targets are 0 or 1, and both occur.
 * @param penalty - λ > 0, which keeps the coefficients finite where the classes can be separated.
 * @throws {ArgumentError} The training set or the penalty is not valid.
 * @see McCullagh & Nelder (1989), "Generalized Linear Models", 2nd ed., section 4.4
 */
export function logisticRegression(set: TrainingSet, penalty: number): LogisticFit {
  requireTrainingSet(set, { allowsMissing: false, rowsMin: 2 });
  requireClasses(set);
  if (!(penalty > 0 && Number.isFinite(penalty))) {
    throw new ArgumentError(`penalty is ${penalty}, not a positive number`);
  }
  const problem = newProblem(set, penalty);
  let parameters = new Float64Array(set.features.cols + 1);
  let loss = lossOf(problem, parameters);
  for (let iterations = 1; iterations <= ITERATIONS_MAX; iterations++) {
    const newton = newtonStep(problem, parameters);
    if (newton !== undefined && newton.decrement <= TOLERANCE * loss) {
      const last = parameters.map((b, j) => b + newton.step[j]);
      return { status: "optimal", iterations, ...modelOf(last) };
    }
    const next = newton && descend(problem, parameters, newton.step, loss);
    if (next === undefined) {
      return { status: "not-converged", iterations, ...modelOf(parameters) };
    }
    ({ parameters, loss } = next);
  }
  return { status: "not-converged", iterations: ITERATIONS_MAX, ...modelOf(parameters) };
}

/**
 * Computes the probability of class 1 for each row.
 *
 * @throws {ArgumentError} The features are not as many as coefficients.
 */
export function predictProbability(model: LinearModel, features: Matrix): Float64Array {
  return predictLinear(model, features).map((z) => 1 / (1 + Math.exp(-z)));
}

interface LogisticProblem {
  /** The features, then a 1. */
  readonly design: Matrix;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  readonly penalty: number;
}

function requireClasses({ targets }: TrainingSet): void {
  const other = targets.findIndex((y) => y !== 0 && y !== 1);
  if (other >= 0) {
    throw new ArgumentError(`target ${other} is ${targets[other]}, not 0 or 1`);
  }
  if (targets.every((y) => y === targets[0])) {
    throw new ArgumentError(`all targets are ${targets[0]}`);
  }
}

function newProblem({ features, targets, weights }: TrainingSet, penalty: number): LogisticProblem {
  const { rows, cols, values } = features;
  const design = new Float64Array(rows * (cols + 1)).fill(1);
  for (let i = 0; i < rows; i++) {
    design.set(values.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
  }
  return {
    design: { rows, cols: cols + 1, values: design },
    targets,
    weights: weights ?? new Float64Array(rows).fill(1),
    penalty,
  };
}

function modelOf(parameters: Float64Array): LinearModel {
  const last = parameters.length - 1;
  return { intercept: parameters[last], coefficients: parameters.slice(0, last) };
}

function linearPart({ design }: LogisticProblem, parameters: Float64Array): Float64Array {
  const { rows, cols, values } = design;
  const z = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      z[i] += values[i * cols + j] * parameters[j];
    }
  }
  return z;
}

function lossOf(problem: LogisticProblem, parameters: Float64Array): number {
  const { targets, weights, penalty } = problem;
  const z = linearPart(problem, parameters);
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const margin = targets[i] === 1 ? z[i] : -z[i];
    loss += weights[i] * (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))));
  }
  for (let j = 0; j < parameters.length - 1; j++) {
    loss += (penalty / 2) * parameters[j] * parameters[j];
  }
  return loss;
}

/** @returns Nothing where all probabilities are 0 or 1, so that the intercept has no curvature. */
function newtonStep(problem: LogisticProblem, parameters: Float64Array) {
  const { design, targets, weights, penalty } = problem;
  const { rows, cols, values } = design;
  const z = linearPart(problem, parameters);
  const curvatures = new Float64Array(rows);
  const gradient = parameters.map((b, j) => (j < cols - 1 ? penalty * b : 0));
  for (let i = 0; i < rows; i++) {
    const probability = 1 / (1 + Math.exp(-z[i]));
    curvatures[i] = weights[i] * probability * (1 - probability);
    const slope = weights[i] * (probability - targets[i]);
    for (let j = 0; j < cols; j++) {
      gradient[j] += slope * values[i * cols + j];
    }
  }
  const hessian = new Float64Array(cols * cols);
  weightedGram(design, curvatures, hessian);
  for (let j = 0; j < cols - 1; j++) {
    hessian[j * cols + j] += penalty;
  }
  const step = gradient.map((slope) => -slope);
  if (choleskyInPlace(hessian, cols) >= 0) {
    return undefined;
  }
  solveCholesky(hessian, cols, step);
  return { step, decrement: -gradient.reduce((sum, slope, j) => sum + slope * step[j], 0) };
}

/** Halves the step until the loss falls. @returns Nothing when it cannot fall any more. */
function descend(
  problem: LogisticProblem,
  parameters: Float64Array,
  step: Float64Array,
  loss: number,
): { parameters: Float64Array<ArrayBuffer>; loss: number } | undefined {
  let size = 1;
  for (let halvings = 0; halvings < HALVINGS_MAX; halvings++) {
    const next = parameters.map((b, j) => b + size * step[j]);
    const nextLoss = lossOf(problem, next);
    if (nextLoss < loss) {
      return { parameters: next, loss: nextLoss };
    }
    size /= 2;
  }
  return undefined;
}
