/** Maps fractions onto CSS pixels along one axis. */
export type LinearScale = (value: number) => number;

/** Makes the scale that maps the ends of the domain onto the ends of the range. */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): LinearScale {
  const factor = (range[1] - range[0]) / (domain[1] - domain[0]);
  return (value) => range[0] + (value - domain[0]) * factor;
}

/** Lists the round values in a domain, about `count` of them: multiples of 1, 2 or 5 · 10ᵏ. */
export function roundTicks(domain: readonly [number, number], count: number): number[] {
  const step = roundStep(domain[1] - domain[0], count);
  const first = Math.ceil(domain[0] / step.value - 1e-9);
  const last = Math.floor(domain[1] / step.value + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => step.times(first + i));
}

/** Widens a domain to round values, `count` of which would fill it. */
export function roundDomain(domain: readonly [number, number], count: number): [number, number] {
  const step = roundStep(domain[1] - domain[0], count);
  return [
    step.times(Math.floor(domain[0] / step.value + 1e-9)),
    step.times(Math.ceil(domain[1] / step.value - 1e-9)),
  ];
}

interface RoundStep {
  readonly value: number;
  /** Multiplies the step by a whole number. */
  readonly times: (count: number) => number;
}

// Each factor from the geometric mean of itself and the one before: √50, √10 and √2.
const ROUND_FACTORS = [
  { factor: 10, from: Math.sqrt(50) },
  { factor: 5, from: Math.sqrt(10) },
  { factor: 2, from: Math.SQRT2 },
] as const;

/** Picks the step of 1, 2 or 5 · 10ᵏ whose number of steps is, as a ratio, nearest to `count`. */
function roundStep(span: number, count: number): RoundStep {
  const exact = span / count;
  const power = Math.floor(Math.log10(exact));
  const rest = exact / 10 ** power;
  const factor = ROUND_FACTORS.find(({ from }) => rest >= from)?.factor ?? 1;
  if (power < 0) {
    // Dividing by a whole number keeps 3 · 0.1 at 0.3.
    const divisor = 10 ** -power;
    return { value: factor / divisor, times: (n) => (n * factor) / divisor || 0 };
  }
  const value = factor * 10 ** power;
  return { value, times: (n) => n * value || 0 };
}
