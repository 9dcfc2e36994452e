import { normalSource, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import {
  blockDaysOf,
  daysToDecision,
  type ExperimentSpec,
  evaluateExperiment,
} from "./evaluate-experiment.ts";
import { intervalRadius, logEvidence } from "./mixture-test.ts";

const SPEC: ExperimentSpec = {
  horizonDays: 1,
  level: 0.05,
  expectedDays: 250,
  effectMin: 0.05,
  daysMax: 504,
};
const DAYS = 504;

/** Draws differences per day of mean 0 and deviation 1, n days. */
type NullProcess = (n: number, normal: () => number) => Float64Array;

const independent: NullProcess = (n, normal) => Float64Array.from({ length: n }, normal);

function autoregressive(phi: number): NullProcess {
  return (n, normal) => {
    let x = normal();
    return Float64Array.from({ length: n }, () => {
      x = phi * x + Math.sqrt(1 - phi * phi) * normal();
      return x;
    });
  };
}

function overlapping(horizon: number): NullProcess {
  return (n, normal) => {
    const shocks = Float64Array.from({ length: n + horizon }, normal);
    return Float64Array.from(
      { length: n },
      (_, t) => shocks.subarray(t, t + horizon).reduce((sum, e) => sum + e, 0) / Math.sqrt(horizon),
    );
  };
}

const heavyTailed: NullProcess = (n, normal) =>
  Float64Array.from({ length: n }, () => {
    const square = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
    return normal() / Math.sqrt(square / 4) / Math.SQRT2;
  });

const stochasticVolatility: NullProcess = (n, normal) => {
  let level = 0;
  return Float64Array.from({ length: n }, () => {
    level = 0.95 * level + 0.3 * normal();
    return Math.exp(level / 2) * normal();
  });
};

const skewed: NullProcess = (n, normal) =>
  Float64Array.from({ length: n }, () => Math.exp(normal()) - Math.exp(normal()));

/** Counts the simulations that ever find a difference, looking every day. */
function rejections(process: NullProcess, spec: ExperimentSpec, runs: number, shift = 0): number {
  const normal = normalSource(randomSource(20_260_101));
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const differences = process(DAYS, normal).map((d) => d + shift);
    count += evaluateExperiment(spec, differences).pValue <= spec.level ? 1 : 0;
  }
  return count;
}

describe("mixture test", () => {
  it("gives the published evidence and interval of a regression", () => {
    // Lindon et al. 2022 by their package avlm: t = 5.776, n = 100, ν = 92, g = 11.58.
    const estimate = { count: 100, mean: 0.5776, deviation: 1, degrees: 92 };

    expect(Math.exp(-logEvidence(estimate, 11.58))).toBeCloseTo(9.76e-6, 7);
    expect(10 * intervalRadius(estimate, 11.58, 0.05)).toBeCloseTo(3.1039, 3);
  });

  it("has 0 at the edge of the interval just when the evidence is 1/α", () => {
    const deviation = 2;
    for (const count of [12, 20, 100]) {
      const known = { count, deviation, degrees: count - 1 };
      const mean = intervalRadius({ ...known, mean: 0 }, 6, 0.05);

      expect(logEvidence({ ...known, mean }, 6)).toBeCloseTo(Math.log(20), 10);
    }
  });
});

