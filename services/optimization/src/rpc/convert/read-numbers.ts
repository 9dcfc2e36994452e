import type { FieldViolation } from "@portfolio/platform/app-error";
import { refuseIfAny } from "./refuse.ts";

/** A number of the request, and what it may be. */
export interface NumberField {
  readonly field: string;
  /** Unset numbers are fine. */
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
}

/**
 * Checks numbers: first that all are finite, then that all are in range.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE` or `REQUEST_INVALID`.
 */
export function checkNumbers(fields: readonly NumberField[]): void {
  const given = fields.filter((field): field is GivenNumber => field.value !== undefined);
  refuseIfAny("NUMBER_NOT_FINITE", given.filter(isNotFinite).map(notFiniteViolation));
  refuseIfAny(
    "REQUEST_INVALID",
    given
      .filter(({ value, min, max }) => value < min || value > max)
      .map(({ field, value, min, max }) => ({
        field,
        description: `${value} is not between ${min} and ${max}`,
      })),
  );
}

/**
 * Checks that every entry of an array is finite.
 *
 * @param fieldOf - Names the field of entry k.
 * @throws {AppError} `NUMBER_NOT_FINITE`.
 */
export function checkFinite(values: ArrayLike<number>, fieldOf: (k: number) => string): void {
  const violations: FieldViolation[] = [];
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    if (!Number.isFinite(value)) {
      violations.push(notFiniteViolation({ field: fieldOf(k), value }));
    }
  }
  refuseIfAny("NUMBER_NOT_FINITE", violations);
}

type GivenNumber = NumberField & { readonly value: number };

function isNotFinite({ value }: GivenNumber): boolean {
  return !Number.isFinite(value);
}

function notFiniteViolation({ field, value }: { field: string; value: number }): FieldViolation {
  return { field, description: `${value} is not a finite number` };
}
