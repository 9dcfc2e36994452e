import type { Instrument } from "./instrument.ts";

const SUGGESTIONS_MAX = 3;

/**
 * Finds instruments that somebody who typed an unknown symbol may have meant: symbols one or two
 * typing errors away, and names that start with the text ("APPLE").
 *
 * @param symbol - Normalized.
 * @returns Up to 3 symbols, nearest first.
 */
export function nearSymbols(symbol: string, instruments: readonly Instrument[]): string[] {
  const distanceMax = symbol.length <= 3 ? 1 : 2;
  return instruments
    .map((instrument) => ({ instrument, distance: distance(symbol, instrument, distanceMax) }))
    .filter((candidate) => candidate.distance <= distanceMax)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ instrument }) => instrument.symbol);
}

function distance(symbol: string, instrument: Instrument, distanceMax: number): number {
  if (symbol.length >= 3 && instrument.name.toUpperCase().startsWith(symbol)) {
    return 0;
  }
  // The lengths alone differ by more insertions than allowed.
  if (Math.abs(symbol.length - instrument.symbol.length) > distanceMax) {
    return Number.POSITIVE_INFINITY;
  }
  return editDistance(symbol, instrument.symbol);
}

/**
 * Number of insertions, deletions, substitutions and swaps of neighbors between two texts.
 *
 * @see Damerau (1964), "A technique for computer detection and correction of spelling errors",
 *   doi:10.1145/363958.363994; the restricted form, where no part is edited twice.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = at(last, j - 1) + Number(a[i - 1] !== b[j - 1]);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(last, j) + 1,
          at(row, j - 1) + 1,
          substitution,
          isSwap ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
