import { RoundingError } from "../../errors.ts";
import { FactorCore } from "./factor-core.ts";
import type { FactorCovariance } from "./factor-covariance.ts";
import type { KktSolver } from "./kkt-solver.ts";
import type { ScaledProblem } from "./scaled-problem.ts";

// An asset with less specific variance than this share of its own, or than this beside the
// largest, is not eliminated: too many digits would cancel.
const LEAST_SPECIFIC_SHARE = 1e-4;
const LEAST_SPECIFIC_VARIANCE = 1e-8;

/**
 * Solves the optimality system of a working set through the factors of Σ = GG' + diag(d).
 *
 * With the exposures y = G'x as unknowns of their own, the equation of an asset gives its weight,
 * x = (t − g'y − a'ν)/d. What is left is the core system
 *
 *   [ I + G'D⁻¹G   G'D⁻¹A'   −G_E' ] [ y ]   [ G'D⁻¹t      ]
 *   [ AD⁻¹G        AD⁻¹A'    −A_E  ] [ ν ] = [ AD⁻¹t − t_R ]
 *   [ −G_E         −A_E'     −D_E  ] [ x ]   [ −t_E        ]
 *
 * over the factors, the active rows, and the few free assets E with hardly any variance of their
 * own. An event changes it by rank one or borders it: nk + k² operations in place of n².
 *
 * @see Woodbury (1950), "Inverting modified matrices", Princeton Statistical Research Group 42
 */
export class FactorKkt implements KktSolver {
  readonly items: Int32Array;
  readonly position: Int32Array;
  size = 0;
  readonly isFragile = false;
  readonly #problem: ScaledProblem;
  readonly #covariance: FactorCovariance;
  readonly #core: FactorCore;
  /** 1 on assets that the core holds while they are free. */
  readonly #isExplicit: Uint8Array;
  readonly #line: Float64Array;
  readonly #solved: Float64Array;

