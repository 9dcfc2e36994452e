import type { Problem } from "../optimize/problem.ts";

/** Ready-made constraints: each changes a problem. */
export const LIMIT_PRESETS = {
  diversified: (problem) => ({ ...problem, maxWeight: Math.max(0.1, 1 / problem.symbols.length) }),
  everything: (problem) => ({ ...problem, minWeight: Math.min(0.01, 1 / problem.symbols.length) }),
  concentrated: (problem) => ({
    ...problem,
    limits: {
      ...problem.limits,
      discreteness: { ...problem.limits.discreteness, assetsMax: 10, positionMin: 0.02 },
    },
  }),
  longShort: (problem) => ({
    ...problem,
    minWeight: -0.3,
    limits: { ...problem.limits, leverage: { longMax: 1.3, shortMax: 0.3 } },
  }),
} as const satisfies Record<string, (problem: Problem) => Problem>;

export type LimitPreset = keyof typeof LIMIT_PRESETS;
