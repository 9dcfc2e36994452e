import { requireSemidefinite } from "../../linalg/definiteness.ts";
import { guessWorkingSet } from "../active-set/guess-working-set.ts";
import { checkProgram } from "../active-set/quadratic-program.ts";
import { solveQuadraticProgram } from "../active-set/solve-quadratic-program.ts";
import type { LinearSystem } from "../linear-system.ts";
import { BranchAndBound } from "./branch-and-bound.ts";
import { decidedRows } from "./decided-program.ts";
import {
  checkChoices,
  type IntegerProgram,
  type IntegerProgramResult,
  type SearchLimits,
} from "./integer-program.ts";

/**
 * Solves a convex quadratic program with all-or-nothing choices: numbers of assets, positions and
 * trades of 0 or of a least size, lots. Branch and bound over warm active-set relaxations,
 * strengthened by perspectives; see `Relaxation`.
 *
 * Deterministic as long as `shouldStop` is. Stopped early, it returns the best point found and a
 * bound on what any other can reach.
 *
 * @throws {ArgumentError} The program is malformed, its numbers are out of range, or H is not
 *   positive semidefinite.
 */
export function solveIntegerProgram(
  program: IntegerProgram,
  limits: SearchLimits = {},
): IntegerProgramResult {
  const { matrix, linear, system } = program;
  checkProgram({ quadratic: { matrix }, linear, system });
  checkChoices(program);
  requireSemidefinite(matrix, "quadratic form");
  if (hasCrossedLimits(system)) {
    return { status: "infeasible", nodes: 0 };
  }
  const search = new BranchAndBound(program, limits);
  const isFinished = search.run();
  const { incumbent, bound, nodes } = search;
  if (incumbent === undefined) {
    return { status: isFinished ? "infeasible" : "unknown", nodes };
  }
  const fixed = {
    quadratic: { matrix },
    linear,
    system: {
      ...system,
      lower: incumbent.lower,
      upper: incumbent.upper,
      rowLower: decidedRows(program, incumbent.choices),
    },
  };
  const polished = solveQuadraticProgram(fixed, guessWorkingSet(fixed.system, incumbent.x));
  if (polished.status !== "optimal") {
    return { status: "unknown", nodes };
  }
  const { x, objective, multipliers, certificate, workingSet } = polished;
  const miss = Math.max(0, objective - bound);
  return {
    status: isFinished ? "optimal" : "stopped",
    x,
    lower: incumbent.lower,
    upper: incumbent.upper,
    objective,
    bound: objective - miss,
    gap: miss === 0 ? 0 : miss / Math.abs(objective),
    nodes,
    multipliers,
    certificate: {
      ...certificate,
      algorithm: "branch-and-bound/1",
      iterations: nodes,
      gap: miss / Math.max(1, Math.abs(objective)),
    },
    workingSet,
  };
}

function hasCrossedLimits({ lower, upper, rowLower, rowUpper }: LinearSystem): boolean {
  return (
    lower.some((limit, i) => limit > upper[i]) || rowLower.some((limit, r) => limit > rowUpper[r])
  );
}
