import type { BindingLimit, Certificate, PortfolioMeasure } from "@portfolio/quant";
import type { Notice } from "./notice.ts";
import type { SolveFailure } from "./solve-task.ts";

/** What is proven of an answer. */
export type Optimality = "optimal" | "best-found" | "locally-optimal" | "rule";

/** Weights that were chosen, and what is known about the choice. */
export interface Choice {
  readonly status: "chosen";
  readonly weights: Float64Array;
  readonly optimality: Optimality;
  readonly certificate: Certificate;
  /** Value of what was minimized or maximized; 0 for a rule. */
  readonly objective: number;
  /** Limits that are met exactly, the dearest first. */
  readonly binding: readonly BindingLimit[];
  /** The measure that marginal risks are of. */
  readonly measure: PortfolioMeasure;
  readonly notices: readonly Notice[];
}

export type ChoiceOutcome = Choice | SolveFailure;

export const VOLATILITY: PortfolioMeasure = { kind: "standard-deviation" };

/** Describes the weights of a rule, which optimizes nothing. */
export function ruleChoice(weights: Float64Array, algorithm: string): Choice {
  return {
    status: "chosen",
    weights,
    optimality: "rule",
    certificate: { algorithm, iterations: 0, primalResidual: 0, dualResidual: 0, gap: 0 },
    objective: 0,
    binding: [],
    measure: VOLATILITY,
    notices: [],
  };
}
