const SIGNIFICANT_DIGITS = 6;

/**
 * Writes a fraction as a percentage for people, such as `8.25 %`.
 *
 * @param rounding - `down` and `up` keep a limit on the safe side: the number that is shown
 *   still satisfies the limit.
 */
export function percentText(
  fraction: number,
  rounding: "nearest" | "down" | "up" = "nearest",
): string {
  return `${compactText(roundTo(fraction * 100, rounding))} %`;
}

/** Writes a number with up to 6 significant digits and no trailing zeros. */
export function compactText(value: number): string {
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

/** Writes a count and its noun, such as `1 asset` or `3 assets`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Lists names, at most the first five. */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function roundTo(percent: number, rounding: "nearest" | "down" | "up"): number {
  if (rounding === "nearest") {
    return percent;
  }
  const step = 1e-4;
  const steps = percent / step;
  return (rounding === "down" ? Math.floor(steps) : Math.ceil(steps)) * step;
}
