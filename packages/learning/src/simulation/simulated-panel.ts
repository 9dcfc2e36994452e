import { ArgumentError, type Matrix, normalSource, randomSource } from "@portfolio/quant";
import { averageRanks } from "../validation/average-ranks.ts";

/** The size of a panel. */
export interface PanelShape {
  readonly assetCount: number;
  readonly monthCount: number;
  /** Characteristics of an asset, at least 3, of which three matter. */
  readonly characteristicCount: number;
}

/**
 * How returns depend on characteristics c and the state x: 0.02(c₁ + c₂ + c₃x), or
 * 0.04c₁² + 0.03c₁c₂ + 0.012 sgn(c₃x).
 */
export type PanelLaw = "linear" | "nonlinear";

/** Simulated months of assets, a row for each asset of each month. */
export interface SimulatedPanel {
  /** Characteristics c, then c times the state, shape (N·T, 2P). */
  readonly features: Matrix;
  /** Simple returns of the month after. */
  readonly targets: Float64Array;
  /** Their expectations given the features. */
  readonly expectations: Float64Array;
  /** The month of each row, from 0. */
  readonly dates: Int32Array;
}

const SHOCK = 0.05;
const STATE_KEPT = 0.95;
const TAIL_DEGREES = 5;

/**
 * Simulates the returns that Gu, Kelly and Xiu test their methods with.
 *
 * Characteristics are autoregressions of φ from 0.9 to 1, ranked among the assets to (−1, 1); the
 * state is one of 0.95. Returns load on three factors by the first three characteristics, and have
 * shocks of Student's t with five degrees of freedom, both of scale 0.05.
 *
 * @throws {ArgumentError} There are fewer than 3 characteristics, 2 assets or 1 month.
 * @see Gu, Kelly & Xiu (2020), "Empirical Asset Pricing via Machine Learning", Internet Appendix A,
 *   doi:10.1093/rfs/hhaa009
 */
export function simulatePanel(shape: PanelShape, law: PanelLaw, seed: number): SimulatedPanel {
  const { assetCount, monthCount, characteristicCount } = shape;
  if (!(characteristicCount >= 3 && assetCount >= 2 && monthCount >= 1)) {
    throw new ArgumentError("a panel needs 3 characteristics, 2 assets and a month");
  }
  const uniform = randomSource(seed);
  const normal = normalSource(uniform);
  const rows = assetCount * monthCount;
  const cols = 2 * characteristicCount;
  const values = new Float64Array(rows * cols);
  const targets = new Float64Array(rows);
  const expectations = new Float64Array(rows);
  const characteristics = newCharacteristics(shape, uniform, normal);
  let state = normal();
  for (let t = 0; t < monthCount; t++) {
    const first = t * assetCount;
    characteristics.advance((i, j, c) => {
      values[(first + i) * cols + j] = c;
      values[(first + i) * cols + characteristicCount + j] = c * state;
    });
    const factors = [SHOCK * normal(), SHOCK * normal(), SHOCK * normal()];
    for (let i = first; i < first + assetCount; i++) {
      const own = values.subarray(i * cols, (i + 1) * cols);
      const loaded = own[0] * factors[0] + own[1] * factors[1] + own[2] * factors[2];
      expectations[i] = expectationOf(own, characteristicCount, law);
      targets[i] = expectations[i] + loaded + SHOCK * studentDraw(normal);
    }
    state = STATE_KEPT * state + Math.sqrt(1 - STATE_KEPT ** 2) * normal();
  }
  const dates = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / assetCount));
  return { features: { rows, cols, values }, targets, expectations, dates };
}

function expectationOf(own: Float64Array, characteristicCount: number, law: PanelLaw): number {
  const [first, second] = own;
  const third = own[characteristicCount + 2];
  return law === "linear"
    ? 0.02 * (first + second + third)
    : 0.04 * first * first + 0.03 * first * second + 0.012 * Math.sign(third);
}

/** Autoregressions of each characteristic of each asset, ranked month by month. */
function newCharacteristics(
  { assetCount, characteristicCount }: PanelShape,
  uniform: () => number,
  normal: () => number,
) {
  const kept = Float64Array.from({ length: characteristicCount }, () => 0.9 + 0.1 * uniform());
  const all = Array.from(kept, () => Float64Array.from({ length: assetCount }, normal));
  return {
    advance: (visit: (asset: number, characteristic: number, value: number) => void) => {
      for (let j = 0; j < characteristicCount; j++) {
        const own = all[j];
        const fresh = Math.sqrt(1 - kept[j] ** 2);
        for (let i = 0; i < assetCount; i++) {
          own[i] = kept[j] * own[i] + fresh * normal();
        }
        const ranks = averageRanks(own);
        for (let i = 0; i < assetCount; i++) {
          visit(i, j, (2 * ranks[i]) / (assetCount + 1) - 1);
        }
      }
    },
  };
}

function studentDraw(normal: () => number): number {
  const numerator = normal();
  let squares = 0;
  for (let k = 0; k < TAIL_DEGREES; k++) {
    squares += normal() ** 2;
  }
  return numerator / Math.sqrt(squares / TAIL_DEGREES);
}
