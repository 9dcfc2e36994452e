import type { Field } from "./bar-series.ts";
import { IntegerList, NumberList } from "./growable.ts";

/** Prices of one symbol, in the order of the file. */
export class SymbolColumn {
  readonly symbol: string;
  readonly #rows = new IntegerList();
  readonly #values: ReadonlyMap<Field, NumberList>;

  constructor(symbol: string, fields: readonly Field[]) {
    this.symbol = symbol;
    this.#values = new Map(fields.map((field) => [field, new NumberList()]));
  }

  /** @param row - Index of the row in the file. */
  startRow(row: number): void {
    this.#rows.push(row);
  }

  /** Adds a value of the row that was started last. Every field gets one; NaN is not known. */
  add(field: Field, value: number): void {
    this.#values.get(field)?.push(value);
  }

  rows(): Int32Array {
    return this.#rows.values();
  }

  fields(): [Field, Float64Array][] {
    return [...this.#values].map(([field, list]) => [field, list.values()]);
  }
}
