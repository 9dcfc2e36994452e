import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignCloses, type CloseHistory } from "./align-closes.ts";
import type { DayRange } from "./instrument.ts";

const ALWAYS: DayRange = { first: -100_000, last: 100_000 };

function align(histories: readonly CloseHistory[], period: DayRange) {
  const work = alignCloses(histories, period);
  let step = work.next();
  while (!step.done) {
    step = work.next();
  }
  return step.value;
}

function history(...bars: [day: number, close: number][]): CloseHistory {
  return {
    days: Int32Array.from(bars, ([day]) => day),
    closes: Float64Array.from(bars, ([, close]) => close),
  };
}

describe("alignCloses", () => {
  it("keeps the shared days and says what it dropped", () => {
    const a = history([1, 10], [2, 11], [3, 12], [5, 14]);
    const b = history([2, 21], [4, 23], [5, 24]);

    const aligned = align([a, b], ALWAYS);

    expect([...aligned.days]).toEqual([2, 5]);
    expect([...aligned.closes]).toEqual([11, 21, 14, 24]);
    expect(aligned.dropped).toEqual([
      { index: 0, available: { first: 1, last: 5 }, droppedCount: 2 },
      { index: 1, available: { first: 2, last: 5 }, droppedCount: 1 },
    ]);
  });

  it("counts nothing outside the period", () => {
    const a = history([1, 10], [2, 11], [3, 12]);
    const b = history([2, 21], [3, 22], [4, 23]);

    const aligned = align([a, b], { first: 2, last: 3 });

    expect([...aligned.days]).toEqual([2, 3]);
    expect(aligned.dropped).toEqual([]);
  });

  it("gives no days where none is shared, or nobody has any", () => {
    expect(align([history([1, 1]), history([2, 2])], ALWAYS).days).toHaveLength(0);
    expect(align([history([1, 1]), history()], ALWAYS).days).toHaveLength(0);
    expect(align([], ALWAYS).days).toHaveLength(0);
  });

  it("agrees with looking every day up", () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 150 });
    fc.assert(
      fc.property(fc.array(days, { minLength: 1, maxLength: 5 }), (calendars) => {
        const sorted = calendars.map((each) => each.toSorted((a, b) => a - b));
        const histories = sorted.map((each, i) =>
          history(...each.map((day): [number, number] => [day, 1000 * i + day])),
        );

        const aligned = align(histories, ALWAYS);

        const shared = (sorted[0] ?? []).filter((day) =>
          sorted.every((each) => each.includes(day)),
        );
        expect([...aligned.days]).toEqual(shared);
        expect([...aligned.closes]).toEqual(
          shared.flatMap((day) => sorted.map((_, i) => 1000 * i + day)),
        );
      }),
    );
  });
});
