import { AppError } from "@portfolio/platform/app-error";

/** Lets the violations of a part point into the whole. @throws {AppError} Those of the part. */
export function under<Part>(prefix: string, read: () => Part): Part {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    const violations = error.violations.map(({ field, description }) => ({
      field: joined(prefix, field),
      description,
    }));
    throw new AppError(error.kind, error.reason, joined(prefix, error.message), {
      violations,
      metadata: error.metadata,
      cause: error,
    });
  }
}

/** Joins two paths; positions of a benchmark are the entries of the list itself. */
function joined(prefix: string, field: string): string {
  return prefix === "spec.benchmark" && field.startsWith("positions")
    ? `${prefix}${field.slice("positions".length)}`
    : `${prefix}.${field}`;
}
