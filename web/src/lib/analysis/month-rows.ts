/** Returns of the months of a year. NaN where there is none. */
export interface MonthRow {
  readonly year: number;
  /** Twelve, from January. */
  readonly values: readonly number[];
  /** Compound return of the months that there are. */
  readonly whole: number;
}

/** Puts months into rows by year, the earliest year first. */
export function monthRows(
  months: readonly {
    readonly year: number;
    readonly month: number;
    readonly compoundReturn: number;
  }[],
): readonly MonthRow[] {
  const rows = new Map<number, number[]>();
  for (const { year, month, compoundReturn } of months) {
    const values = rows.get(year) ?? new Array<number>(12).fill(Number.NaN);
    values[month - 1] = compoundReturn;
    rows.set(year, values);
  }
  return [...rows].map(([year, values]) => ({
    year,
    values,
    whole:
      values.reduce((growth, value) => growth * (1 + (Number.isNaN(value) ? 0 : value)), 1) - 1,
  }));
}