  constructor(problem: ScaledProblem, covariance: FactorCovariance) {
    const { assetCount: n, rowCount: m, deviations } = problem;
    this.#problem = problem;
    this.#covariance = covariance;
    this.items = new Int32Array(n + m);
    this.position = new Int32Array(n + m).fill(-1);
    this.#core = new FactorCore(problem, covariance);
    this.#isExplicit = Uint8Array.from(deviations, (deviation, i) => {
      const share = LEAST_SPECIFIC_SHARE * deviation * deviation;
      return covariance.specificVariances[i] > Math.max(LEAST_SPECIFIC_VARIANCE, share) ? 0 : 1;
    });
    this.#line = new Float64Array(covariance.factorCount + n + m);
    this.#solved = new Float64Array(covariance.factorCount + n + m);
  }

  solveBorder(item: number, solved: Float64Array): void {
    const target = this.#emptyLine();
    if (item < this.#problem.assetCount) {
      this.#core.addAsset(item, -1, target);
    } else {
      this.#addRow(item, target);
    }
    this.#core.solve(target, this.#solved);
    this.#spread(solved);
    for (let a = 0; a < this.size && item >= this.#problem.assetCount; a++) {
      this.#addCoefficient(item, a, solved);
    }
  }

  multiply(x: Float64Array, product: Float64Array): void {
    const { specificVariances } = this.#covariance;
    const core = this.#core;
    const target = this.#emptyLine();
    for (let a = 0; a < this.size; a++) {
      const item = this.items[a];
      const line = core.lineOf(item);
      if (line >= 0) {
        target[line] -= x[a];
      } else if (x[a] !== 0) {
        core.addAsset(item, x[a] / specificVariances[item], target);
      }
    }
    core.solve(target, this.#solved);
    this.#spread(product);
    for (let a = 0; a < this.size; a++) {
      const item = this.items[a];
      product[a] += core.lineOf(item) >= 0 ? 0 : x[a] / specificVariances[item];
    }
  }

  column(line: number, copy: Float64Array): void {
    const item = this.items[line];
    const own = this.#core.lineOf(item);
    const target = this.#emptyLine();
    const share = own >= 0 ? 0 : 1 / this.#covariance.specificVariances[item];
    if (own >= 0) {
      target[own] = -1;
    } else {
      this.#core.addAsset(item, share, target);
    }
    this.#core.solve(target, this.#solved);
    this.#spread(copy);
    copy[line] += share;
  }

  /** Writes what a solution of the core means for each line of K: −(g'y + a'ν)/d for an asset. */
  #spread(product: Float64Array): void {
    const { specificVariances } = this.#covariance;
    const core = this.#core;
    const solved = this.#solved;
    for (let a = 0; a < this.size; a++) {
      const item = this.items[a];
      const line = core.lineOf(item);
      product[a] =
        line >= 0 ? solved[line] : -core.assetProduct(item, solved) / specificVariances[item];
    }
  }

  /** Adds the part of a row's coefficient that is not eliminated with its asset. */
  #addCoefficient(row: number, line: number, solved: Float64Array): void {
    const { assetCount: n, system } = this.#problem;
    const asset = this.items[line];
    if (asset < n && this.#core.lineOf(asset) < 0) {
      solved[line] +=
        system.coefficients[(row - n) * n + asset] / this.#covariance.specificVariances[asset];
    }
  }

  append(item: number, _: Float64Array, complement: number): void {
    const line = this.#emptyLine();
    if (item >= this.#problem.assetCount) {
      this.#core.append(item, line, this.#addRow(item, line), -complement);
    } else {
      const variance = this.#covariance.specificVariances[item];
      this.#core.addAsset(item, -1, line);
      if (this.#isExplicit[item] === 1) {
        this.#core.append(item, line, -variance, -complement);
      } else {
        this.#core.change(line, variance, complement);
      }
    }
    this.items[this.size] = item;
    this.position[item] = this.size;
    this.size++;
    this.#core.settle();
  }

  remove(item: number, column: Float64Array): boolean {
    const line = this.position[item];
    const pivot = column[line];
    const last = this.size - 1;
    this.position[this.items[last]] = line;
    this.items[line] = this.items[last];
    this.position[item] = -1;
    this.size = last;
    if (this.#core.lineOf(item) >= 0) {
      this.#core.remove(item);
    } else {
      const variance = this.#covariance.specificVariances[item];
      const own = this.#emptyLine();
      this.#core.addAsset(item, 1, own);
      if (!this.#core.change(own, -variance, -pivot * variance * variance)) {
        this.#restartCore();
      }
    }
    this.#core.settle();
    return true;
  }

  raiseDiagonal(): void {
    this.noteFragility();
  }

  /** @throws {RoundingError} Always: K⁻¹ is then maintained entry by entry. */
  noteFragility(): void {
    throw new RoundingError("the factors leave too few digits of a nearly singular system");
  }

  restart(assets: readonly number[], rows: readonly number[]): void {
    this.position.fill(-1);
    this.size = assets.length + rows.length;
    for (const [line, item] of [...assets, ...rows].entries()) {
      this.items[line] = item;
      this.position[item] = line;
    }
    this.#restartCore();
  }

  #emptyLine(): Float64Array {
    return this.#line.fill(0, 0, this.#core.size);
  }

  #restartCore(): void {
    const { assetCount: n } = this.#problem;
    const items = Array.from(this.items.subarray(0, this.size));
    this.#core.restart(
      items.filter((item) => item < n),
      items.filter((item) => item >= n || this.#isExplicit[item] === 1),
    );
  }

  /** Adds the line that a row has in the core, and returns its diagonal entry. */
  #addRow(item: number, line: Float64Array): number {
    const { assetCount: n, system } = this.#problem;
    const { specificVariances } = this.#covariance;
    const start = (item - n) * n;
    let diagonal = 0;
    for (let a = 0; a < this.size; a++) {
      const asset = this.items[a];
      if (asset >= n || system.coefficients[start + asset] === 0) {
        continue;
      }
      const coefficient = system.coefficients[start + asset];
      const own = this.#core.lineOf(asset);
      if (own >= 0) {
        line[own] -= coefficient;
      } else {
        this.#core.addAsset(asset, coefficient / specificVariances[asset], line);
        diagonal += (coefficient * coefficient) / specificVariances[asset];
      }
    }
    return diagonal;
  }
}
