import { describe, expect, it } from "vitest";
import { type FactorTraits, randomFactorProblem } from "../../../test/random-factor-problem.ts";
import { groupRows, largestDifference, matrixOf, readReference } from "../../../test/reference.ts";
import { expectSoundFrontier, trace } from "../../../test/sound-frontier.ts";
import { covarianceFromFactors, type FactorForm } from "../../covariance/factor-form.ts";
import { ArgumentError } from "../../errors.ts";
import type { MeanVarianceProblem, TurningPoint } from "../frontier.ts";
import { certifyFrontier } from "../point-certificate.ts";
import { traceFrontier } from "./trace-frontier.ts";

const SEEDS = [1, 2, 3, 4];

const KINDS: readonly [string, FactorTraits][] = [
  ["few factors", { assetCount: 40, factorCount: 3 }],
  ["rows, short sales and a budget range", { assetCount: 40, factorCount: 5, hasRows: true }],
  [
    "assets without a variance of their own",
    { assetCount: 64, factorCount: 8, specificFreeShare: 0.3 },
  ],
  [
    "the same under rows",
    { assetCount: 32, factorCount: 4, specificFreeShare: 0.3, hasRows: true },
  ],
  ["no variance but that of the factors", { assetCount: 32, factorCount: 4, specificFreeShare: 1 }],
  ["twins", { assetCount: 48, factorCount: 6, hasTwins: true }],
  ["as many factors as assets", { assetCount: 12, factorCount: 12, specificFreeShare: 0.2 }],
  ["more factors than assets", { assetCount: 8, factorCount: 15, hasRows: true }],
  ["no factor", { assetCount: 16, factorCount: 0, hasRows: true }],
];

