import { normalSource, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals, readReference } from "../../test/reference.ts";
import { fitAutoregression } from "./autoregression.ts";
import {
  adaptiveWindow,
  type ChangeDetector,
  cumulativeSum,
  pageHinkley,
} from "./change-detectors.ts";
import { falseDiscoveries } from "./false-discoveries.ts";
import { compareSeries, watchFeatures } from "./feature-drift.ts";
import { kolmogorovSmirnov } from "./kolmogorov-smirnov.ts";
import { watchLosses } from "./loss-detector.ts";
import { populationStability } from "./population-stability.ts";

const reference = readReference<{
  readonly series: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly kolmogorovSmirnov: readonly { statistic: number; pValue: number }[];
  readonly pValues: readonly number[];
  readonly benjaminiHochberg: readonly boolean[];
  readonly benjaminiYekutieli: readonly boolean[];
  readonly autoregression: readonly number[];
}>("statistics.json");
const x = Float64Array.from(reference.x);
const y = Float64Array.from(reference.y);

/** Makes a source of autoregressive series of mean 0 and deviation 1. */
function autoregressiveSource(seed: number) {
  const normal = normalSource(randomSource(seed));
  return (length: number, phi: number) => {
    let value = normal();
    return Float64Array.from({ length }, () => {
      value = phi * value + Math.sqrt(1 - phi * phi) * normal();
      return value;
    });
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Days to the first alarm, or all of them and one. */
function firstAlarm(detector: ChangeDetector, series: Float64Array): number {
  const day = series.findIndex((value) => detector.add(value));
  return day < 0 ? series.length + 1 : day + 1;
}

describe("watchLosses", () => {
  it.each([0, 0.3, 0.6])("rarely alarms within a year when nothing changes, φ = %d", (phi) => {
    const draw = autoregressiveSource(7);
    let alarms = 0;
    for (let run = 0; run < 400; run++) {
      const series = draw(502, phi);
      const points = watchLosses({ runLength: 756 }, series.subarray(0, 250), series.subarray(250));
      alarms += points.some(({ isAlarm }) => isAlarm) ? 1 : 0;
    }

    // 99 % of 400 simulations that alarm 5 % of the time alarm 31 times or fewer.
    expect(alarms).toBeLessThanOrEqual(31);
  });

  it.each([0, 0.3, 0.6])("finds a rise by one deviation within 80 days mostly, φ = %d", (phi) => {
    const draw = autoregressiveSource(8);
    const delays = Array.from({ length: 200 }, () => {
      const series = draw(750, phi);
      const risen = series.subarray(250).map((loss) => loss + 1);
      const points = watchLosses({ runLength: 756 }, series.subarray(0, 250), risen);
      const day = points.findIndex(({ isAlarm }) => isAlarm);
      return day < 0 ? 501 : day + 1;
    });

    expect(median(delays)).toBeLessThanOrEqual(80);
  });

  it("does not alarm when losses fall, and starts again after an alarm", () => {
    const draw = autoregressiveSource(9);
    const base = draw(250, 0);
    const fallen = watchLosses(
      { runLength: 100 },
      base,
      draw(500, 0).map((l) => l - 1),
    );
    const risen = watchLosses(
      { runLength: 100 },
      base,
      draw(500, 0).map((l) => l + 2),
    );
    const first = risen.findIndex(({ isAlarm }) => isAlarm);

    expect(fallen.some(({ isAlarm }) => isAlarm)).toBe(false);
    expect(risen.filter(({ isAlarm }) => isAlarm).length).toBeGreaterThan(3);
    expect(risen[first + 1]?.statistic).toBeLessThan(3);
  });

  it("has an answer for losses that never changed, and refuses what is not a loss", () => {
    const constant = new Float64Array(250).fill(1);

    expect(watchLosses({ runLength: 756 }, constant, constant).some((p) => p.isAlarm)).toBe(false);
    const doubled = new Float64Array(50).fill(2);
    expect(watchLosses({ runLength: 50 }, constant, doubled).some((p) => p.isAlarm)).toBe(true);
    expect(() => watchLosses({ runLength: 50 }, new Float64Array(249), constant)).toThrow(
      "249 days",
    );
    expect(() => watchLosses({ runLength: 1 }, constant, constant)).toThrow("not over 1");
    expect(() => watchLosses({ runLength: 9 }, constant, Float64Array.of(Number.NaN))).toThrow(
      "loss of day 0 is NaN",
    );
  });
});

describe("fitAutoregression", () => {
  it("fits what statsmodels fits", () => {
    const { intercept, coefficients } = fitAutoregression(Float64Array.from(reference.series), 2);

    const found = [intercept, ...coefficients];
    expect(largestDifference(found, reference.autoregression)).toBeLessThan(1e-10);
  });

  it("fits constants and series of any size", () => {
    expect(fitAutoregression(new Float64Array(9).fill(3), 1)).toEqual({
      intercept: 3,
      coefficients: new Float64Array(1),
      deviation: 0,
    });
    for (const size of [1e-150, 1e150]) {
      const fit = fitAutoregression(
        x.map((value) => value * size),
        2,
      );
      expect(fit.deviation / size).toBeCloseTo(fitAutoregression(x, 2).deviation, 10);
    }
    expect(() => fitAutoregression(Float64Array.of(1, 2, 3), 1)).toThrow("order of 1");
  });
});

describe("kolmogorovSmirnov", () => {
  it("is the exact test of scipy", () => {
    const shifted = y.map((value) => value + 0.2);
    const found = [kolmogorovSmirnov(x, y), kolmogorovSmirnov(x.subarray(0, 12), shifted)];

    for (const [k, { statistic, pValue }] of reference.kolmogorovSmirnov.entries()) {
      expect(found[k]?.statistic).toBeCloseTo(statistic, 12);
      expect(found[k]?.pValue).toBeCloseTo(pValue, 12);
    }
  });

  it("nears the exact probability where it is asymptotic", () => {
    const [many, others] = [normals(1001, 1), normals(1000, 2).map((value) => value + 0.08)];

    const asymptotic = kolmogorovSmirnov(many, others).pValue;
    const exact = kolmogorovSmirnov(many.subarray(0, 1000), others).pValue;

    expect(asymptotic).toBeGreaterThan(0.001);
    expect(Math.abs(asymptotic / exact - 1)).toBeLessThan(0.25);
    expect(kolmogorovSmirnov(x, x)).toEqual({ statistic: 0, pValue: 1 });
    expect(() => kolmogorovSmirnov(x, new Float64Array(0))).toThrow("samples of 40 and 0");
  });
});

describe("watchFeatures", () => {
  it("keeps its level for features with a long memory, and finds what changed", () => {
    const draw = autoregressiveSource(10);
    let [alarms, found] = [0, 0];
    for (let run = 0; run < 300; run++) {
      const series = draw(563, 0.9);
      const current = series.subarray(500);
      alarms += compareSeries(series.subarray(0, 500), current, 1).pValue < 0.05 ? 1 : 0;
      const spread = current.map((value) => 2 * value);
      found += compareSeries(series.subarray(0, 500), spread, 1).pValue < 0.05 ? 1 : 0;
    }

    // 99 % of 300 simulations that alarm 5 % of the time alarm 25 times or fewer.
    expect(alarms).toBeLessThanOrEqual(25);
    expect(found).toBeGreaterThan(200);
  });

  it("names the feature that changed", () => {
    const draw = autoregressiveSource(11);
    const columns = Array.from({ length: 8 }, () => draw(400, 0.8));
    const rows = (start: number, end: number, shift: number) =>
      matrixOf(
        Array.from({ length: end - start }, (_, t) =>
          columns.map((column, j) => (column[start + t] ?? 0) + (j === 3 ? shift * (t % 7) : 0)),
        ).flat(),
        8,
      );
    const spec = { order: 1, falseShare: 0.05, dependence: "any" } as const;

    const tests = watchFeatures(spec, rows(0, 300, 0), rows(300, 400, 1));

    expect(tests.map(({ isShifted }) => isShifted)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((j) => j === 3),
    );
    expect(() => watchFeatures(spec, rows(0, 300, 0), matrixOf([1, 2], 2))).toThrow("2 features");
  });
});

describe("populationStability", () => {
  it("alarms as often as it says", () => {
    const draw = autoregressiveSource(12);
    let alarms = 0;
    for (let run = 0; run < 500; run++) {
      alarms += populationStability(draw(252, 0), draw(63, 0), 10, 0.05).isShifted ? 1 : 0;
    }

    // Measured 3.6 to 5.8 % of many; 500 simulations of 5 % alarm 13 to 38 times in 99 of 100.
    expect(alarms).toBeGreaterThanOrEqual(10);
    expect(alarms).toBeLessThanOrEqual(38);
  });

  it("is the index with half an observation added", () => {
    // By hand: shares (2.5/5, 2.5/5) of four, and (0.5/5, 4.5/5).
    const { index } = populationStability(
      Float64Array.of(1, 2, 3, 4),
      Float64Array.of(3, 4, 5, 6),
      2,
      0.05,
    );

    expect(index).toBeCloseTo(-0.4 * Math.log(0.2) + 0.4 * Math.log(1.8), 14);
  });

  it("does not alarm for a constant, and refuses samples that are too small", () => {
    const ones = new Float64Array(20).fill(1);

    expect(populationStability(ones, ones, 5, 0.05)).toMatchObject({ index: 0, isShifted: false });
    expect(() => populationStability(ones, new Float64Array(0), 5, 0.05)).toThrow(
      "20 and 0 numbers",
    );
  });
});

describe("falseDiscoveries", () => {
  it("believes what statsmodels believes", () => {
    const pValues = Float64Array.from(reference.pValues);
    const flags = (found: Uint8Array) => Array.from(found, (flag) => flag === 1);

    expect(flags(falseDiscoveries(pValues, 0.05, "positive"))).toEqual(reference.benjaminiHochberg);
    expect(flags(falseDiscoveries(pValues, 0.05, "any"))).toEqual(reference.benjaminiYekutieli);
    expect(falseDiscoveries(new Float64Array(0), 0.05, "any")).toHaveLength(0);
  });
});

describe("cumulativeSum", () => {
  it("has the known run lengths of independent numbers, and shorter ones of autocorrelated", () => {
    const draw = autoregressiveSource(13);
    const meanOver = (phi: number, shift: number) => {
      let sum = 0;
      for (let run = 0; run < 400; run++) {
        const series = draw(2000, phi).map((z) => z + shift);
        const rise = firstAlarm(cumulativeSum(0.5, 4), series);
        sum += Math.min(
          rise,
          firstAlarm(
            cumulativeSum(0.5, 4),
            series.map((z) => -z),
          ),
        );
      }
      return sum / 400;
    };

    // Montgomery's table: 168 for h = 4, and 8.38 after a change by one deviation; a mean of 400
    // run lengths is off by a twentieth.
    expect(Math.abs(meanOver(0, 0) - 168)).toBeLessThan(3 * (168 / 20));
    expect(Math.abs(meanOver(0, 1) - 8.38)).toBeLessThan(1);
    expect(meanOver(0.5, 0)).toBeLessThan(60);
  });

  it("adds up by hand", () => {
    const detector = cumulativeSum(0.5, 2);

    expect([1, 0, 3].map((z) => [detector.add(z), detector.statistic()])).toEqual([
      [false, 0.5],
      [false, 0],
      [true, 0],
    ]);
    expect(() => cumulativeSum(-1, 2)).toThrow("allowance -1");
  });
});

describe("pageHinkley", () => {
  it("finds a rise of the mean and not a fall", () => {
    const draw = autoregressiveSource(14);
    const series = draw(300, 0);
    const changed = (shift: number) => series.map((value, t) => value + (t < 150 ? 0 : shift));

    expect(firstAlarm(pageHinkley(0.1, 30), series)).toBe(301);
    expect(firstAlarm(pageHinkley(0.1, 30), changed(-1.5))).toBe(301);
    const day = firstAlarm(pageHinkley(0.1, 30), changed(1.5));
    expect(day).toBeGreaterThan(150);
    expect(day).toBeLessThan(200);
  });
});

describe("adaptiveWindow", () => {
  it("drops the part of the window before a change", () => {
    const draw = autoregressiveSource(15);
    const detector = adaptiveWindow(0.002, 1000);
    const calm = draw(640, 0).filter((value) => detector.add(value));

    expect(calm).toHaveLength(0);
    const day = firstAlarm(
      detector,
      draw(320, 0).map((value) => value + 1),
    );
    expect(day).toBeLessThanOrEqual(96);
    expect(() => adaptiveWindow(0, 100)).toThrow("confidence 0");
  });
});
