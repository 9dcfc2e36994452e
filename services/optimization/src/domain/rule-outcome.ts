import type { RulePortfolio, ZeroVolatility } from "@portfolio/quant";
import { type Choice, type ChoiceOutcome, ruleChoice } from "./choice.ts";
import type { RuleObjective } from "./methods.ts";
import type { OptimizationTask } from "./solve-task.ts";

/**
 * Tells what became of a rule.
 *
 * @param known - What is known of the choice besides its weights.
 */
export function ruleOutcome(
  rule: RulePortfolio | ZeroVolatility,
  { kind }: Pick<RuleObjective, "kind">,
  { symbols }: Pick<OptimizationTask, "symbols">,
  known: Partial<Choice> = {},
): ChoiceOutcome {
  switch (rule.status) {
    case "satisfied":
      return { ...ruleChoice(rule.weights, `${kind}/1`), ...known };
    case "violates":
      return { status: "rule-violates-constraints", violated: rule.violated };
    case "zero-volatility":
      return { status: "zero-volatility", symbols: rule.assets.map((i) => symbols[i] ?? "") };
  }
}
