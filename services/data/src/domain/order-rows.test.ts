import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_DAY, orderRows } from "./order-rows.ts";

function order(days: Int32Array) {
  const work = orderRows(days);
  let step = work.next();
  while (!step.done) {
    step = work.next();
  }
  return step.value;
}

describe("orderRows", () => {
  it("orders by day and lets the first row of a day count", () => {
    const ordered = order(Int32Array.of(7, NO_DAY, 5, 7, 6, 5));

    expect([...ordered.days]).toEqual([5, 6, 7]);
    expect([...ordered.positions]).toEqual([2, 4, 0]);
    expect([...ordered.repeated]).toEqual([3, 5]);
    expect([...ordered.firsts]).toEqual([0, 2]);
  });

  it("leaves out rows without a day, also at the start and when there is nothing else", () => {
    expect([...order(Int32Array.of(NO_DAY, 1, 2)).positions]).toEqual([1, 2]);
    expect([...order(Int32Array.of(NO_DAY)).days]).toEqual([]);
    expect([...order(new Int32Array(0)).days]).toEqual([]);
  });

  it("loses no row", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(NO_DAY))),
        (days) => {
          const ordered = order(Int32Array.from(days));

          const known = [...new Set(days)].filter((day) => day !== NO_DAY);
          expect([...ordered.days]).toEqual(known.toSorted((a, b) => a - b));
          expect(Array.from(ordered.positions, (i) => days[i])).toEqual([...ordered.days]);
          const lost = days.filter((day) => day === NO_DAY).length;
          expect(ordered.days.length + ordered.repeated.length + lost).toBe(days.length);
        },
      ),
    );
  });
});
