import pg from "pg";

type Parse = (text: string) => unknown;

/** Type identifiers of PostgreSQL. @see `pg_type.dat` in the PostgreSQL source. */
const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const DATE_ARRAY = 1182;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
const TEXT_ARRAY = 1009;

// The declared parameter type lists scalar types only.
const defaultParser = pg.types.getTypeParser as (id: number, format: "text" | "binary") => Parse;
const parseTextArray = defaultParser(TEXT_ARRAY, "text");

const PARSERS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [INT8, parseInt8],
  [INT8_ARRAY, (text) => (parseTextArray(text) as (string | null)[]).map(parseInt8OrNull)],
  [DATE, (text) => text],
  [DATE_ARRAY, parseTextArray],
  [TIMESTAMP, (text) => text.replace(" ", "T")],
  [TIMESTAMPTZ, (text) => text.replace(" ", "T").replace(/\+00$/, "Z")],
]);

/**
 * How column values become JavaScript values.
 *
 * - `int8`: number; an error beyond ±(2^53 − 1), never a rounded value.
 * - `float8`: number, with `NaN` and infinities as they are. `numeric`: string, exact.
 * - `date`: string `YYYY-MM-DD`. `timestamptz`: string in UTC to the microsecond, such as
 *   `2024-01-02T03:04:05.123456Z`. No `Date` objects: they know neither days nor microseconds.
 *
 * Relies on the session settings `DateStyle=ISO` and `TimeZone=UTC`.
 */
export const COLUMN_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format: "text" | "binary" = "text") =>
    (format === "text" && PARSERS.get(id)) || defaultParser(id, format),
};

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`int8 ${text} does not fit a number; select it as text`);
  }
  return value;
}

function parseInt8OrNull(text: string | null): number | null {
  return text === null ? null : parseInt8(text);
}
