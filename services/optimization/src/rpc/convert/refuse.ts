import { AppError, type FieldViolation } from "@portfolio/platform/app-error";

const VIOLATIONS_MAX = 100;

/**
 * Refuses a request for all its violations of one kind at once.
 *
 * @throws {AppError} `invalid-argument` with the reason, unless there is no violation.
 */
export function refuseIfAny(reason: string, violations: readonly FieldViolation[]): void {
  const [first] = violations;
  if (first === undefined) {
    return;
  }
  const rest = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  throw new AppError("invalid-argument", reason, `${first.field}: ${first.description}${rest}`, {
    violations: violations.slice(0, VIOLATIONS_MAX),
  });
}

/** Refuses a request for one violation. */
export function refuse(reason: string, field: string, description: string): never {
  throw new AppError("invalid-argument", reason, `${field}: ${description}`, {
    violations: [{ field, description }],
  });
}
