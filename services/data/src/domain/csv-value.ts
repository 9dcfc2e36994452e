import type { Field } from "./bar-series.ts";
import type { NumberReader } from "./csv-number.ts";
import { type CsvProblemReason, quote } from "./csv-problem.ts";

/** Bounds of a plausible price, in any currency: beyond them returns lose their meaning. */
const PRICE_MIN = 1e-12;
const PRICE_MAX = 1e12;

/** Why a cell holds no value. */
export interface ValueProblem {
  readonly reason: CsvProblemReason;
  readonly description: string;
}

/**
 * Reads a price or a volume.
 *
 * @param text - Without surrounding spaces.
 * @returns NaN where an empty cell means that the value is not known.
 */
export function readValue(
  text: string,
  field: Field,
  isRequired: boolean,
  numbers: NumberReader,
): number | ValueProblem {
  if (text === "") {
    return isRequired
      ? { reason: "PRICE_MISSING", description: `The ${field} is empty.` }
      : Number.NaN;
  }
  const value = numbers.read(text);
  if (typeof value === "string") {
    const reason = field === "volume" ? "VOLUME_INVALID" : "PRICE_INVALID";
    return { reason, description: `${quote(text)} ${value}.` };
  }
  return field === "volume" ? checkVolume(value, text) : checkPrice(value, text);
}

function checkVolume(value: number, text: string): number | ValueProblem {
  return value >= 0
    ? value
    : { reason: "VOLUME_INVALID", description: `The volume ${quote(text)} is negative.` };
}

function checkPrice(value: number, text: string): number | ValueProblem {
  if (value <= 0) {
    return { reason: "PRICE_NOT_POSITIVE", description: `The price ${quote(text)} is not over 0.` };
  }
  if (value < PRICE_MIN || value > PRICE_MAX) {
    const description = `The price ${quote(text)} is not from ${PRICE_MIN} to ${PRICE_MAX}.`;
    return { reason: "PRICE_OUT_OF_RANGE", description };
  }
  return value;
}
