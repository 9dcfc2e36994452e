import type { QuadraticProgram } from "../src/optimize/active-set/quadratic-program.ts";
import { uniformSource } from "../src/random/splitmix.ts";

/**
 * Makes a random convex quadratic program of 1 to 14 variables and up to 4 rows, often degenerate:
 * singular or zero H, equal and zero series, tied and crossing limits, repeated rows.
 */
export function randomProgram(seed: number): QuadraticProgram {
  const uniform = uniformSource(seed * 7919);
  const n = 1 + Math.floor(uniform() * 14);
  const scale = uniform() < 0.3 ? 10 ** (20 * uniform() - 10) : 1;
  const linearScale = [0, 1, scale, scale][Math.floor(4 * uniform())];
  const isTied = uniform() < 0.5;
  const round = (value: number) => (isTied ? Math.round(value * 5) / 5 : value);
  const lower = Float64Array.from({ length: n }, () => (uniform() < 0.4 ? round(-uniform()) : 0));
  const upper = lower.map((bound) => bound + (uniform() < 0.1 ? 0 : round(uniform())));
  return {
    quadratic: { matrix: { rows: n, cols: n, values: randomGram(uniform, n, scale) } },
    linear: Float64Array.from({ length: n }, () => (uniform() - 0.5) * linearScale),
    system: { lower, upper, ...randomRows(uniform, n, round) },
  };
}

function randomRows(uniform: () => number, n: number, round: (value: number) => number) {
  const m = Math.floor(uniform() * 5);
  const rows = new Float64Array(m * n);
  const rowLower = new Float64Array(m);
  const rowUpper = new Float64Array(m);
  for (let r = 0; r < m; r++) {
    const entry = randomEntry(uniform);
    for (let j = 0; j < n; j++) {
      rows[r * n + j] = entry?.() ?? 2 * rows[j];
    }
    const side = round(1.4 * uniform());
    const below = [0, 0, 0, Number.POSITIVE_INFINITY][Math.floor(4 * uniform())];
    const above = [0, 0, uniform(), Number.POSITIVE_INFINITY][Math.floor(4 * uniform())];
    rowLower[r] = side - below;
    rowUpper[r] = side + above;
  }
  return { rows: { rows: m, cols: n, values: rows }, rowLower, rowUpper };
}

/** Picks a kind of row: a budget, a group, any numbers, or nothing for a copy of the first. */
function randomEntry(uniform: () => number): (() => number) | undefined {
  const kind = uniform();
  if (kind < 0.4) {
    return () => 1;
  }
  if (kind < 0.7) {
    return () => Math.round(uniform());
  }
  return kind < 0.9 ? uniform : undefined;
}

/** Makes scale·X'X of up to 2n random rows, with equal and zero columns at times. */
function randomGram(uniform: () => number, n: number, scale: number): Float64Array {
  const days = Math.floor(uniform() * 2 * n);
  // Column 1 at times repeats column 0, and the last is at times 0.
  const source = Int32Array.from({ length: n }, (_, i) => i);
  source[Math.min(1, n - 1)] = uniform() < 0.2 ? 0 : Math.min(1, n - 1);
  const last = Math.floor(1.1 * uniform()) === 1 ? 0 : 1;
  const gram = new Float64Array(n * n);
  for (let t = 0; t < days; t++) {
    const row = Float64Array.from({ length: n }, () => uniform() + uniform() - 1);
    row[n - 1] *= last;
    for (let entry = 0; entry < n * n; entry++) {
      const i = Math.floor(entry / n);
      const j = entry % n;
      gram[entry] += scale * row[source[i]] * row[source[j]];
    }
  }
  return gram;
}
