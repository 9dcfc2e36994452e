import type { Matrix } from "../../linalg/matrix.ts";
import { extractDiagonal } from "../../optimize/integer/extract-diagonal.ts";
import type { Activity, CountLimit } from "../../optimize/integer/integer-program.ts";
import { ACTIVE, UNDECIDED } from "../../optimize/integer/search-node.ts";

// More assets than this get too weak a diagonal to be worth it.
const SIZE_MAX = 160;

/**
 * Covariances that bound the variance of portfolios of few assets from below, better than the
 * covariance itself does for portfolios of many.
 *
 * With Σ − diag(d) positive semidefinite and zᵢ the share to which asset i is held, wᵢ² is wᵢ²/zᵢ at
 * whole zᵢ. By Cauchy and Schwarz, Σdᵢwᵢ²/zᵢ is at least (Σ√dᵢ·wᵢ)²/Σzᵢ for w ≥ 0, and Σzᵢ is at most
 * what the count leaves undecided assets: a rank-one matrix in place of their part of the diagonal.
 *
 * @see Frangioni & Gentile (2006), "Perspective cuts for a class of convex 0–1 mixed integer
 *   programs", doi:10.1007/s10107-005-0594-3
 */
export class CountedCovariance {
  readonly #covariance: Matrix;
  readonly #count: CountLimit | undefined;
  readonly #roots: Float64Array;

  /**
   * @param covariance - Symmetric positive semidefinite.
   * @param activities - The first that counts from a center of 0 is made use of.
   * @param lower - Lowest weights; none is made use of where one is negative.
   */
  constructor(covariance: Matrix, activities: readonly Activity[], lower: Float64Array) {
    const isLong = lower.every((bound) => bound >= 0) && lower.length <= SIZE_MAX;
    const fromZero = activities.find(({ center }) => center.every((value) => value === 0));
    this.#covariance = covariance;
    this.#count = isLong ? fromZero?.counts[0] : undefined;
    this.#roots =
      this.#count === undefined
        ? new Float64Array(lower.length)
        : extractDiagonal(covariance, new Float64Array(lower.length).fill(1)).map(Math.sqrt);
  }

  /** Whether the covariance of some choices differs from the true one. */
  get isStronger(): boolean {
    return this.#count !== undefined && this.#roots.some((root) => root > 0);
  }

  /** Gives the covariance for all portfolios that agree with choices about holdings. */
  under(choices: Int8Array): Matrix {
    const { members, most } = this.#count ?? { members: [], most: 0 };
    const open = members.filter((i) => choices[i] === UNDECIDED);
    const room = most - members.filter((i) => choices[i] >= ACTIVE).length;
    if (!this.isStronger || room <= 0 || open.length <= room) {
      return this.#covariance;
    }
    const n = this.#covariance.rows;
    const values = Float64Array.from(this.#covariance.values);
    const roots = this.#roots;
    for (const i of open) {
      values[i * n + i] -= roots[i] * roots[i];
      for (const j of open) {
        values[i * n + j] += (roots[i] * roots[j]) / room;
      }
    }
    return { rows: n, cols: n, values };
  }
}
