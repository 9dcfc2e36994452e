import { ArgumentError } from "../errors.ts";
import { type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { ConicBuilder, type VariableMap } from "./conic-builder.ts";
import type { ConicProblem } from "./conic-problem.ts";
import { type LimitRow, placeLimits } from "./limit-rows.ts";
import { LinearRows } from "./linear-rows.ts";
import { largest } from "./newton-system.ts";
import type { ConvexMultipliers, ConvexProgram } from "./program.ts";
import { compileTerm } from "./terms/term-forms.ts";
import { mapVariables } from "./variable-map.ts";

/** A program as a conic problem of size 1, and the way back. */
export interface CompiledProgram {
  readonly problem: ConicProblem;
  readonly map: VariableMap;
  /** The objective is this many times the conic one, plus the constant. */
  readonly objectiveUnit: number;
  readonly constant: number;
  readonly linearRows: LinearRows;
  readonly limits: readonly LimitRow[];
}

/** An excess return held constant in y = κx: κ(returns'x − riskFree) = scale. */
export interface HeldExcess {
  readonly returns: Float64Array;
  readonly riskFree: number;
  readonly scale: number;
}

/**
 * Writes a program as a conic problem; with an excess to hold, as that in y = κx.
 *
 * @throws {ArgumentError} Its numbers differ so much in size that scaling overflows.
 */
export function compileProgram(
  program: ConvexProgram,
  excess: HeldExcess | undefined,
): CompiledProgram {
  const map = mapVariables(program.system, excess !== undefined);
  const builder = new ConicBuilder(map);
  const linearRows = new LinearRows(program.system, map, builder);
  addObjective(program, map, builder);
  if (excess !== undefined) {
    holdExcess(excess, builder);
  }
  const limits = placeLimits(program.limits ?? [], builder);
  const problem = builder.build(program.quadratic);
  const objectiveUnit = scaleObjective(problem);
  if (!Number.isFinite(largest(problem.q) + largest(problem.h) + objectiveUnit)) {
    throw new ArgumentError("the numbers of the program differ too much in size");
  }
  return { problem, map, objectiveUnit, constant: builder.constant, linearRows, limits };
}

function holdExcess({ returns, riskFree, scale }: HeldExcess, builder: ConicBuilder): void {
  const expression = {
    assets: returns.map((value) => value / scale),
    offset: -riskFree / scale,
  };
  builder.addRow("zero", expression, -1);
  builder.addRow("nonnegative", { offset: 1 });
}

function addObjective(program: ConvexProgram, { fixed }: VariableMap, builder: ConicBuilder): void {
  const { linear, quadratic, terms = [] } = program;
  if (linear !== undefined) {
    builder.addObjective(1, { assets: linear });
  }
  if (quadratic !== undefined && largest(fixed) > 0) {
    // ½x'Px with x = free + fixed: the cross term, and minus half of it for the fixed part alone.
    const cross = multiplyVector(quadratic, fixed);
    let half = 0;
    for (let i = 0; i < fixed.length; i++) {
      half += (cross[i] * fixed[i]) / 2;
    }
    builder.addObjective(1, { assets: cross, offset: -half });
  }
  for (const { weight, term } of terms) {
    if (weight > 0) {
      builder.addObjective(weight, compileTerm(term, builder));
    }
  }
}

/** Divides the objective by its largest coefficient, which it returns. */
function scaleObjective({ q, quadratic }: ConicProblem): number {
  const unit = Math.max(largest(q), quadratic === undefined ? 0 : largest(quadratic.values));
  if (unit === 0) {
    return 1;
  }
  divide(q, unit);
  if (quadratic !== undefined) {
    divide(quadratic.values, unit);
  }
  return unit;
}

function divide(values: Float64Array, unit: number): void {
  for (let i = 0; i < values.length; i++) {
    values[i] /= unit;
  }
}

/** Gives x from the variables of the conic problem; in y = κx divides by κ. */
export function weightsOf({ map }: CompiledProgram, v: Float64Array): Float64Array {
  const kappa = map.isHomogeneous ? v[map.free.length] : 1;
  const x = Float64Array.from(map.fixed);
  for (let i = 0; i < map.free.length; i++) {
    x[map.free[i]] = (v[i] * map.unit) / kappa;
  }
  return x;
}

/** Gives the direction in x of a direction of the conic problem. */
export function directionOf({ map }: CompiledProgram, v: Float64Array): Float64Array {
  const direction = new Float64Array(map.variables);
  for (let i = 0; i < map.free.length; i++) {
    direction[map.free[i]] = v[i] * map.unit;
  }
  return direction;
}

/** Gives the multipliers in the program's units; those of variables held by equal bounds are 0. */
export function multipliersOf(
  compiled: CompiledProgram,
  system: { readonly rows: Matrix },
  z: Float64Array,
): ConvexMultipliers {
  const { problem, objectiveUnit, linearRows, limits } = compiled;
  const { bounds, rows } = linearRows.multipliers(problem, z, objectiveUnit, system.rows);
  const limitMultipliers = Float64Array.from(
    limits,
    ({ row, scale }) => z[problem.rowStart + row] * scale * objectiveUnit,
  );
  return { bounds, rows, limits: limitMultipliers };
}
