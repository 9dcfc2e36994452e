import { budgetRange } from "../../optimize/constraints.ts";
import type { IntegerProgram } from "../../optimize/integer/integer-program.ts";
import { trackingLimit } from "../goal-program.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { countBounds } from "./count-bounds.ts";
import { CountedCovariance } from "./counted-covariance.ts";
import type { LossTails } from "./loss-tails.ts";

/** Bounds of each asset, length n. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Writes the parts of a search as models: some with choices to make, some with all made. */
export class NodeModels {
  readonly #model: PortfolioModel;
  readonly #frame: IntegerProgram;
  readonly #covariances: CountedCovariance | undefined;
  readonly #tails: LossTails;

  /** @param frame - The choices of assets. Those of scenarios follow them in nodes. */
  constructor(model: PortfolioModel, goal: Goal, frame: IntegerProgram, tails: LossTails) {
    this.#model = model;
    this.#frame = frame;
    this.#tails = tails;
    this.#covariances = dependsOnCovariance(model, goal)
      ? new CountedCovariance(model.covariance, frame.activities, model.constraints.lower)
      : undefined;
  }

  /** Whether relaxations may be better than any portfolio that keeps to the counts. */
  get isStronger(): boolean {
    return this.#covariances?.isStronger ?? false;
  }

  /** The model with all choices made; bounds express those of assets. */
  decided(choices: readonly Int8Array[], { lower, upper }: Bounds): PortfolioModel {
    const constraints = { ...this.#model.constraints, lower, upper };
    const countedLosses = this.#tails.terms(choices.slice(this.#frame.activities.length));
    return { ...this.#model, constraints, countedLosses };
  }

  /** A convex model that holds every portfolio that agrees with the choices, and more. */
  relaxed(choices: readonly Int8Array[], bounds: Bounds): PortfolioModel {
    const { activities } = this.#frame;
    const model = this.decided(choices, bounds);
    const total = budgetRange(model.constraints).upper;
    const bounded = {
      ...model,
      countBounds: activities.flatMap((activity, a) =>
        countBounds(activity, choices[a], { ...bounds, total }),
      ),
    };
    const held = activities.findIndex(({ center }) => center.every((value) => value === 0));
    const covariance = this.#covariances?.under(choices[held] ?? new Int8Array(0));
    return covariance === undefined ? bounded : withCovariance(bounded, covariance);
  }
}

function dependsOnCovariance({ riskLimits = [] }: PortfolioModel, goal: Goal): boolean {
  const isOfCovariance = (kind: string) => kind === "variance" || kind === "standard-deviation";
  const measured = "measure" in goal ? [goal.measure] : [];
  const target = goal.kind === "target-risk" ? [goal.limit.measure] : [];
  const limited = riskLimits.map(({ measure }) => measure);
  const isKelly = goal.kind === "kelly" && goal.form === "approximate";
  // The difference from a benchmark is not 0 where an asset is not held.
  return (
    goal.kind !== "benchmark-tracking" &&
    (isKelly || [...measured, ...target, ...limited].some(({ kind }) => isOfCovariance(kind)))
  );
}

/** Measures the weights by another covariance, and still the tracking error by the true one. */
function withCovariance(
  model: PortfolioModel,
  covariance: PortfolioModel["covariance"],
): PortfolioModel {
  const { benchmark } = model;
  if (benchmark === undefined || benchmark.trackingErrorMax === Number.POSITIVE_INFINITY) {
    return { ...model, covariance };
  }
  const { term, limit } = trackingLimit(model, benchmark, benchmark.trackingErrorMax);
  return {
    ...model,
    covariance,
    benchmark: { ...benchmark, trackingErrorMax: Number.POSITIVE_INFINITY },
    countBounds: [...(model.countBounds ?? []), { term, limit }],
  };
}
