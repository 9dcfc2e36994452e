import type { ConvexPoint, ConvexResult } from "../convex/program.ts";

// Answers worse than these are not given.
const GAP_MAX = 1e-6;
// Half of what a portfolio may break a limit by, as sizes of limits can be told in two ways.
const VIOLATION_MAX = 5e-10;

/** Takes an answer that is optimal, or so nearly that its certificate may speak for itself. */
export function trustedPoint(result: ConvexResult): ConvexPoint | undefined {
  if (result.status === "optimal") {
    return result;
  }
  if (result.status !== "inaccurate" && result.status !== "stopped") {
    return;
  }
  const { gap, dualResidual, primalResidual } = result.certificate;
  return Math.max(gap, dualResidual) <= GAP_MAX && primalResidual <= VIOLATION_MAX
    ? result
    : undefined;
}
