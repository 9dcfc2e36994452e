import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AttainableRangeSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { CheckConstraintsResponseSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { Limits } from "@portfolio/quant";
import { changedFields } from "../../app/changed-fields.ts";
import { constraintPath } from "../../app/constraint-path.ts";
import type { ConstraintCheck } from "../../domain/check-constraints.ts";
import type { ConstraintCheckProblem } from "../../domain/portfolio-problem.ts";

/** Writes the answer to `CheckConstraints`. */
export function writeConstraintCheck(
  { constraints: { limits, paths } }: ConstraintCheckProblem,
  check: ConstraintCheck,
): MessageInitShape<typeof CheckConstraintsResponseSchema> {
  if (check.status === "contradictory") {
    return {
      feasible: false,
      conflicts: check.conflicts.map(({ message, constraints }) => ({
        description: message,
        fields: [...new Set(constraints.map((constraint) => constraintPath(constraint, paths)))],
      })),
      relaxation: changedFields(check.relaxation, paths),
      evenRelaxation: changedFields(check.evenRelaxation, paths),
    };
  }
  const names = ["budget", ...limits.rows.map(({ name }) => name)];
  const fields = [paths.budget, ...paths.rows].map(({ lower }) => lower);
  const { sums, expectedReturn } = check;
  return {
    feasible: true,
    ranges: sums.map((range, k) => writeRange(names[k] ?? "", placeOf(fields[k] ?? ""), range)),
    ...(expectedReturn && {
      expectedReturn: writeRange("expected return", "expected_returns_per_year", expectedReturn),
    }),
  };
}

/** Names the limit as a whole: `constraints.groups[0]` for `constraints.groups[0].min`. */
function placeOf(field: string): string {
  return field.replace(/\.(?:min|max|expression)$/u, "");
}

function writeRange(
  name: string,
  field: string,
  { lower, upper }: Limits,
): MessageInitShape<typeof AttainableRangeSchema> {
  return { name, field, min: lower, max: upper };
}
