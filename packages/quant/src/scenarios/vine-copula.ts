import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { randomSource } from "../random/xoshiro.ts";
import { kendallTau } from "../statistics/kendall-tau.ts";
import {
  type EmpiricalMargins,
  empiricalMargins,
  marginProbability,
  marginQuantile,
  pseudoObservations,
} from "./margins.ts";
import {
  conditionalProbability,
  conditionalQuantile,
  fitPairCopula,
  type PairCopula,
} from "./pair-copula.ts";
import { historicalScenarios, type ScenarioSet } from "./scenario-set.ts";

/** Dependence of many assets by pairs: a canonical vine, with past returns as margins. */
export interface VineCopula {
  /** Assets in the order in which they become roots of a tree. */
  readonly order: readonly number[];
  /** Copula k, j: of the (k + 1 + j)-th asset of the order with the k-th, given those before. */
  readonly pairs: readonly (readonly PairCopula[])[];
  readonly margins: EmpiricalMargins;
}

/**
 * Fits a canonical vine of pair copulas.
 *
 * The root of each tree is the asset with the largest sum of |τ| to the others, given the roots
 * before. Each pair has the copula of its own that fits best.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 3.
 * @param root - Asset to take as the first root, for `conditionalScenarios`. Absent means the most
 *   connected one.
 * @throws {ArgumentError} There are fewer than three rows, or the root is no asset.
 * @see Aas, Czado, Frigessi & Bakken (2009), "Pair-copula constructions of multiple dependence",
 *   doi:10.1016/j.insmatheco.2007.02.001; Czado, Schepsmeier & Min (2012), "Maximum likelihood
 *   estimation of mixed C-vines", doi:10.1177/1471082X1101200301
 */
export function fitVine(returns: Matrix, root?: number): VineCopula {
  const { rows, cols: n } = returns;
  if (rows < 3 || (root !== undefined && !(root >= 0 && root < n))) {
    throw new ArgumentError(`a vine of ${rows} rows of ${n} assets with the root ${root}`);
  }
  let remaining = Array.from({ length: n }, (_, asset) => asset);
  let observed = new Map(pseudoObservations(returns).map((ranks, asset) => [asset, ranks]));
  const order: number[] = [];
  const fitted: Map<number, PairCopula>[] = [];
  while (remaining.length > 0) {
    const next = order.length === 0 && root !== undefined ? root : mostConnected(observed);
    const given = valuesOf(observed, next);
    remaining = remaining.filter((asset) => asset !== next);
    order.push(next);
    const copulas = new Map(
      remaining.map((asset) => [asset, fitPairCopula(valuesOf(observed, asset), given)]),
    );
    observed = new Map(
      remaining.map((asset) => {
        const copula = copulas.get(asset);
        const values = valuesOf(observed, asset);
        return [
          asset,
          copula ? values.map((u, t) => conditionalProbability(copula, u, given[t])) : values,
        ];
      }),
    );
    fitted.push(copulas);
  }
  return {
    order,
    pairs: fitted.map((copulas, k) =>
      order.slice(k + 1).flatMap((asset) => {
        const copula = copulas.get(asset);
        return copula === undefined ? [] : [copula];
      }),
    ),
    margins: empiricalMargins(returns),
  };
}

function valuesOf(observed: ReadonlyMap<number, Float64Array>, asset: number): Float64Array {
  return observed.get(asset) ?? new Float64Array(0);
}

/** Finds the series with the largest sum of |τ| to the others. */
function mostConnected(observed: ReadonlyMap<number, Float64Array>): number {
  const assets = [...observed.keys()];
  const sums = new Float64Array(assets.length);
  for (let i = 0; i < assets.length; i++) {
    for (let j = 0; j < i; j++) {
      const tau = kendallTau(valuesOf(observed, assets[i]), valuesOf(observed, assets[j]));
      sums[i] += Math.abs(tau);
      sums[j] += Math.abs(tau);
    }
  }
  return assets[sums.indexOf(Math.max(...sums))];
}

/**
 * Draws scenarios from a vine.
 *
 * @param count - Scenarios to draw, at least 1.
 * @param seed - Any integer: the same seed draws the same scenarios.
 * @throws {ArgumentError} The count is below 1.
 */
export function vineScenarios(vine: VineCopula, count: number, seed: number): ScenarioSet {
  return drawScenarios(vine, count, seed, undefined);
}

/**
 * Draws scenarios in which the first root of a vine has a given return: a stress test that keeps the
 * dependence of the others.
 *
 * @param shock - Return of `vine.order[0]`; beyond its past returns the nearest of them gives the
 *   state of the others.
 * @throws {ArgumentError} The count is below 1, or the shock is not finite.
 */
export function conditionalScenarios(
  vine: VineCopula,
  shock: number,
  count: number,
  seed: number,
): ScenarioSet {
  if (!Number.isFinite(shock)) {
    throw new ArgumentError(`the shock is ${shock}, not a finite number`);
  }
  return drawScenarios(vine, count, seed, shock);
}

function drawScenarios(
  { order, pairs, margins }: VineCopula,
  count: number,
  seed: number,
  shock: number | undefined,
): ScenarioSet {
  const n = order.length;
  if (!(count >= 1)) {
    throw new ArgumentError(`${count} scenarios, not at least 1`);
  }
  const uniform = randomSource(seed);
  const first =
    shock === undefined ? undefined : marginProbability(margins.sorted[order[0]], shock);
  const values = new Float64Array(count * n);
  const state = new Float64Array(n * n);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < n; i++) {
      const free = i === 0 && first !== undefined ? first : 1 - uniform();
      const u = nextUniform(pairs, state, i, free);
      const asset = order[i];
      values[t * n + asset] = marginQuantile(margins.sorted[asset], u);
    }
    if (shock !== undefined) {
      values[t * n + order[0]] = shock;
    }
  }
  return historicalScenarios({ rows: count, cols: n, values });
}

/** Draws the i-th variable given those before; `state` holds each one's conditional values. */
function nextUniform(
  pairs: readonly (readonly PairCopula[])[],
  state: Float64Array,
  i: number,
  free: number,
): number {
  const n = pairs.length;
  let u = free;
  for (let k = i - 1; k >= 0; k--) {
    u = conditionalQuantile(pairs[k][i - k - 1], u, state[k * n + k]);
  }
  state[i * n] = u;
  for (let k = 0; k < i; k++) {
    const copula = pairs[k][i - k - 1];
    state[i * n + k + 1] = conditionalProbability(copula, state[i * n + k], state[k * n + k]);
  }
  return u;
}