describe("traceFrontier through factors", () => {
  it("has the turning points of cvxcla's factor backend", () => {
    const reference = readReference<{
      readonly expectedReturns: readonly number[];
      readonly loadings: readonly number[];
      readonly factorCovariance: readonly number[];
      readonly specificVariances: readonly number[];
      readonly points: readonly { readonly lambda: number; readonly weights: readonly number[] }[];
    }>("factor-frontier.json");
    const n = reference.expectedReturns.length;
    const factors: FactorForm = {
      loadings: matrixOf(reference.loadings, 3),
      factorCovariance: matrixOf(reference.factorCovariance, 3),
      specificVariances: Float64Array.from(reference.specificVariances),
    };
    const members = Array.from({ length: 12 }, (_, i) => i);
    const points = trace({
      expectedReturns: Float64Array.from(reference.expectedReturns),
      covariance: covarianceFromFactors(factors),
      factors,
      constraints: {
        lower: new Float64Array(n),
        upper: new Float64Array(n).fill(0.15),
        budget: 1,
        rows: groupRows([{ name: "first", members, lower: 0.2, upper: 0.35 }]),
      },
    });

    for (const { lambda, weights } of reference.points) {
      const nearest = points.reduce((best, point) =>
        Math.abs(point.lambda - lambda) < Math.abs(best.lambda - lambda) ? point : best,
      );
      expect(Math.abs(nearest.lambda - lambda)).toBeLessThan(1e-10);
      expect(largestDifference(nearest.weights, weights)).toBeLessThan(1e-10);
    }
    expect(reference.points.length).toBeGreaterThan(30);
  });

  it.each(KINDS)("is optimal throughout, and no worse than from the matrix: %s", (_, traits) => {
    for (const seed of SEEDS) {
      const problem = randomFactorProblem(seed, traits);
      const points = expectSoundFrontier(problem);
      const others = trace({ ...problem, factors: undefined });
      for (const { lambda } of others) {
        const [own, other] = [leastAt(points, lambda, problem), leastAt(others, lambda, problem)];
        expect(Math.abs(own - other)).toBeLessThan(1e-12 * (1 + Math.abs(other)));
      }
    }
  });

  it("is no worse than from the matrix where many assets are combinations of others", () => {
    const traits = { assetCount: 100, factorCount: 6, hasTwins: true, hasRows: true };
    for (const seed of SEEDS) {
      const problem = randomFactorProblem(seed, traits);
      const points = trace(problem);
      const others = trace({ ...problem, factors: undefined });
      for (const { lambda } of [...points, ...others]) {
        const [own, other] = [leastAt(points, lambda, problem), leastAt(others, lambda, problem)];
        expect(Math.abs(own - other)).toBeLessThan(1e-11 * (1 + Math.abs(other)));
      }
    }
  });

  it("proves a frontier of 200 assets under groups against the matrix", () => {
    const problem = randomFactorProblem(5, { assetCount: 200, factorCount: 10, hasRows: true });
    const result = traceFrontier(problem);

    expect(result.status).toBe("optimal");
    if (result.status === "optimal") {
      const { dualResidual, primalResidual } = certifyFrontier(result.frontier);
      expect(dualResidual).toBeLessThan(1e-10);
      expect(primalResidual).toBeLessThan(1e-10);
    }
  });

  it("keeps to its factors through extreme units", () => {
    const { factors, ...problem } = randomFactorProblem(6, { assetCount: 20, factorCount: 2 });
    const plain = trace({ ...problem, factors });
    for (const scale of [1e90, 1e-90]) {
      const scaled = {
        loadings: factors.loadings,
        factorCovariance: scaledMatrix(factors.factorCovariance, scale),
        specificVariances: factors.specificVariances.map((variance) => variance * scale),
      };
      const points = trace({
        ...problem,
        covariance: covarianceFromFactors(scaled),
        factors: scaled,
      });

      expect(points.length).toBe(plain.length);
      for (const [k, { weights }] of points.entries()) {
        expect(largestDifference(weights, plain[k].weights)).toBeLessThan(1e-12);
      }
    }
  });

  it("refuses factors that are not those of the matrix", () => {
    const { factors, ...problem } = randomFactorProblem(7, { assetCount: 16, factorCount: 3 });
    const { loadings, factorCovariance, specificVariances } = factors;
    const wrong: readonly [FactorForm, RegExp][] = [
      [{ ...factors, specificVariances: specificVariances.map((d) => 2 * d) }, /variance of asset/],
      [{ ...factors, specificVariances: specificVariances.subarray(1) }, /loadings of 16 assets/],
      [{ ...factors, specificVariances: specificVariances.map((d) => -d) }, /below 0/],
      [{ ...factors, loadings: scaledMatrix(loadings, Number.NaN) }, /loadings/],
      [{ ...factors, factorCovariance: scaledMatrix(factorCovariance, -1) }, /negative variance/],
    ];
    for (const [form, message] of wrong) {
      const attempt = () => traceFrontier({ ...problem, factors: form });
      expect(attempt).toThrow(ArgumentError);
      expect(attempt).toThrow(message);
    }
  });
});

function scaledMatrix<M extends { readonly values: Float64Array }>(matrix: M, scale: number): M {
  return { ...matrix, values: matrix.values.map((entry) => entry * scale) };
}

/** The least ½w'Σw − λμ'w of a frontier. */
function leastAt(
  points: readonly TurningPoint[],
  lambda: number,
  { covariance, expectedReturns }: MeanVarianceProblem,
): number {
  const k = Math.max(
    0,
    points.findLastIndex((point) => point.lambda >= lambda),
  );
  const [from, to] = [points[k], points[k + 1] ?? points[k]];
  const isBetween = lambda < from.lambda && to.lambda < from.lambda;
  const fraction = isBetween ? (from.lambda - lambda) / (from.lambda - to.lambda) : 0;
  const weights = from.weights.map((w, i) => w + fraction * (to.weights[i] - w));
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < weights.length; j++) {
      sum += (weights[i] * weights[j] * covariance.values[i * weights.length + j]) / 2;
    }
    sum -= lambda * expectedReturns[i] * weights[i];
  }
  return sum;
}
