import { ArgumentError } from "../../errors.ts";
import { requireMeasure } from "../../risk/measures/checks.ts";
import { measureRisk } from "../../risk/measures/measure-risk.ts";
import type { TermForm } from "../term.ts";
import { compileDrawdownLosses } from "./compile-losses.ts";
import { type ConvexDrawdownMeasure, lossMeasureOf, lossRows } from "./loss-rows.ts";
import {
  checkScenarios,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** A measure of the drawdowns of cumulative sums of returns; scenarios are in time's order. */
export interface DrawdownTerm extends Scenarios {
  readonly kind: "drawdown";
  readonly measure: ConvexDrawdownMeasure;
}

/** The measure of losses of `lossRows`, of the drawdowns dₜ ≥ max(dₜ₋₁ − yₜ, 0). */
export const drawdownForm: TermForm<DrawdownTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    requireMeasure(term.measure, probabilitiesOf(term));
    if (term.measure.compounded === true) {
      throw new ArgumentError(`${term.measure.kind} of compounded returns is not convex`);
    }
  },

  compile(term, builder) {
    // A random walk of T steps has drawdowns of the size of √T of them.
    const size = typicalSize(term.returns) * Math.sqrt(term.returns.rows);
    const rows = lossRows(lossMeasureOf(term.measure), probabilitiesOf(term), builder);
    return compileDrawdownLosses(
      rows,
      { matrix: term.returns, unit: size * builder.unit },
      builder,
    );
  },

  value(term, x) {
    return measureRisk(term.measure, portfolioReturns(term, x), probabilitiesOf(term));
  },
};
