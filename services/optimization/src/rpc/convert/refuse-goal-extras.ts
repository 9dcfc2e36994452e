import type { Objective as WireObjective } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Goal } from "@portfolio/quant";
import type { Objective } from "../../domain/methods.ts";
import { refuse } from "./refuse.ts";

/**
 * Refuses terms and protections of an objective that would have no effect on it.
 *
 * @throws {AppError} `REQUEST_INVALID`.
 */
export function refuseGoalExtras(message: WireObjective | undefined, objective: Objective): void {
  if (objective.kind === "goal") {
    refuseSquares(message, objective.goal);
    return;
  }
  const name = objective.kind.replaceAll("-", " ");
  if (message?.customTerms !== undefined) {
    refuse("REQUEST_INVALID", "objective.custom_terms", `${name} takes no further terms`);
  }
  if (message?.robustness !== undefined) {
    refuse("REQUEST_INVALID", "objective.robustness", `${name} takes no uncertainty into account`);
  }
}

/** A ratio has its risk in the denominator, where a quadratic term has no meaning. */
function refuseSquares(message: WireObjective | undefined, { kind }: Goal): void {
  const { quadratic, l2 = 0 } = message?.customTerms ?? {};
  if (kind === "maximum-ratio" && (quadratic !== undefined || l2 > 0)) {
    const field = `objective.custom_terms.${quadratic === undefined ? "l2" : "quadratic"}`;
    refuse(
      "REQUEST_INVALID",
      field,
      "a ratio takes no quadratic terms; maximize a utility instead",
    );
  }
}
