/** One cell or row of a CSV file that cannot be imported. */
export interface CsvProblem {
  /** Counted from 1, the header included. */
  readonly line: number;
  /** Counted from 1; 0 when the whole line is meant. */
  readonly column: number;
  /** Header of the column; empty where there is none. */
  readonly columnName: string;
  /** Stable cause. */
  readonly reason: CsvProblemReason;
  /** One sentence with the value. */
  readonly description: string;
}

export type CsvProblemReason =
  | "COLUMN_COUNT_WRONG"
  | "QUOTE_NOT_CLOSED"
  | "DATE_INVALID"
  | "DATE_IN_FUTURE"
  | "PRICE_INVALID"
  | "PRICE_MISSING"
  | "PRICE_NOT_POSITIVE"
  | "PRICE_OUT_OF_RANGE"
  | "VOLUME_INVALID"
  | "SYMBOL_INVALID"
  | "SYMBOL_REPEATED"
  | "ROW_REPEATED";

/** Problems that are kept; the others are only counted. */
export const PROBLEMS_KEPT_MAX = 1000;

const TEXT_MAX = 40;

/** Gathers problems: counts all, keeps the first of the file. */
export class ProblemList {
  #kept: CsvProblem[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(problem: CsvProblem): void {
    this.#count += 1;
    this.#kept.push(problem);
    if (this.#kept.length >= 2 * PROBLEMS_KEPT_MAX) {
      this.#kept = this.first();
    }
  }

  /** The first problems, by line and column. */
  first(): CsvProblem[] {
    return this.#kept
      .toSorted((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, PROBLEMS_KEPT_MAX);
  }
}

/** Quotes a value from a file, shortened. */
export function quote(text: string): string {
  return `"${text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text}"`;
}
