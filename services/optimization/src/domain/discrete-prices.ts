import type { BindingLimit, LimitRef, WeightConstraints } from "@portfolio/quant";
import type { DiscreteCase } from "./choose-discrete.ts";
import { chooseGoal } from "./choose-goal.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";

/** Bounds that choices of assets leave, length n. */
type ChosenBounds = Pick<WeightConstraints, "lower" | "upper">;

/** Prices the limits with the choices made: by the problem in which the chosen assets stay chosen. */
export function pricesGiven(
  { lower, upper }: ChosenBounds,
  { goal, task, estimates }: DiscreteCase,
): readonly BindingLimit[] {
  const limits = { ...task.limits, lower, upper };
  const choice = chooseGoal(goal, { ...task, limits }, estimates);
  return choice.status === "chosen" ? ownLimits(choice.binding, { lower, upper }, task.limits) : [];
}

/**
 * Keeps the limits that the caller wrote: bounds that come from a choice are named as that, and
 * those that keep an asset out are left out.
 */
export function ownLimits(
  binding: readonly BindingLimit[],
  chosen: ChosenBounds,
  written: ChosenBounds,
): readonly BindingLimit[] {
  return binding.flatMap((limit) => {
    const { ref } = limit;
    if (ref.type !== "lower" && ref.type !== "upper") {
      return [limit];
    }
    const { asset } = ref;
    if (chosen[ref.type][asset] === written[ref.type][asset]) {
      return [limit];
    }
    const isOut = chosen.lower[asset] === chosen.upper[asset];
    const choice: LimitRef = { type: "choice", asset };
    return isOut ? [] : [{ ...limit, ref: choice }];
  });
}

/** Tells how far from the best an answer may be that the time ran out on. */
export function searchNotices({
  status,
  gap,
}: {
  readonly status: "optimal" | "stopped";
  readonly gap: number;
}): Notice[] {
  if (status === "optimal") {
    return [];
  }
  return [
    {
      reason: "SEARCH_STOPPED",
      description:
        "The search ended when its time was up. No portfolio within the limits is better than " +
        `this one by more than ${percentText(gap)} of the objective.`,
    },
  ];
}
