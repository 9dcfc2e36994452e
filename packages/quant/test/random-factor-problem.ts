import { covarianceFromFactors, type FactorForm } from "../src/covariance/factor-form.ts";
import type { MeanVarianceProblem } from "../src/optimize/frontier.ts";
import { denseRow, type LinearRow } from "../src/optimize/linear-row.ts";
import { normalSource } from "../src/random/normal.ts";
import { uniformSource } from "../src/random/splitmix.ts";

/** What is peculiar about a random factor model. */
export interface FactorTraits {
  readonly assetCount: number;
  readonly factorCount: number;
  /** Share of the assets whose whole risk is that of the factors. */
  readonly specificFreeShare?: number;
  /** Whether each asset of the first half appears twice. */
  readonly hasTwins?: boolean;
  /** Whether there are rows, short sales and a range for the budget. */
  readonly hasRows?: boolean;
}

/** Makes a random mean-variance problem on a factor model, with Σ in both of its forms. */
export function randomFactorProblem(
  seed: number,
  traits: FactorTraits,
): MeanVarianceProblem & { readonly factors: FactorForm } {
  const { assetCount: n, factorCount: k, specificFreeShare = 0 } = traits;
  const uniform = uniformSource(seed * 7919);
  const normal = normalSource(uniform);
  const loadings = Float64Array.from({ length: n * k }, () => 0.05 * normal());
  const specificVariances = Float64Array.from({ length: n }, () =>
    uniform() < specificFreeShare ? 0 : uniform() / 50,
  );
  const expectedReturns = Float64Array.from({ length: n }, () => 0.1 * uniform());
  const factors = {
    loadings: { rows: n, cols: k, values: loadings },
    factorCovariance: factorCovariance(k, normal),
    specificVariances,
  };
  if (traits.hasTwins) {
    makeTwins(factors, expectedReturns);
  }
  const constraints = traits.hasRows
    ? {
        lower: new Float64Array(n).fill(-0.1),
        upper: Float64Array.from({ length: n }, () => 0.1 + 0.4 * uniform()),
        budget: { lower: 0.9, upper: 1 },
        rows: randomRows(n, uniform),
      }
    : { lower: new Float64Array(n), upper: new Float64Array(n).fill(1), budget: 1, rows: [] };
  return { expectedReturns, covariance: covarianceFromFactors(factors), factors, constraints };
}

/** Makes the second, fourth … asset of the first half the one before again. */
function makeTwins({ loadings, specificVariances }: FactorForm, expectedReturns: Float64Array) {
  const { cols: k, values } = loadings;
  for (let i = 0; i + 1 < expectedReturns.length / 2; i += 2) {
    values.copyWithin((i + 1) * k, i * k, (i + 1) * k);
    specificVariances.fill(0, i, i + 2);
    expectedReturns[i + 1] = expectedReturns[i];
  }
}

/** A covariance of rank k, or of k − 1 for every third number. */
function factorCovariance(k: number, normal: () => number) {
  const rank = k % 3 === 0 ? k - 1 : k;
  const root = Float64Array.from({ length: k * rank }, normal);
  const values = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      for (let c = 0; c < rank; c++) {
        values[a * k + b] += root[a * rank + c] * root[b * rank + c];
      }
    }
  }
  return { rows: k, cols: k, values };
}

function randomRows(n: number, uniform: () => number): LinearRow[] {
  const tilt = Array.from({ length: n }, () => uniform());
  const spread = Array.from({ length: n }, () => uniform() - 0.5);
  const pair = Array.from({ length: n }, (_, i) => (i === 0 ? 1 : i === n - 1 ? -2 : 0));
  return [
    denseRow("tilt", tilt, { lower: 0.3, upper: 0.6 }),
    denseRow("spread", spread, { lower: 0.02, upper: 0.02 }),
    denseRow("pair", pair, { lower: -0.1, upper: Number.POSITIVE_INFINITY }),
  ];
}
