/** What a bar may tell, besides its day. Every bar has a close. */
export type Field = "close" | "open" | "high" | "low" | "volume";

export const FIELDS: readonly Field[] = ["close", "open", "high", "low", "volume"];

/**
 * Daily bars of one instrument.
 *
 * `days` ascends strictly and holds days since 1970-01-01. Each field has one value per day: prices
 * in the instrument's currency, volume in shares. NaN means not known, and a field of which nothing
 * is known is absent. Every close is known.
 */
export interface BarSeries {
  readonly days: Int32Array;
  readonly fields: BarFields;
}

export type BarFields = Readonly<
  Partial<Record<Field, Float64Array>> & { readonly close: Float64Array }
>;

/** The bars at `from`, up to but without `to`. Shares memory. */
export function sliceBars(bars: BarSeries, from: number, to: number): BarSeries {
  return {
    days: bars.days.subarray(from, to),
    fields: mapFields(bars.fields, (values) => values.subarray(from, to)),
  };
}

export function mapFields(
  fields: BarFields,
  change: (values: Float64Array, field: Field) => Float64Array,
): BarFields {
  const changed: Partial<Record<Field, Float64Array>> & { close: Float64Array } = {
    close: change(fields.close, "close"),
  };
  for (const field of FIELDS) {
    const values = fields[field];
    if (field !== "close" && values !== undefined) {
      changed[field] = change(values, field);
    }
  }
  return changed;
}

/** Index of the first day that is not before `day`; the number of days when there is none. */
export function lowerBound(days: Int32Array, day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] as number) < day) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