describe("evaluateExperiment", () => {
  // 99 % of 500 simulations that reject 5 % of the time reject 37 times or fewer.
  it.each<[string, NullProcess, number]>([
    ["independent days", independent, 1],
    ["heavy tails", heavyTailed, 1],
    ["changing volatility", stochasticVolatility, 1],
    ["skewed losses", skewed, 1],
    ["autocorrelation of 0.3", autoregressive(0.3), 1],
    ["labels of 5 days", overlapping(5), 5],
    ["labels of 21 days", overlapping(21), 21],
  ])("keeps its level under %s with looks every day", (_, process, horizonDays) => {
    expect(rejections(process, { ...SPEC, horizonDays }, 500)).toBeLessThanOrEqual(37);
  });

  it("finds a difference of 0.2 deviations within two years nine times in ten", () => {
    expect(rejections(independent, SPEC, 300, 0.2)).toBeGreaterThanOrEqual(270);
  });

  it("promotes what is better once all guards hold", () => {
    const normal = normalSource(randomSource(1));
    const differences = Float64Array.from({ length: 400 }, () => 0.5 + normal());
    const neutral = Float64Array.from({ length: 400 }, () => 0.1 * normal());

    const held = evaluateExperiment(SPEC, differences, [
      { name: "turnover", differences: neutral, margin: 0.1 },
    ]);
    const open = evaluateExperiment(SPEC, differences, [
      { name: "turnover", differences: neutral.map((d) => d - 0.2), margin: 0.1 },
    ]);

    expect(held).toMatchObject({ state: "promote", openGuards: [] });
    expect(held.pValue).toBeLessThan(0.05);
    expect(open).toMatchObject({ state: "continue", openGuards: ["turnover"] });
  });

  it("stops what is worse, what is not worth it, and what takes too long", () => {
    const normal = normalSource(randomSource(2));
    const noise = Float64Array.from({ length: 504 }, normal);
    const stateOf = (shift: number, change: Partial<ExperimentSpec> = {}) =>
      evaluateExperiment(
        { ...SPEC, ...change },
        noise.map((d) => d + shift),
      ).state;

    expect(stateOf(-0.5)).toBe("stop-harm");
    expect(stateOf(0, { effectMin: 0.5 })).toBe("stop-futile");
    expect(stateOf(0)).toBe("expired");
    expect(stateOf(0, { daysMax: 1000 })).toBe("continue");
  });

  it("does not take back a decision, and waits for the end of a block", () => {
    const normal = normalSource(randomSource(3));
    const good = Array.from({ length: 300 }, () => 0.6 + normal());
    const bad = Array.from({ length: 600 }, () => -0.3 + 0.1 * normal());
    const early = evaluateExperiment(SPEC, Float64Array.from(good));
    const later = evaluateExperiment(SPEC, Float64Array.from([...good, ...bad]));

    expect(early.state).toBe("promote");
    expect(later.state).toBe("promote");
    expect(evaluateExperiment(SPEC, Float64Array.from(good.slice(0, 19))).path).toEqual([]);
    expect(blockDaysOf({ ...SPEC, horizonDays: 21 })).toBe(42);
  });

  it("says nothing of equal models, and everything of a constant difference", () => {
    expect(evaluateExperiment(SPEC, new Float64Array(100))).toMatchObject({
      state: "stop-futile",
      pValue: 1,
    });
    expect(evaluateExperiment(SPEC, new Float64Array(100).fill(1))).toMatchObject({
      state: "promote",
      pValue: 0,
    });
    expect(evaluateExperiment(SPEC, new Float64Array(0))).toMatchObject({ state: "continue" });
  });

  it("refuses specifications and days that are not valid", () => {
    const days = new Float64Array(20);

    expect(() => evaluateExperiment({ ...SPEC, level: 0 }, days)).toThrow("level is 0");
    expect(() => evaluateExperiment({ ...SPEC, effectMin: 0 }, days)).toThrow("effectMin is 0");
    expect(() => evaluateExperiment({ ...SPEC, horizonDays: 0 }, days)).toThrow("horizon in days");
    expect(() => evaluateExperiment(SPEC, Float64Array.of(1, Number.NaN))).toThrow("day 1 is NaN");
    const guard = { name: "cost", differences: new Float64Array(3), margin: 1 };
    expect(() => evaluateExperiment(SPEC, days, [guard])).toThrow("guard cost: 3 days, not 20");
  });
});

describe("daysToDecision", () => {
  it("says about when half of all experiments of that effect have decided", () => {
    const normal = normalSource(randomSource(4));
    const daysTaken = Array.from({ length: 400 }, () => {
      const differences = Float64Array.from({ length: 800 }, () => 0.2 + normal());
      const { path } = evaluateExperiment(SPEC, differences);
      return path.find((point) => point.logEvidence >= Math.log(20))?.days ?? 800;
    }).sort((a, b) => a - b);

    const days = daysToDecision(SPEC, 0.2) ?? 0;

    expect(Math.abs(days - (daysTaken[200] ?? 0))).toBeLessThanOrEqual(50);
    expect(daysToDecision(SPEC, 0.01)).toBeUndefined();
  });
});
