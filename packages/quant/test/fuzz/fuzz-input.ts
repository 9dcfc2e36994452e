import { ArgumentError } from "../../src/errors.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import type { WeightConstraints } from "../../src/optimize/constraints.ts";
import type { LinearRow } from "../../src/optimize/linear-row.ts";
import { uniformSource } from "../../src/random/splitmix.ts";
import { historicalScenarios, scenarioCovariance } from "../../src/scenarios/scenario-set.ts";

/** Data and limits that an entry point is tried on. */
export interface FuzzInput {
  /** The source goes on where the input ended, for choices of the entry point. */
  readonly uniform: () => number;
  /** Shape (T, n), of 2 to 30 days and 1 to 9 assets. */
  readonly returns: Matrix;
  /** That of the returns; at times any symmetric matrix. */
  readonly covariance: Matrix;
  readonly expectedReturns: Float64Array;
  readonly constraints: WeightConstraints;
}

type Spoil = (base: number, asset: number, day: number) => number;

/** Singular, rank one, equal, still, of mixed size, with an outlier, tied; or as it comes. */
const SPOILS: readonly Spoil[] = [
  (base) => base,
  (base) => base,
  (_, asset, day) => Math.sin(day) * (asset + 1),
  (base, asset) => (asset === 0 ? 0 : base),
  () => 0,
  () => 0.05,
  (base, asset) => base * 10 ** (-6 * (asset % 3)),
  (base) => Math.round(base * 40) / 20,
  (base, _, day) => (day === 0 ? base * 1e6 : base),
];
const RETURN_SCALES = [1, 1, 1, 1, 1, 100, 1e-4, 1e-9, 1e9, 1e150, 1e-150, 1e-170, 1e200];
const LIMIT_SCALES = [1, 1, 1, 1, 1, 1, 1, 1e-6, 1e6, 1e-150, 1e150];

/** Makes the input of a seed: the same everywhere. */
export function fuzzInput(seed: number): FuzzInput {
  const uniform = uniformSource(seed * 7919 + 13);
  const returns = fuzzReturns(uniform);
  const covariance = fuzzCovariance(returns, uniform);
  const scale = Math.sqrt(covariance.values[0]) || 1;
  const isTied = uniform() < 0.2;
  const expectedReturns = Float64Array.from({ length: returns.cols }, () =>
    isTied ? scale : scale * (uniform() - 0.3),
  );
  return {
    uniform,
    returns,
    covariance,
    expectedReturns,
    constraints: fuzzLimits(returns, uniform),
  };
}

/** Picks one of some values. */
export function pick<T>(uniform: () => number, choices: readonly T[]): T {
  return choices[Math.floor(uniform() * choices.length)];
}

function fuzzReturns(uniform: () => number): Matrix {
  const rows = 2 + Math.floor(uniform() * 29);
  const cols = 1 + Math.floor(uniform() * 9);
  const spoil = pick(uniform, SPOILS);
  const scale = pick(uniform, RETURN_SCALES);
  // The second asset at times repeats the first.
  const isTwin = uniform() < 0.15;
  const values = new Float64Array(rows * cols);
  for (let day = 0; day < rows; day++) {
    for (let j = 0; j < cols; j++) {
      const base = 0.02 * (uniform() + uniform() + uniform() - 1.5);
      const isCopy = isTwin && j === 1;
      values[day * cols + j] = isCopy ? values[day * cols] : scale * spoil(base, j, day);
    }
  }
  return { rows, cols, values };
}

function fuzzCovariance(returns: Matrix, uniform: () => number): Matrix {
  const n = returns.cols;
  if (uniform() < 0.95) {
    const covariance = covarianceOf(returns);
    if (covariance?.values.every(Number.isFinite)) {
      return covariance;
    }
  }
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = i === j ? uniform() : uniform() - 0.5;
      values[i * n + j] = entry;
      values[j * n + i] = entry;
    }
  }
  return { rows: n, cols: n, values };
}

function covarianceOf(returns: Matrix): Matrix | undefined {
  try {
    return scenarioCovariance(historicalScenarios(returns));
  } catch (error) {
    if (error instanceof ArgumentError) {
      return undefined;
    }
    throw error;
  }
}

function fuzzLimits({ cols: n }: Matrix, uniform: () => number): WeightConstraints {
  const scale = pick(uniform, LIMIT_SCALES);
  const isTied = uniform() < 0.4;
  const size = (value: number) => scale * (isTied ? Math.round(value * 5) / 5 : value);
  const isShort = uniform() < 0.3;
  const lower = Float64Array.from({ length: n }, () => (isShort ? size(-uniform()) : 0));
  const isOpen = uniform() < 0.5;
  // A bound at times leaves no room, or crosses the other.
  const upper = lower.map((bound) => {
    const kind = uniform();
    if (kind < 0.04) return bound;
    return kind < 0.05 ? bound - size(0.1) : bound + (isOpen ? scale : size(2 * uniform()));
  });
  const budget = pick(uniform, [1, 1, 1, 1, 0, 5]) * scale;
  const isRange = uniform() < 0.2;
  return {
    lower,
    upper,
    budget: isRange ? { lower: size(0.5 * uniform()), upper: budget } : budget,
    rows: fuzzRows(n, uniform, size),
  };
}

function fuzzRows(
  n: number,
  uniform: () => number,
  size: (value: number) => number,
): readonly LinearRow[] {
  const rows: LinearRow[] = [];
  const count = Math.floor(5 * uniform() * uniform());
  for (let r = 0; r < count; r++) {
    const before = rows.at(-1);
    const kind = uniform();
    if (before !== undefined && kind < 0.2) {
      // The same again, or what contradicts it.
      const gap = Number.isFinite(before.upper) ? before.upper + size(uniform() - 0.5) : 0;
      rows.push({ ...before, name: `row ${r}`, lower: gap, upper: Number.POSITIVE_INFINITY });
      continue;
    }
    const assets = [...Array(n).keys()].filter(() => uniform() < 0.6);
    const coefficients = assets.map(() => (kind < 0.6 ? 1 : uniform() - 0.4));
    const upper = size(uniform());
    const lower = pick(uniform, [Number.NEGATIVE_INFINITY, upper, upper - size(0.3)]);
    rows.push({ name: `row ${r}`, assets, coefficients, lower, upper });
  }
  return rows;
}
