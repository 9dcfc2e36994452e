import type { ConvexProgram } from "../../convex/program.ts";
import { evaluateProgram } from "../../convex/program-values.ts";
import { termValue } from "../../convex/terms/term-forms.ts";
import { multiplyVector } from "../../linalg/matrix.ts";
import type { GoalSolution } from "../attempt-goal.ts";
import type { Bounds } from "./node-model.ts";

// Step of the difference quotients, relative to weights of 1.
const STEP = 1e-6;

/** The best portfolio with all choices made. */
export class DecidedPoint {
  readonly solution: GoalSolution;
  /** What is minimized: the goal's value, or minus it. */
  readonly objective: number;
  readonly choices: readonly Int8Array[];
  readonly bounds: Bounds;
  #slopes: Float64Array | undefined;

  constructor(
    solution: GoalSolution,
    objective: number,
    choices: readonly Int8Array[],
    bounds: Bounds,
  ) {
    this.solution = solution;
    this.objective = objective;
    this.choices = choices;
    this.bounds = bounds;
  }

  get x(): Float64Array {
    return this.solution.weights;
  }

  /**
   * Rate at which what is minimized, less what the limits pay, changes as each weight moves, up
   * or down, whichever is better; negative up means that buying helps.
   */
  get slopes(): Float64Array {
    this.#slopes ??= lagrangianSlopes(this.solution);
    return this.#slopes;
  }
}

function lagrangianSlopes({ weights, program, multipliers }: GoalSolution): Float64Array {
  const { rows } = program.system;
  const pays = multiplyVector(transposed(rows.values, rows.rows, rows.cols), multipliers.rows);
  const base = valueAt(program, multipliers.limits, weights);
  const moved = Float64Array.from(weights);
  return weights.map((weight, i) => {
    moved[i] = weight + STEP;
    const up = (valueAt(program, multipliers.limits, moved) - base) / STEP - pays[i];
    moved[i] = weight - STEP;
    const down = (valueAt(program, multipliers.limits, moved) - base) / STEP + pays[i];
    moved[i] = weight;
    return up <= down ? up : -down;
  });
}

function transposed(values: Float64Array, rows: number, cols: number) {
  const turned = new Float64Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < cols; i++) {
      turned[i * rows + r] = values[r * cols + i];
    }
  }
  return { rows: cols, cols: rows, values: turned };
}

function valueAt(program: ConvexProgram, prices: Float64Array, x: Float64Array): number {
  let value = evaluateProgram(program, x).objective;
  for (const [j, { term }] of (program.limits ?? []).entries()) {
    value += prices[j] > 0 ? prices[j] * termValue(term, x) : 0;
  }
  return value;
}
