import { describe, expect, it } from "vitest";
import { type FactorTraits, randomFactorProblem } from "../../../test/random-factor-problem.ts";
import { trace } from "../../../test/sound-frontier.ts";
import { provePoint } from "../point-certificate.ts";

// Models whose Σ is nearly singular. Without corrections they miss optimality by up to 2e-9.
const MODELS: readonly (readonly [seed: number, traits: FactorTraits])[] = [
  [129, { assetCount: 88, factorCount: 4, hasTwins: true }],
  [187, { assetCount: 98, factorCount: 8, specificFreeShare: 0.2 }],
  [57, { assetCount: 94, factorCount: 4, hasTwins: true }],
];

describe.each(MODELS)("the frontier of model %i, too large for 31 digits", (seed, traits) => {
  it.each(["factors", "matrix"])(
    "is optimal within 1e-10 at its turns and midway, by its %s",
    (way) => {
      const { factors, ...problem } = randomFactorProblem(seed, traits);

      const points = trace(way === "factors" ? { ...problem, factors } : problem);

      for (const [k, point] of points.entries()) {
        const next = points[k + 1] ?? point;
        const weights = point.weights.map((w, i) => (w + next.weights[i]) / 2);
        for (const at of [point, { weights, lambda: (point.lambda + next.lambda) / 2 }]) {
          const { primalResidual, dualResidual } = provePoint(problem, at, 0).certificate;
          expect(Math.max(primalResidual, dualResidual)).toBeLessThanOrEqual(1e-10);
        }
      }
      expect(points.at(-1)?.lambda).toBe(0);
    },
  );
});
