import { type BarFields, type BarSeries, FIELDS, type Field } from "./bar-series.ts";

/** What incoming bars change about the stored ones. */
export interface BarChanges {
  /** Stored and incoming bars together. */
  readonly merged: BarSeries;
  /** Positions in `merged` of bars whose day was not stored. */
  readonly inserted: readonly number[];
  /** Positions in `merged` of bars of which a value differs from the stored one, or is new. */
  readonly updated: readonly number[];
  readonly unchangedCount: number;
}

/**
 * Lays incoming bars over stored ones of the same instrument.
 *
 * A value that is not known in the incoming bar keeps the stored one. Values are the same when
 * their bits are.
 */
export function mergeBars(stored: BarSeries, incoming: BarSeries): BarChanges {
  const days = uniteDays(stored.days, incoming.days);
  const storedAt = positions(days, stored.days);
  const incomingAt = positions(days, incoming.days);
  const merged = { days, fields: mergeFields(days, stored, incoming, storedAt, incomingAt) };

  const isStored = new Uint8Array(days.length);
  for (const position of storedAt) {
    isStored[position] = 1;
  }
  const before = spread(stored, storedAt, days.length);
  const inserted: number[] = [];
  const updated: number[] = [];
  for (const position of incomingAt) {
    if (isStored[position] === 0) {
      inserted.push(position);
    } else if (differs(before, merged.fields, position)) {
      updated.push(position);
    }
  }
  const unchangedCount = incoming.days.length - inserted.length - updated.length;
  return { merged, inserted, updated, unchangedCount };
}

function uniteDays(a: Int32Array, b: Int32Array): Int32Array {
  const all = new Int32Array(a.length + b.length);
  let count = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const day = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    i += Number(a[i] === day);
    j += Number(b[j] === day);
    all[count] = day;
    count += 1;
  }
  return all.slice(0, count);
}

/** Where each of some days lies among all days, which contain them. */
function positions(all: Int32Array, some: Int32Array): Int32Array {
  const found = new Int32Array(some.length);
  let position = 0;
  for (let i = 0; i < some.length; i += 1) {
    while (all[position] !== some[i]) {
      position += 1;
    }
    found[i] = position;
  }
  return found;
}

function mergeFields(
  days: Int32Array,
  stored: BarSeries,
  incoming: BarSeries,
  storedAt: Int32Array,
  incomingAt: Int32Array,
): BarFields {
  const fields: Partial<Record<Field, Float64Array>> = {};
  for (const field of FIELDS) {
    const old = stored.fields[field];
    const fresh = incoming.fields[field];
    if (old !== undefined || fresh !== undefined) {
      const values = new Float64Array(days.length).fill(Number.NaN);
      place(values, old, storedAt);
      place(values, fresh, incomingAt);
      fields[field] = values;
    }
  }
  return { close: new Float64Array(0), ...fields };
}

function spread(bars: BarSeries, at: Int32Array, length: number): BarFields {
  const fields: Partial<Record<Field, Float64Array>> = {};
  for (const field of FIELDS) {
    const values = new Float64Array(length).fill(Number.NaN);
    place(values, bars.fields[field], at);
    fields[field] = values;
  }
  return { close: new Float64Array(0), ...fields };
}

/** Writes the known values to their positions. */
function place(target: Float64Array, values: Float64Array | undefined, at: Int32Array): void {
  if (values === undefined) {
    return;
  }
  for (let i = 0; i < at.length; i += 1) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) {
      target[at[i] as number] = value;
    }
  }
}

function differs(before: BarFields, after: BarFields, position: number): boolean {
  return FIELDS.some((field) => {
    const old = before[field]?.[position] ?? Number.NaN;
    const fresh = after[field]?.[position] ?? Number.NaN;
    return !Object.is(old, fresh);
  });
}
