import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { periodStarts } from "./period-starts.ts";
import { assemblePaths, purgedSplits } from "./purged-splits.ts";
import { randomizedSplits } from "./randomized-splits.ts";
import { type WalkForwardSplit, walkForward, walkForwardCalendar } from "./walk-forward.ts";

type Ranges = [number, number, number, number][];

// Made by make_backtest.py with skfolio's WalkForward and CombinatorialPurgedCV.
const reference = readReference<{
  days: number[];
  splits: {
    rolling: Ranges;
    expanding: Ranges;
    monthly: Ranges;
    quarterly: Ranges;
    combinations: { train: number[]; tests: [number, number][] }[];
    pathIds: number[][];
  };
}>("backtest.json");
const days = Int32Array.from(reference.days);

const ranges = (splits: readonly WalkForwardSplit[]) =>
  splits.map((one) => [one.trainStart, one.trainEnd, one.testStart, one.testEnd]);

describe("walkForward", () => {
  const windows = {
    rowCount: 300,
    trainRows: 100,
    testRows: 21,
    purgeRows: 3,
    isExpanding: false,
    keepsPartialTest: false,
  };

  it("rolls as skfolio does", () => {
    expect(ranges(walkForward(windows))).toEqual(reference.splits.rolling);
  });

  it("expands as skfolio does, to a last test that is short", () => {
    const splits = walkForward({
      ...windows,
      trainRows: 50,
      testRows: 40,
      purgeRows: 0,
      isExpanding: true,
      keepsPartialTest: true,
    });

    expect(ranges(splits)).toEqual(reference.splits.expanding);
  });

  it("is empty for too few rows and refuses empty windows", () => {
    expect(walkForward({ ...windows, rowCount: 103 })).toEqual([]);
    expect(() => walkForward({ ...windows, testRows: 0 })).toThrow(ArgumentError);
    expect(() => walkForward({ ...windows, purgeRows: 0.5 })).toThrow(ArgumentError);
  });
});

describe("walkForwardCalendar", () => {
  it("cuts at the ends of months and quarters as skfolio does", () => {
    const monthly = walkForwardCalendar({
      days,
      period: "month",
      trainPeriods: 3,
      testPeriods: 1,
      purgeRows: 2,
      isExpanding: false,
    });
    const quarterly = walkForwardCalendar({
      days,
      period: "quarter",
      trainPeriods: 2,
      testPeriods: 1,
      purgeRows: 0,
      isExpanding: true,
    });

    expect(ranges(monthly)).toEqual(reference.splits.monthly);
    expect(ranges(quarterly)).toEqual(reference.splits.quarterly);
  });

  it("refuses a purge that leaves nothing", () => {
    expect(() =>
      walkForwardCalendar({
        days,
        period: "week",
        trainPeriods: 1,
        testPeriods: 1,
        purgeRows: 9,
        isExpanding: false,
      }),
    ).toThrow(ArgumentError);
  });
});

describe("periodStarts", () => {
  it("finds Mondays, and the first days of months and years", () => {
    // Thursday 2019-12-26, Friday, Monday 30, Tuesday 31, Thursday 2020-01-02, Monday 6, Saturday 11.
    const around = Int32Array.of(18256, 18257, 18260, 18261, 18263, 18267, 18272);

    expect([...periodStarts(around, "week")]).toEqual([2, 5]);
    expect([...periodStarts(around, "month")]).toEqual([4]);
    expect([...periodStarts(around, "quarter")]).toEqual([4]);
    expect([...periodStarts(around, "year")]).toEqual([4]);
  });
});

describe("purgedSplits", () => {
  const plan = { rowCount: 100, foldCount: 6, testFoldCount: 2, purgeRows: 2, embargoRows: 3 };

  it("leaves out the rows that skfolio does, and numbers the paths alike", () => {
    const splits = purgedSplits(plan);

    expect(
      splits.map(({ trainRows, tests }) => ({
        train: [...trainRows],
        tests: tests.map(({ start, end }) => [start, end]),
      })),
    ).toEqual(reference.splits.combinations);
    expect(splits.map(({ tests }) => tests.map(({ pathIndex }) => pathIndex))).toEqual(
      reference.splits.pathIds,
    );
  });

  it("makes paths that cover every row once", () => {
    const splits = purgedSplits(plan);
    const rowNumbers = splits.map(({ tests }) =>
      tests.map(({ start, end }) =>
        Float64Array.from({ length: end - start }, (_, t) => start + t),
      ),
    );

    const paths = assemblePaths(splits, rowNumbers);

    expect(paths).toHaveLength(5);
    for (const path of paths) {
      expect([...path]).toEqual(Array.from({ length: 100 }, (_, row) => row));
    }
    expect(() => assemblePaths(splits, [])).toThrow(ArgumentError);
  });

  it("refuses plans without training, without room or with too many splits", () => {
    expect(() => purgedSplits({ ...plan, testFoldCount: 6 })).toThrow(ArgumentError);
    expect(() => purgedSplits({ ...plan, embargoRows: 20 })).toThrow(ArgumentError);
    expect(() => purgedSplits({ ...plan, purgeRows: -1 })).toThrow(ArgumentError);
    expect(() =>
      purgedSplits({ ...plan, rowCount: 4000, foldCount: 40, testFoldCount: 20 }),
    ).toThrow(ArgumentError);
  });
});

describe("randomizedSplits", () => {
  const plan = {
    rowCount: 500,
    assetCount: 6,
    sampleCount: 15,
    assetsPerSample: 4,
    rowsPerSample: 200,
    walk: {
      trainRows: 100,
      testRows: 25,
      purgeRows: 1,
      isExpanding: false,
      keepsPartialTest: false,
    },
    seed: 7,
  };

  it("draws every set of assets once before any twice, within the rows", () => {
    const samples = randomizedSplits(plan);

    // There are 15 sets of 4 of 6 assets.
    expect(new Set(samples.map(({ assets }) => assets.join())).size).toBe(15);
    for (const { assets, splits } of samples) {
      expect(assets).toHaveLength(4);
      expect(splits).toHaveLength(3);
      expect(splits[0]?.trainStart).toBeGreaterThanOrEqual(0);
      expect(splits[2]?.testEnd).toBeLessThanOrEqual(500);
    }
    expect(new Set(samples.map(({ splits }) => splits[0]?.trainStart)).size).toBeGreaterThan(10);
  });

  it("repeats itself with its seed, and sets of assets when there are no others", () => {
    expect(randomizedSplits(plan)).toEqual(randomizedSplits(plan));
    expect(randomizedSplits({ ...plan, sampleCount: 16 })).toHaveLength(16);
  });

  it("refuses samples that do not fit", () => {
    expect(() => randomizedSplits({ ...plan, assetsPerSample: 7 })).toThrow(ArgumentError);
    expect(() => randomizedSplits({ ...plan, rowsPerSample: 101 })).toThrow(ArgumentError);
  });
});
