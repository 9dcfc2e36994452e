import type { FieldViolation } from "@portfolio/platform/app-error";

/**
 * Characters of violations that one error carries. gRPC sends them in a trailer, in base64, and
 * common clients take no more than 8 KiB of trailers.
 */
const BUDGET = 4_000;

/** Most violations that fit into an error; at least one if there is any. */
export function withinBudget(violations: readonly FieldViolation[]): readonly FieldViolation[] {
  let used = 0;
  const end = violations.findIndex(({ field, description }) => {
    used += field.length + description.length;
    return used > BUDGET;
  });
  return end === -1 ? violations : violations.slice(0, Math.max(1, end));
}
