import { ArgumentError } from "../errors.ts";

// Below this, insertion is faster than counting the digits.
const INSERTION_MAX = 64;

const BYTE_COUNT = 8;
const DIGITS = 256;

// Which of the two words of a double holds the sign: the second, but for big-endian hosts.
const HIGH_WORD = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/**
 * Computes the order that sorts numbers ascending: values[order[0]] ≤ values[order[1]] ≤ …
 *
 * Equal numbers (0 and −0 among them) keep their order; NaN comes last. A radix sort by bytes:
 * n operations.
 *
 * @param values - Length n. Not changed.
 * @param order - Takes the positions, length n.
 * @throws {ArgumentError} The lengths differ.
 * @see Knuth (1998), "The Art of Computer Programming", vol. 3, 5.2.5, algorithm R
 */
export function argsort(values: Float64Array, order: Uint32Array): void {
  const n = values.length;
  if (order.length !== n) {
    throw new ArgumentError(`order has ${order.length} entries, values have ${n}`);
  }
  const words = sortableWords(values);
  for (let k = 0; k < n; k++) {
    order[k] = k;
  }
  if (n <= INSERTION_MAX) {
    sortByInsertion(words, order);
    return;
  }
  const counts = countDigits(words);
  let from: Uint32Array = order;
  let to: Uint32Array = new Uint32Array(n);
  for (let byte = 0; byte < BYTE_COUNT; byte++) {
    const digits = counts.subarray(byte * DIGITS, (byte + 1) * DIGITS);
    // A byte that all numbers share sorts nothing.
    if (digits[digitOf(words, 0, byte)] !== n) {
      scatter(words, byte, digits, from, to);
      [from, to] = [to, from];
    }
  }
  if (from !== order) {
    order.set(from);
  }
}

/** Maps each double to two words, the low one first, that compare as it does. */
function sortableWords(values: Float64Array): Uint32Array {
  // Adding 0 turns −0 into 0.
  const doubles = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) {
    doubles[k] = values[k] + 0;
  }
  const words = new Uint32Array(doubles.buffer);
  for (let k = 0; k < values.length; k++) {
    const high = words[2 * k + HIGH_WORD];
    const low = words[2 * k + 1 - HIGH_WORD];
    // Negative numbers are turned around, and all go below the others; NaN goes to the top.
    const flip = high >>> 31 === 1 ? 0xffffffff : 0;
    const mapsToTop = doubleIsNaN(high, low);
    words[2 * k] = mapsToTop ? 0xffffffff : low ^ flip;
    words[2 * k + 1] = mapsToTop ? 0xffffffff : high ^ (flip | 0x80000000);
  }
  return words;
}

function doubleIsNaN(high: number, low: number): boolean {
  const magnitude = high & 0x7fffffff;
  return magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && low !== 0);
}

function digitOf(words: Uint32Array, position: number, byte: number): number {
  return (words[2 * position + (byte >> 2)] >>> (8 * (byte & 3))) & (DIGITS - 1);
}

/** Counts how often each digit occurs in each byte, the lowest byte first. */
function countDigits(words: Uint32Array): Uint32Array {
  const counts = new Uint32Array(BYTE_COUNT * DIGITS);
  for (let k = 0; k < words.length; k++) {
    const word = words[k];
    const first = (k & 1) * 4 * DIGITS;
    counts[first + (word & 0xff)]++;
    counts[first + DIGITS + ((word >>> 8) & 0xff)]++;
    counts[first + 2 * DIGITS + ((word >>> 16) & 0xff)]++;
    counts[first + 3 * DIGITS + (word >>> 24)]++;
  }
  return counts;
}

/** Moves positions to where their digit goes; the counts become the ends of what they counted. */
function scatter(
  words: Uint32Array,
  byte: number,
  counts: Uint32Array,
  from: Uint32Array,
  to: Uint32Array,
): void {
  let start = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = counts[digit];
    counts[digit] = start;
    start += count;
  }
  const word = byte >> 2;
  const shift = 8 * (byte & 3);
  for (let k = 0; k < from.length; k++) {
    const position = from[k];
    const digit = (words[2 * position + word] >>> shift) & (DIGITS - 1);
    to[counts[digit]++] = position;
  }
}

function sortByInsertion(words: Uint32Array, order: Uint32Array): void {
  for (let k = 1; k < order.length; k++) {
    let hole = k;
    while (hole > 0 && isLess(words, k, order[hole - 1])) {
      order[hole] = order[hole - 1];
      hole--;
    }
    order[hole] = k;
  }
}

function isLess(words: Uint32Array, i: number, j: number): boolean {
  const difference = words[2 * i + 1] - words[2 * j + 1];
  return difference < 0 || (difference === 0 && words[2 * i] < words[2 * j]);
}

/**
 * Finds the number that sorting would put at place k, and moves it there.
 *
 * What comes before place k is then no larger and what comes after no smaller; NaN counts as the
 * largest. n operations on average, n log n at worst.
 *
 * @param values - Length n. Its entries are reordered.
 * @param k - 0 … n − 1, 0 for the smallest.
 * @throws {ArgumentError} k is no place.
 * @see Hoare (1961), "Algorithm 65: find", doi:10.1145/366622.366647
 */
export function quickselect(values: Float64Array, k: number): number {
  if (!(Number.isInteger(k) && k >= 0 && k < values.length)) {
    throw new ArgumentError(`place ${k} is not among ${values.length} numbers`);
  }
  let low = 0;
  let high = lastNumber(values);
  let rounds = 2 * Math.ceil(Math.log2(values.length + 1));
  while (low < high && k <= high) {
    if (rounds === 0) {
      values.subarray(low, high + 1).sort();
      break;
    }
    rounds--;
    const split = partition(values, low, high);
    if (k < split) {
      high = split - 1;
    } else {
      low = split;
    }
  }
  return values[k];
}

/** Splits a range of two numbers or more. @returns Where the part starts that is no smaller. */
function partition(values: Float64Array, low: number, high: number): number {
  const pivot = medianOfThree(values[low], values[(low + high) >> 1], values[high]);
  let i = low;
  let j = high;
  while (i <= j) {
    while (values[i] < pivot) {
      i++;
    }
    while (values[j] > pivot) {
      j--;
    }
    if (i <= j) {
      const kept = values[i];
      values[i++] = values[j];
      values[j--] = kept;
    }
  }
  return i;
}

/** Moves NaNs to the end. @returns The place of the last other number, or −1. */
function lastNumber(values: Float64Array): number {
  let last = values.length - 1;
  for (let k = last; k >= 0; k--) {
    if (Number.isNaN(values[k])) {
      values[k] = values[last];
      values[last] = Number.NaN;
      last--;
    }
  }
  return last;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
