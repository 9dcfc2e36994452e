import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { findConflicts } from "./conflicts.ts";
import type { WeightConstraints } from "./constraints.ts";
import { denseRow, groupRow, type LinearRow } from "./linear-row.ts";
import { cheapestRelaxation, smallestRelaxation } from "./relaxation.ts";

const NAMES = ["A", "B", "C", "D", "E"];

function box(n: number, low: number, high: number, rows: readonly LinearRow[] = []) {
  return {
    lower: new Float64Array(n).fill(low),
    upper: new Float64Array(n).fill(high),
    budget: 1,
    rows,
  };
}

function messages(constraints: WeightConstraints): readonly string[] {
  return cheapestRelaxation(constraints, NAMES).changes.map(({ message }) => message);
}

describe("cheapestRelaxation", () => {
  it("changes nothing where some weights satisfy everything", () => {
    expect(cheapestRelaxation(box(3, 0, 1), NAMES)).toMatchObject({ changes: [], total: 0 });
  });

  it("raises the limit of the group that stands in the way", () => {
    // By hand: 0.1 is missing. Two limits hold the other half down, only one holds tech.
    const most = (name: string, members: number[], upper: number) =>
      groupRow(`group ${name}`, members, { lower: Number.NEGATIVE_INFINITY, upper });
    const constraints = box(4, 0, 1, [
      most("tech", [0, 1], 0.2),
      most("rest", [2, 3], 0.7),
      most("others", [2, 3], 0.7),
    ]);
    const { changes, total } = cheapestRelaxation(constraints, NAMES);

    expect(total).toBeCloseTo(0.1, 12);
    expect(changes).toEqual([
      {
        constraint: { type: "row-upper", row: 0 },
        from: 0.2,
        to: expect.closeTo(0.3, 12),
        message: "raise the maximum of group tech from 20 % to 30 %",
      },
    ]);
  });

  it("prefers anything to a change of the budget or to short positions", () => {
    expect(messages({ ...box(2, 0, 0.4), upper: Float64Array.of(0.4, 0.4) })).toEqual([
      "raise the maximum of A from 40 % to 60 %",
    ]);
    // Both 60 % and 50 % are minimums of overlapping groups; one must give way by 10 %.
    const groups = [
      groupRow("group x", [0, 1], { lower: 0.6, upper: 1 }),
      groupRow("group y", [2, 3], { lower: 0.5, upper: 1 }),
    ];
    const { changes, total } = cheapestRelaxation(box(5, 0, 1, groups), NAMES);
    expect(total).toBeCloseTo(0.1, 12);
    expect(changes.every(({ constraint }) => constraint.type === "row-lower")).toBe(true);
  });

  it("gives up the budget where nothing else helps", () => {
    expect(messages({ ...box(2, 0, 1), budget: { lower: 0.9, upper: 0.5 } })).toHaveLength(1);
    expect(cheapestRelaxation({ ...box(1, 0, 1), budget: -0.5 }, NAMES).total).toBe(0.5);
  });

  it("uncrosses bounds", () => {
    const constraints = {
      ...box(2, 0, 1),
      lower: Float64Array.of(0.5, 0),
      upper: Float64Array.of(0.2, 1),
    };

    expect(cheapestRelaxation(constraints, NAMES).total).toBeCloseTo(0.3, 12);
  });

  it("prices a row by its largest coefficient", () => {
    // By hand: an expected return of 8 % with 10 % and 4 % needs 2/3 in A, where 0.5 is allowed:
    // the row lacks 1 %, a tenth of 0.1; raising the bound of A by 1/6 is dearer.
    const constraints = {
      ...box(2, 0, 1, [
        denseRow("the expected return", [0.1, 0.04], { lower: 0.08, upper: Infinity }),
      ]),
      upper: Float64Array.of(0.5, 1),
    };
    const { changes, total } = cheapestRelaxation(constraints, NAMES);

    expect(total).toBeCloseTo(0.1, 12);
    expect(changes.map(({ message }) => message)).toEqual([
      "lower the minimum of the expected return from 8 % to 7 %",
    ]);
  });

  it("makes everything feasible, and nothing cheaper does", () => {
    fc.assert(
      fc.property(
        contradictory,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (one, fraction) => {
          const { changes, total, constraints, weights } = cheapestRelaxation(one, NAMES);
          const conflicts = findConflicts(one, NAMES.slice(0, one.lower.length));
          expect(changes.length > 0).toBe(conflicts.length > 0);
          expect(findConflicts(constraints, NAMES.slice(0, one.lower.length))).toEqual([]);
          expect(cheapestRelaxation(constraints, NAMES).changes).toEqual([]);
          // Half of the change leaves the rest to do: the distance is convex and falls by its part.
          const half = towards(one, constraints, fraction);
          const isHardKept = changes.every(
            ({ constraint: { type }, from, to }) =>
              !type.startsWith("budget") && !(type === "lower" && from > 0 && to < 0),
          );
          if (isHardKept && changes.length > 0) {
            expect(cheapestRelaxation(half, NAMES).total).toBeCloseTo((1 - fraction) * total, 9);
          }
          expect(weights.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("rejects constraints that make no sense", () => {
    expect(() => cheapestRelaxation({ ...box(2, 0, 1), budget: Number.NaN }, NAMES)).toThrow(
      ArgumentError,
    );
  });

  it("works in small units", () => {
    const tiny = (unit: number) => ({ ...box(2, 0, 0.4 * unit), budget: unit });
    for (const unit of [1e-12, 1e6]) {
      const { total, weights } = cheapestRelaxation(tiny(unit), NAMES);
      expect(total / unit).toBeCloseTo(0.2, 9);
      expect(largestDifference(weights.map((w) => w / unit).sort(), [0.4, 0.6])).toBeLessThan(1e-9);
    }
  });
});

const contradictory = fc.integer({ min: 2, max: 5 }).chain((n) => {
  const quarter = (min: number, max: number) => fc.integer({ min, max }).map((x) => x / 4);
  const row = fc.tuple(
    fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n, maxLength: n }),
    quarter(-4, 6),
    quarter(-1, 2),
  );
  return fc
    .tuple(
      fc.array(fc.tuple(quarter(-2, 2), quarter(-1, 3)), { minLength: n, maxLength: n }),
      quarter(-2, 6),
      fc.array(row, { maxLength: 4 }),
    )
    .map(
      ([bounds, budget, rows]): WeightConstraints => ({
        lower: Float64Array.from(bounds, ([low]) => low),
        upper: Float64Array.from(bounds, ([low, width]) => low + width),
        budget,
        rows: rows.map(([coefficients, low, width], k) =>
          denseRow(`row ${k}`, coefficients, { lower: low, upper: low + width }),
        ),
      }),
    );
});

/** Moves the limits of one a part of the way towards another's. */
function towards(from: WeightConstraints, to: WeightConstraints, fraction: number) {
  const mix = (a: number, b: number) => (a === b ? a : a + fraction * (b - a));
  return {
    lower: from.lower.map((x, i) => mix(x, to.lower[i])),
    upper: from.upper.map((x, i) => mix(x, to.upper[i])),
    budget: from.budget,
    rows: from.rows.map((row, k) => ({
      ...row,
      lower: mix(row.lower, to.rows[k].lower),
      upper: mix(row.upper, to.rows[k].upper),
    })),
  };
}

describe("smallestRelaxation", () => {
  it("spreads evenly what cannot be met", () => {
    // By hand: five minimums of 30 % are 50 % too much, 10 % each.
    const { changes, total } = smallestRelaxation(box(5, 0.3, 1), NAMES);

    expect(total).toBeCloseTo(0.5, 9);
    expect(changes).toHaveLength(5);
    for (const { from, to } of changes) {
      expect(from - to).toBeCloseTo(0.1, 9);
    }
  });

  it("never asks for a short position where another change helps", () => {
    // Minimums of 80 % for two: one of them cannot give way by more than itself.
    const constraints = { ...box(2, 0.8, 1), budget: 0.1 };

    for (const relax of [cheapestRelaxation, smallestRelaxation]) {
      for (const { constraint, to } of relax(constraints, NAMES).changes) {
        expect(constraint.type).toBe("lower");
        expect(to).toBeGreaterThanOrEqual(-1e-12);
      }
    }
  });

  it("changes nothing where some weights satisfy everything", () => {
    expect(smallestRelaxation(box(3, 0, 1), NAMES)).toMatchObject({ changes: [], total: 0 });
  });

  it("has the largest change no larger than that of the cheapest relaxation", () => {
    const range = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(range, range), { minLength: 2, maxLength: 4 }), (bounds) => {
        const constraints = {
          lower: Float64Array.from(bounds, ([low, high]) => Math.min(low, high)),
          upper: Float64Array.from(bounds, ([low, high]) => Math.max(low, high)),
          budget: 1,
          rows: [],
        };
        const largest = ({ changes }: ReturnType<typeof cheapestRelaxation>) =>
          Math.max(0, ...changes.map(({ from, to }) => Math.abs(from - to)));

        const even = smallestRelaxation(constraints, NAMES);

        expect(largest(even)).toBeLessThanOrEqual(
          largest(cheapestRelaxation(constraints, NAMES)) + 1e-9,
        );
        expect(findConflicts(even.constraints, NAMES.slice(0, bounds.length))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
