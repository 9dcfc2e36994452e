import { describe, expect, it } from "vitest";
import { uniformSource } from "../../random/splitmix.ts";
import { entropicRisk } from "./entropic-risk.ts";
import { relativisticRisk } from "./relativistic-risk.ts";
import type { CurvedSensitivity } from "./sensitivity.ts";

const COUNT = 40;
const MEASURES = {
  "entropic value at risk": (losses: Float64Array, p: Float64Array) => entropicRisk(losses, p, 0.1),
  "relativistic value at risk": (losses: Float64Array, p: Float64Array) =>
    relativisticRisk(losses, p, { tail: 0.1, deformation: 0.4 }),
};

describe.each(Object.entries(MEASURES))("curvature of the %s", (_, measure) => {
  const uniform = uniformSource(17);
  const losses = Float64Array.from({ length: COUNT }, () => uniform() ** 3);
  const weights = Float64Array.from({ length: COUNT }, () => 0.5 + uniform());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const probabilities = weights.map((weight) => weight / total);

  it("is the slope of the gradient", () => {
    const { curvature } = measure(losses, probabilities);
    const step = 1e-5;
    for (let trial = 0; trial < 5; trial++) {
      const v = Float64Array.from(losses, () => uniform() - 0.5);
      const moved = (sign: number) =>
        measure(
          losses.map((loss, t) => loss + sign * step * (v[t] ?? 0)),
          probabilities,
        ).gradient;
      const [above, below] = [moved(1), moved(-1)];
      const slope = v.reduce((sum, x, t) => sum + x * ((above[t] ?? 0) - (below[t] ?? 0)), 0);

      expect(leftOf(v, losses, curvature) / (slope / (2 * step))).toBeCloseTo(1, 6);
    }
  });

  it("is 0 where all losses are equal", () => {
    const equal: CurvedSensitivity = measure(losses.fill(0.02), probabilities);

    expect(equal.value).toBeCloseTo(0.02, 15);
    expect(equal.curvature.every((weight) => weight === 0)).toBe(true);
  });
});

/** What a regression of v on 1 and the losses leaves of Σ ωv². */
function leftOf(v: Float64Array, losses: Float64Array, weights: Float64Array): number {
  const mean = (x: (t: number) => number) => {
    let sum = 0;
    let total = 0;
    for (const [t, weight] of weights.entries()) {
      sum += weight * x(t);
      total += weight;
    }
    return sum / total;
  };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const at = (values: Float64Array) => (t: number) => values[t] ?? 0;
  const center = { v: mean(at(v)), loss: mean(at(losses)) };
  const product = (a: (t: number) => number, b: (t: number) => number) => mean((t) => a(t) * b(t));
  const dv = (t: number) => at(v)(t) - center.v;
  const dl = (t: number) => at(losses)(t) - center.loss;
  return total * (product(dv, dv) - product(dv, dl) ** 2 / product(dl, dl));
}
