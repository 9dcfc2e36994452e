import { ArgumentError } from "../../errors.ts";
import type { TermForm } from "../term.ts";
import {
  checkScenarios,
  expectation,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
} from "./scenarios.ts";

/** −Σ pₜ·log(1 + yₜ): minus the expected growth rate per period that Kelly maximizes. */
export interface NegativeLogGrowthTerm extends Scenarios {
  readonly kind: "negative-log-growth";
}

/** −Σ bᵢ·log xᵢ, whose minimum with a risk has risk shares in proportion to b. */
export interface LogarithmicBarrierTerm {
  readonly kind: "logarithmic-barrier";
  /** The budgets b, length n, at least 0; where one is 0 the weight is free of the barrier. */
  readonly budgets: Float64Array;
}

/** uₜ ≤ log(1 + yₜ), an exponential cone: exp(uₜ) ≤ 1 + yₜ. */
export const negativeLogGrowthForm: TermForm<NegativeLogGrowthTerm> = {
  check: checkScenarios,

  compile(term, builder) {
    const block = builder.addBlock({
      matrix: term.returns,
      cones: [{ kind: "exponential" }],
      linkCoefficients: Float64Array.of(0, 0, 1),
      locals: 1,
      localCoefficients: Float64Array.of(1, 0, 0),
      offsets: Float64Array.of(0, 1, 1),
    });
    return { locals: [{ block, weights: probabilitiesOf(term).map((p) => -p) }] };
  },

  value(term, x) {
    const growth = expectation(term, portfolioReturns(term, x), (y) =>
      y > -1 ? Math.log1p(y) : Number.NEGATIVE_INFINITY,
    );
    return -growth;
  },
};

/** uᵢ ≤ log(xᵢ/unit) for the assets with a budget. */
export const logarithmicBarrierForm: TermForm<LogarithmicBarrierTerm> = {
  check({ budgets }, variables) {
    if (budgets.length !== variables) {
      throw new ArgumentError(`${budgets.length} budgets for ${variables} variables`);
    }
    if (!budgets.every((budget) => budget >= 0 && Number.isFinite(budget))) {
      throw new ArgumentError("a budget is negative or not finite");
    }
  },

  compile({ budgets }, builder) {
    const assets = Int32Array.from(budgets.keys()).filter((i) => budgets[i] > 0);
    const total = budgets.reduce((sum, budget) => sum + budget, 0);
    const offset = -total * Math.log(builder.unit);
    if (assets.length === 0) {
      return { offset };
    }
    const block = builder.addBlock({
      assets,
      cones: [{ kind: "exponential" }],
      linkCoefficients: Float64Array.of(0, 0, 1 / builder.unit),
      locals: 1,
      localCoefficients: Float64Array.of(1, 0, 0),
      offsets: Float64Array.of(0, 1, 0),
    });
    return { offset, locals: [{ block, weights: Float64Array.from(assets, (i) => -budgets[i]) }] };
  },

  value({ budgets }, x) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      if (budgets[i] > 0) {
        sum += x[i] > 0 ? -budgets[i] * Math.log(x[i]) : Number.POSITIVE_INFINITY;
      }
    }
    return sum;
  },
};
