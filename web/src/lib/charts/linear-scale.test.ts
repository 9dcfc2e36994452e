// @vitest-environment node
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearScale, roundDomain, roundTicks } from "./linear-scale.ts";

describe("linearScale", () => {
  it("maps the domain onto the range", () => {
    const scale = linearScale([0.1, 0.3], [400, 0]);

    expect(scale(0.1)).toBe(400);
    expect(scale(0.3)).toBe(0);
    expect(scale(0.15)).toBeCloseTo(300, 9);
  });
});

describe("roundTicks", () => {
  it("steps by 1, 2 or 5 times a power of ten", () => {
    expect(roundTicks([0, 0.4], 5)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(roundTicks([0.132, 0.288], 6)).toEqual([0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28]);
    expect(roundTicks([-0.5, 1.5], 4)).toEqual([-0.5, 0, 0.5, 1, 1.5]);
    expect(roundTicks([0, 230], 5)).toEqual([0, 50, 100, 150, 200]);
  });

  it("gives rising ticks inside the domain, about as many as asked", () => {
    const start = fc.double({ min: -2, max: 2, noNaN: true });
    const span = fc.double({ min: 1e-4, max: 5, noNaN: true });

    fc.assert(
      fc.property(start, span, fc.integer({ min: 2, max: 12 }), (low, length, count) => {
        const ticks = roundTicks([low, low + length], count);

        // Steps are at most √2.5 off the exact one, and the ends can cost or add one tick.
        expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(count / Math.sqrt(2.5)));
        expect(ticks.length).toBeLessThanOrEqual(Math.ceil(count * Math.sqrt(2.5)) + 1);
        for (const [i, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThan(low - length * 1e-6);
          expect(tick).toBeLessThan(low + length * (1 + 1e-6));
          expect(tick).toBeGreaterThan(ticks[i - 1] ?? Number.NEGATIVE_INFINITY);
        }
      }),
    );
  });
});

describe("roundDomain", () => {
  it("widens to round ends", () => {
    expect(roundDomain([0.127, 0.412], 10)).toEqual([0.12, 0.42]);
    expect(roundDomain([0, 0.3625], 10)).toEqual([0, 0.4]);
    expect(roundDomain([-0.013, 0.2], 10)).toEqual([-0.02, 0.2]);
  });
});
