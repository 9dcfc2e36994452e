import type { LimitChange } from "@portfolio/quant";
import type { ConstraintPaths } from "../domain/portfolio-problem.ts";
import { constraintPath } from "./constraint-path.ts";

/** A limit to change, where the caller wrote it. */
export interface FieldChange {
  readonly field: string;
  readonly from: number;
  readonly to: number;
  readonly description: string;
}

/**
 * Says what to write in place of what. Assets that share a default change it together, to what the
 * one that needs most asks for.
 */
export function changedFields(
  changes: readonly LimitChange[],
  paths: ConstraintPaths,
): FieldChange[] {
  const fields = new Map<string, FieldChange>();
  for (const { constraint, from, to, message } of changes) {
    const field = constraintPath(constraint, paths);
    const other = fields.get(field);
    const isFarther = other === undefined || Math.abs(to - from) > Math.abs(other.to - other.from);
    fields.set(field, {
      field,
      from,
      to: isFarther ? to : other.to,
      description: other === undefined ? message : `${other.description}; ${message}`,
    });
  }
  return [...fields.values()];
}
