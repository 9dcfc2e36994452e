import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { randomSource } from "../random/xoshiro.ts";
import {
  type EmpiricalMargins,
  empiricalMargins,
  marginProbability,
  marginQuantile,
  pseudoObservations,
} from "./margins.ts";
import { conditionalProbability, conditionalQuantile } from "./pair-copula.ts";
import { historicalScenarios, type ScenarioSet } from "./scenario-set.ts";
import { planDraws, type VineLink } from "./vine-plan.ts";
import { selectTrees, type VinePair } from "./vine-trees.ts";

/** Dependence of many assets by pairs: a regular vine, with past returns as margins. */
export interface VineCopula {
  /** Asset that is drawn first. */
  readonly root: number;
  /** Pairs of assets, tree by tree: in the k-th, given k others. */
  readonly trees: readonly (readonly VinePair[])[];
  readonly margins: EmpiricalMargins;
}

/**
 * Fits a regular vine of pair copulas.
 *
 * Each tree joins the pairs of largest |τ| that the tree before allows. Each pair has the copula of
 * its own that fits best.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 3.
 * @param root - Asset to draw first, for `conditionalScenarios`. Absent means the first.
 * @throws {ArgumentError} There are fewer than three rows, or the root is no asset.
 * @see Dißmann, Brechmann, Czado & Kurowicka (2013), "Selecting and estimating regular vine copulae
 *   and application to financial returns", doi:10.1016/j.csda.2012.08.010, algorithm 3.1
 */
export function fitVine(returns: Matrix, root = 0): VineCopula {
  const { rows, cols: n } = returns;
  if (rows < 3 || !(Number.isInteger(root) && root >= 0 && root < n)) {
    throw new ArgumentError(`a vine of ${rows} rows of ${n} assets with the root ${root}`);
  }
  return {
    root,
    trees: selectTrees(pseudoObservations(returns)),
    margins: empiricalMargins(returns),
  };
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
 * Draws scenarios in which the root of a vine has a given return: a stress test that keeps the
 * dependence of the others.
 *
 * @param shock - Return of `vine.root`; beyond its past returns the nearest of them gives the
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
  { root, trees, margins }: VineCopula,
  count: number,
  seed: number,
  shock: number | undefined,
): ScenarioSet {
  const n = trees.length + 1;
  if (!(count >= 1)) {
    throw new ArgumentError(`${count} scenarios, not at least 1`);
  }
  const { steps, placeCount } = planDraws(trees, root);
  const uniform = randomSource(seed);
  const shocked = shock === undefined ? undefined : marginProbability(margins.sorted[root], shock);
  const values = new Float64Array(count * n);
  const places = new Float64Array(placeCount);
  for (let t = 0; t < count; t++) {
    for (const { asset, links } of steps) {
      const isShocked = asset === root && shocked !== undefined;
      drawAsset(places, asset, links, isShocked ? shocked : 1 - uniform());
      values[t * n + asset] = marginQuantile(margins.sorted[asset], places[asset]);
    }
    if (shock !== undefined) {
      values[t * n + root] = shock;
    }
  }
  return historicalScenarios({ rows: count, cols: n, values });
}

/** Draws an asset given those before: down the trees, then up for those that come after. */
function drawAsset(
  places: Float64Array,
  asset: number,
  links: readonly VineLink[],
  free: number,
): void {
  let u = free;
  for (let k = links.length - 1; k >= 0; k--) {
    const { copula, v, uGivenV } = links[k];
    places[uGivenV] = u;
    u = conditionalQuantile(copula, u, places[v]);
  }
  places[asset] = u;
  for (const { backwards, u: own, v, vGivenU } of links) {
    places[vGivenU] = conditionalProbability(backwards, places[v], places[own]);
  }
}
