import type { ViewsEffect } from "../../../lib/optimize/answer-details.ts";
import type { View } from "../../../lib/optimize/views.ts";

// A hundredth of a percentage point per year.
const NOTHING = 1e-4;

/** Says why a view changed nothing, as the name of a text; undefined where it changed something. */
export function effectNote(
  view: View,
  effect: ViewsEffect["views"][number] | undefined,
): "noConfidence" | "equalsPrior" | undefined {
  if (view.confidence === 0) {
    return "noConfidence";
  }
  const isSame = effect !== undefined && Math.abs(effect.view - effect.prior) < NOTHING;
  return isSame ? "equalsPrior" : undefined;
}
