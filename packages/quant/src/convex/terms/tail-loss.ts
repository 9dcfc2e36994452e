import { requireMeasure } from "../../risk/measures/checks.ts";
import { lossRisk } from "../../risk/measures/loss-risk.ts";
import type { TailMeasure } from "../../risk/measures/risk-measure.ts";
import type { TermForm } from "../term.ts";
import { compileReturnLosses } from "./compile-losses.ts";
import { lossRows } from "./loss-rows.ts";
import {
  checkScenarios,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** A measure of the worst returns, or with `isGain` of the best as if they were losses. */
export interface TailLossTerm extends Scenarios {
  readonly kind: "tail-loss";
  readonly measure: Exclude<TailMeasure, { readonly kind: "var" }>;
  readonly isGain: boolean;
}

/** The rows of `lossRows`, of the losses −yₜ. */
export const tailLossForm: TermForm<TailLossTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireMeasure(term.measure, probabilitiesOf(term));
  },

  compile(term, builder) {
    const { returns, isGain, measure } = term;
    const rows = lossRows(measure, probabilitiesOf(term), builder);
    const unit = typicalSize(returns) * builder.unit;
    return compileReturnLosses(rows, { matrix: returns, isGain, unit }, builder);
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const losses = term.isGain ? returns : returns.map((y) => -y);
    return lossRisk(term.measure, losses, probabilitiesOf(term)).value;
  },
};
