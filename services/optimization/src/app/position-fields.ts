import { AppError } from "@portfolio/platform/app-error";

/**
 * Runs a read by symbols for a caller who wrote positions, so that violations name the field
 * that the caller wrote: `positions[2].symbol` instead of `symbols[2]`.
 */
export async function positionFields<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof AppError ? inPositions(error) : error;
  }
}

function inPositions(error: AppError): AppError {
  const violations = error.violations.map(({ field, description }) => ({
    field: field.replace(/^symbols(\[\d+\])?$/, (_, index) =>
      index === undefined ? "positions" : `positions${index}.symbol`,
    ),
    description,
  }));
  return new AppError(error.kind, error.reason, error.message, {
    violations,
    metadata: error.metadata,
    cause: error,
  });
}
