const ROUNDING = 1e-9;

/**
 * Writes a fraction as a percentage: with at most two decimals, or two digits if it is tiny.
 *
 * @param direction - Where to round, so that a limit written this way still lets the value through.
 */
export function percent(
  fraction: number,
  direction: "up" | "down" | "nearest" = "nearest",
): string {
  const value = fraction * 100;
  const size = Math.abs(value);
  const decimals = size < 0.1 && size > 0 ? Math.min(100, 1 - Math.floor(Math.log10(size))) : 2;
  const near = Number(value.toFixed(decimals));
  if (direction === "nearest" || Math.abs(near - value) <= ROUNDING * size) {
    return `${near} %`;
  }
  const step = 10 ** -decimals;
  const up = near < value ? near + step : near;
  const down = near > value ? near - step : near;
  return `${Number((direction === "up" ? up : down).toFixed(decimals))} %`;
}
