import { AppError } from "@portfolio/platform/app-error";

/**
 * Runs a read by symbols for a caller who wrote positions, so that violations name the field
 * that the caller wrote: `positions[2].symbol` instead of `symbols[2]`.
 *
 * @param indices - Position of each symbol, where not every position is read.
 */
export async function positionFields<Result>(
  read: () => Promise<Result>,
  indices?: readonly number[],
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof AppError ? inPositions(error, indices) : error;
  }
}

function inPositions(error: AppError, indices: readonly number[] | undefined): AppError {
  const violations = error.violations.map(({ field, description }) => ({
    field: field.replace(/^symbols\[(\d+)\]$/, (_, digits: string) => {
      const k = Number(digits);
      return `positions[${indices?.[k] ?? k}].symbol`;
    }),
    description,
  }));
  return new AppError(error.kind, error.reason, error.message, {
    violations,
    metadata: error.metadata,
    cause: error,
  });
}
