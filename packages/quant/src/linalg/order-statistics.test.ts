import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { argsort, quickselect } from "./order-statistics.ts";

// Few different numbers make ties likely.
const entry = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, 2, 3),
);
const entries = fc.array(entry, { minLength: 1, maxLength: 200, size: "max" });

describe("argsort", () => {
  it("is a stable sort with NaN last", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const values = Float64Array.from(list);
        const order = new Uint32Array(values.length);

        argsort(values, order);

        const rank = (k: number) => (Number.isNaN(list[k]) ? 1 : 0);
        const expected = Array.from(list.keys()).sort(
          (i, j) => rank(i) - rank(j) || Number(values[i]) - Number(values[j]) || i - j,
        );
        expect(Array.from(order)).toEqual(expected);
      }),
    );
  });

  it("sorts nothing, and refuses an order of another length", () => {
    argsort(new Float64Array(0), new Uint32Array(0));
    expect(() => argsort(new Float64Array(2), new Uint32Array(1))).toThrow(ArgumentError);
  });
});

describe("quickselect", () => {
  it("finds what sorting puts there, with the smaller before and the larger after", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, place) => {
        const k = place % list.length;
        const sorted = Float64Array.from(list).sort();
        const values = Float64Array.from(list);

        const found = quickselect(values, k);

        expect(found === sorted[k] || (Number.isNaN(found) && Number.isNaN(sorted[k]))).toBe(true);
        expect(values.slice(0, k).every((value) => !(value > found))).toBe(true);
        expect(values.slice(k).every((value) => !(value < found))).toBe(true);
        expect(values.sort()).toEqual(sorted);
      }),
    );
  });

  it("stays n log n where the median of three splits badly", () => {
    // Musser (1997), doi:10.1002/(SICI)1097-024X(199708)27:8<983::AID-SPE117>3.0.CO;2-#.
    const n = 200_000;
    const half = n / 2;
    const values = Float64Array.from({ length: n }, (_, k) =>
      k < half ? (k % 2 === 0 ? k + 1 : half + k + (half % 2)) : 2 * (k - half + 1),
    );
    const sorted = values.slice().sort();

    expect(quickselect(values, half)).toBe(sorted[half]);
  });

  it("refuses places that do not exist", () => {
    for (const k of [-1, 2, 0.5, Number.NaN]) {
      expect(() => quickselect(Float64Array.of(1, 2), k)).toThrow(ArgumentError);
    }
    expect(() => quickselect(new Float64Array(0), 0)).toThrow(ArgumentError);
  });
});
