import { systemViolation } from "../certify.ts";
import type { ConvexPoint, ConvexProgram } from "../program.ts";
import { evaluateProgram, limitViolation } from "../program-values.ts";
import type { CompiledKinks } from "./compile-kinks.ts";
import type { KinkProgram, KinkVertex } from "./kink-program.ts";

/** Name and version of the algorithm in certificates. */
const ALGORITHM = "kink-simplex/1";

/**
 * Measures a vertex: terms by their definitions, violations by the program itself, and the gap of the
 * objective to the value that its multipliers prove once each is within its slopes.
 *
 * @param compiled - The program, or a model of it that is nowhere above it: its first variables, rows
 *   and limits are those of the program.
 */
export function certifyVertex(
  program: ConvexProgram,
  compiled: CompiledKinks,
  vertex: KinkVertex,
): ConvexPoint {
  const { unit, objectiveUnit, kinks, constant } = compiled;
  const { system } = program;
  const x = weightsAt(program, compiled, vertex);
  const { objective, termValues, limitValues } = evaluateProgram(program, x);
  const dual = boundOf(kinks, vertex.slopes);
  const size = Math.max(objectiveUnit, Math.abs(objective));
  return {
    x,
    objective,
    termValues,
    limitValues,
    multipliers: multipliersOf(program, compiled, dual),
    certificate: {
      algorithm: ALGORITHM,
      iterations: vertex.iterations,
      primalResidual: Math.max(
        systemViolation(system, x, unit),
        limitViolation(program, limitValues),
      ),
      dualResidual: dual.residual,
      gap: Math.abs(objective - dual.value * objectiveUnit - constant) / size,
    },
  };
}

/** Gives the weights of a vertex, within their bounds. */
export function weightsAt(
  { system: { lower, upper } }: ConvexProgram,
  { unit }: CompiledKinks,
  { v }: KinkVertex,
): Float64Array {
  return lower.map((low, i) => withinBounds(v[i] * unit, low, upper[i]));
}

/** Computes the objective that the multipliers of a vertex prove. */
export function provenObjective(
  { kinks, objectiveUnit, constant }: CompiledKinks,
  { slopes }: KinkVertex,
): number {
  return boundOf(kinks, slopes).value * objectiveUnit + constant;
}

function withinBounds(value: number, lower: number, upper: number): number {
  return Math.min(Math.max(value, lower), upper);
}

interface DualPoint {
  readonly slopes: Float64Array;
  readonly reducedCosts: Float64Array;
  /** −b'q + the least of (cost + A'q)'v within the bounds. */
  readonly value: number;
  /** Largest reduced cost that no bound pays for. */
  readonly residual: number;
}

/** Computes what multipliers prove. */
function boundOf(
  { rows, left, right, cost, lower, upper }: KinkProgram,
  q: Float64Array,
): DualPoint {
  const slopes = q.map((slope, t) => withinBounds(slope, left[t], right[t]));
  const reducedCosts = cost.slice();
  let value = 0;
  for (let t = 0; t < slopes.length; t++) {
    if (slopes[t] !== 0) {
      rows.addRow(t, slopes[t], reducedCosts);
      value -= slopes[t] * rows.offsets[t];
    }
  }
  let residual = 0;
  for (let j = 0; j < cost.length; j++) {
    const bound = reducedCosts[j] > 0 ? lower[j] : upper[j];
    if (Number.isFinite(bound)) {
      value += reducedCosts[j] * bound;
    } else {
      residual = Math.max(residual, Math.abs(reducedCosts[j]));
      reducedCosts[j] = 0;
    }
  }
  return { slopes, reducedCosts, value, residual };
}

/** Gives the multipliers in the program's units; those of variables held by equal bounds are 0. */
function multipliersOf(
  { system, limits = [] }: ConvexProgram,
  { unit, objectiveUnit, limited }: CompiledKinks,
  { slopes, reducedCosts }: DualPoint,
) {
  const result = {
    bounds: Float64Array.from(system.lower, (lower, i) =>
      lower === system.upper[i] ? 0 : (reducedCosts[i] / unit) * objectiveUnit,
    ),
    rows: new Float64Array(system.rows.rows),
    limits: new Float64Array(limits.length),
  };
  for (const [t, { of, index, size }] of limited.entries()) {
    const price = (slopes[t] / size) * objectiveUnit;
    if (index >= result[of].length) {
      continue;
    }
    result[of][index] += of === "rows" ? -price : price;
  }
  return result;
}
