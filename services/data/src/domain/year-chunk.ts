import {
  type BarFields,
  type BarSeries,
  FIELDS,
  type Field,
  lowerBound,
  sliceBars,
} from "./bar-series.ts";
import { newYear, yearOf } from "./calendar-day.ts";

/** One year of one field, as the store keeps it. */
export interface YearChunk {
  readonly field: Field;
  readonly year: number;
  /** Days of the year from 0, ascending: unsigned 16-bit integers, little-endian. */
  readonly days: Uint8Array;
  /** One known value per day: doubles, little-endian. */
  readonly values: Uint8Array;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Splits bars by calendar year. Shares memory. */
export function splitYears(bars: BarSeries): { year: number; bars: BarSeries }[] {
  const parts: { year: number; bars: BarSeries }[] = [];
  let from = 0;
  while (from < bars.days.length) {
    const year = yearOf(bars.days[from] as number);
    const to = lowerBound(bars.days, newYear(year + 1));
    parts.push({ year, bars: sliceBars(bars, from, to) });
    from = to;
  }
  return parts;
}

/** Encodes the bars of one year: a chunk for each field of which something is known. */
export function encodeYear(year: number, { days, fields }: BarSeries): YearChunk[] {
  return FIELDS.flatMap((field) => {
    const values = fields[field];
    const chunk = values && encodeField(year, field, days, values);
    return chunk ? [chunk] : [];
  });
}

function encodeField(
  year: number,
  field: Field,
  days: Int32Array,
  values: Float64Array,
): YearChunk | undefined {
  const start = newYear(year);
  const offsets = new Uint16Array(days.length);
  const known = new Float64Array(days.length);
  let count = 0;
  for (let i = 0; i < days.length; i += 1) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) {
      offsets[count] = (days[i] as number) - start;
      known[count] = value;
      count += 1;
    }
  }
  if (count === 0) {
    return undefined;
  }
  return {
    field,
    year,
    days: littleEndian(offsets.subarray(0, count)),
    values: littleEndian(known.subarray(0, count)),
  };
}

/**
 * Puts chunks of one instrument together again.
 *
 * @param chunks - Any years, by year ascending; at most one per year and field.
 */
export function decodeChunks(chunks: readonly YearChunk[]): BarSeries {
  const closes = chunks.filter(({ field }) => field === "close");
  const days = new Int32Array(sum(closes.map((chunk) => countOf(chunk))));
  let from = 0;
  for (const chunk of closes) {
    const start = newYear(chunk.year);
    const offsets = decodeDays(chunk.days);
    for (let i = 0; i < offsets.length; i += 1) {
      days[from + i] = start + (offsets[i] as number);
    }
    from += offsets.length;
  }
  const fields: Partial<Record<Field, Float64Array>> = {};
  for (const chunk of chunks) {
    const values = fields[chunk.field] ?? new Float64Array(days.length).fill(Number.NaN);
    fields[chunk.field] = values;
    placeValues(values, days, chunk);
  }
  return { days, fields: { close: new Float64Array(0), ...fields } as BarFields };
}

function placeValues(target: Float64Array, days: Int32Array, chunk: YearChunk): void {
  const start = newYear(chunk.year);
  const offsets = decodeDays(chunk.days);
  const values = decodeValues(chunk.values);
  let position = lowerBound(days, start);
  for (let i = 0; i < offsets.length; i += 1) {
    const day = start + (offsets[i] as number);
    while ((days[position] as number) < day) {
      position += 1;
    }
    target[position] = values[i] as number;
  }
}

function countOf(chunk: YearChunk): number {
  return chunk.values.byteLength / 8;
}

function decodeDays(bytes: Uint8Array): Uint16Array {
  const copy = swapIfBigEndian(bytes, 2);
  return new Uint16Array(copy.buffer, copy.byteOffset, bytes.byteLength / 2);
}

function decodeValues(bytes: Uint8Array): Float64Array {
  const copy = swapIfBigEndian(bytes, 8);
  return new Float64Array(copy.buffer, copy.byteOffset, bytes.byteLength / 8);
}

/** Bytes of numbers, least significant first. Shares memory where the machine does so too. */
export function littleEndian(numbers: Uint16Array | Int32Array | Float64Array): Uint8Array {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return isLittleEndian ? bytes : swapIfBigEndian(bytes, numbers.BYTES_PER_ELEMENT);
}

/** Copies, so that the result is aligned, into the byte order of the machine. */
function swapIfBigEndian(bytes: Uint8Array, width: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (!isLittleEndian) {
    for (let i = 0; i < copy.length; i += width) {
      copy.subarray(i, i + width).reverse();
    }
  }
  return copy;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
