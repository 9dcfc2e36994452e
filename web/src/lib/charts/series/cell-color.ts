// The strongest mix keeps the number in the cell readable, in light and in dark.
const STRONGEST = 72;

/**
 * Background of a cell of a heat map: orange below 0, blue above, the page's surface at 0.
 *
 * @param value - Any number; NaN has no color.
 * @param reach - Absolute value at which the color is full.
 * @param quiet - Absolute value below which there is no color.
 * @returns A CSS color, or undefined for none.
 */
export function cellColor(value: number, reach: number, quiet = 0): string | undefined {
  if (!(Math.abs(value) >= quiet && value !== 0 && reach > 0)) {
    return;
  }
  const strength = Math.round(STRONGEST * Math.min(1, Math.abs(value) / reach));
  return `color-mix(in srgb, ${value < 0 ? "#b35806" : "#2166ac"} ${strength}%, var(--surface))`;
}
