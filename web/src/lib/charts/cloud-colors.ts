import { interpolateViridis } from "d3-scale-chromatic";

// The darkest viridis colors vanish on a dark page, the brightest on any.
const LIGHT_RANGE = [0.05, 0.95] as const;
const DARK_RANGE = [0.3, 0.95] as const;
const STEPS = 24;

/** Colors of a cloud: few enough that a canvas fills each of them in one pass. */
export function viridisSteps(isDark: boolean): string[] {
  const [start, end] = isDark ? DARK_RANGE : LIGHT_RANGE;
  return Array.from({ length: STEPS }, (_, i) =>
    interpolateViridis(start + ((end - start) * i) / (STEPS - 1)),
  );
}

/** Puts each value into one of `count` bins of equal width; all go into the middle bin if equal. */
export function binOf(value: number, low: number, high: number, count: number): number {
  if (high <= low) {
    return Math.floor(count / 2);
  }
  return Math.max(0, Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count)));
}
