import type { BindingLimit } from "../../../lib/optimize/answer-details.ts";
import type { LimitCheck } from "../../../lib/optimize/check-query.ts";

/** What is known of single limits, by the field where the contract writes them. */
export interface LimitMarks {
  /** Shadow prices of the limits that the present answer meets exactly. */
  readonly prices: ReadonlyMap<string, number>;
  /** Limits that are part of a contradiction. */
  readonly conflicting: ReadonlySet<string>;
  /** What the limits leave of each sum. */
  readonly ranges: LimitCheck["ranges"];
}

/** Gathers what the last answer and the last check say of single limits. */
export function limitMarks(
  binding: readonly BindingLimit[],
  check: LimitCheck | undefined,
): LimitMarks {
  return {
    prices: new Map(binding.map(({ field, shadowPrice }) => [field, shadowPrice])),
    conflicting: new Set(check?.conflicts.flatMap(({ fields }) => fields)),
    ranges: check?.ranges ?? new Map(),
  };
}
