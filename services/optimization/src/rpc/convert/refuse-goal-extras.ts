import type { Objective as WireObjective } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Objective } from "../../domain/methods.ts";
import { refuse } from "./refuse.ts";

/**
 * Refuses terms and protections of an objective that would have no effect on it.
 *
 * @throws {AppError} `REQUEST_INVALID`.
 */
export function refuseGoalExtras(
  message: WireObjective | undefined,
  { kind }: Pick<Objective, "kind">,
): void {
  if (kind === "goal") {
    return;
  }
  const name = kind.replaceAll("-", " ");
  if (message?.customTerms !== undefined) {
    refuse("REQUEST_INVALID", "objective.custom_terms", `${name} takes no further terms`);
  }
  if (message?.robustness !== undefined) {
    refuse("REQUEST_INVALID", "objective.robustness", `${name} takes no uncertainty into account`);
  }
}
