import type { Field } from "../domain/bar-series.ts";
import type { InstrumentKind } from "../domain/instrument.ts";

/** How the store writes fields of a bar. */
export const FIELD_CODES: Readonly<Record<Field, number>> = {
  close: 1,
  open: 2,
  high: 3,
  low: 4,
  volume: 5,
};

/** How the store writes kinds of instruments: by position. */
const KINDS: readonly InstrumentKind[] = ["unknown", "stock", "etf", "index"];

export function kindCode(kind: InstrumentKind): number {
  return KINDS.indexOf(kind);
}

export function kindOfCode(code: number): InstrumentKind {
  return KINDS[code] ?? "unknown";
}

export function fieldOfCode(code: number): Field {
  const entry = Object.entries(FIELD_CODES).find(([, value]) => value === code);
  if (entry === undefined) {
    throw new RangeError(`${code} is no field of a bar`);
  }
  return entry[0] as Field;
}
