import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identity } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { findConflicts } from "./conflicts.ts";
import { budgetRange, type ConstraintRef, type WeightConstraints } from "./constraints.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import { groupRow, type LinearRow } from "./linear-row.ts";

function box(n: number, low: number, high: number, rows: readonly LinearRow[] = []) {
  return {
    lower: new Float64Array(n).fill(low),
    upper: new Float64Array(n).fill(high),
    budget: 1,
    rows,
  };
}

function names(n: number): string[] {
  return Array.from({ length: n }, (_, i) => "ABCDEFGH"[i]);
}

function group(name: string, members: readonly number[], lower: number, upper: number) {
  return groupRow(`group ${name}`, members, { lower, upper });
}

function statusOf(constraints: WeightConstraints): string {
  const n = constraints.lower.length;
  const expectedReturns = Float64Array.from({ length: n }, (_, i) => i);
  return traceFrontier({ expectedReturns, covariance: identity(n), constraints }).status;
}

describe("findConflicts", () => {
  it("finds nothing where some weights satisfy everything", () => {
    expect(findConflicts(box(3, 0, 1), names(3))).toEqual([]);
    // Ten tenths are 0.9999999999999999 in doubles.
    expect(findConflicts(box(8, 0.125, 1), names(8))).toEqual([]);
    expect(findConflicts(box(2, 0, 1, [group("g", [0], -Infinity, Infinity)]), names(2))).toEqual(
      [],
    );
  });

  it("names crossed bounds of assets and groups", () => {
    const constraints = {
      ...box(2, 0, 1, [group("tech", [0, 1], 0.6, 0.5)]),
      lower: Float64Array.of(0.3, 0),
      upper: Float64Array.of(0.2, 1),
    };

    expect(findConflicts(constraints, names(2))).toEqual([
      {
        kind: "asset-bounds",
        constraints: [
          { type: "lower", asset: 0 },
          { type: "upper", asset: 0 },
        ],
        total: 0.3,
        limit: 0.2,
        message: "the minimum weight of A is 30 %, more than its maximum of 20 %",
      },
      {
        kind: "row-bounds",
        constraints: [
          { type: "row-lower", row: 0 },
          { type: "row-upper", row: 0 },
        ],
        total: 0.6,
        limit: 0.5,
        message: "the minimum of group tech is 60 %, more than its maximum of 50 %",
      },
    ]);
  });

  it("says by how much minimums exceed the budget", () => {
    const lower = Float64Array.of(0.5, 0.62, 0);
    const [conflict, ...others] = findConflicts({ ...box(3, 0, 1), lower }, names(3));

    expect(others).toEqual([]);
    expect(conflict).toMatchObject({
      kind: "minimums-exceed-budget",
      limit: 1,
      message: "minimum weights sum to 112 %, more than the budget of 100 %",
    });
    expect(conflict.total).toBeCloseTo(1.12, 12);
    expect(conflict.constraints).toEqual([
      { type: "lower", asset: 0 },
      { type: "lower", asset: 1 },
      { type: "budget-upper" },
    ]);
  });

  it("says by how much maximums miss the budget", () => {
    expect(findConflicts(box(3, 0, 0.25), names(3))).toMatchObject([
      { kind: "maximums-below-budget", total: 0.75, limit: 1 },
    ]);
  });

  it("names a group that its members cannot fill, or must overfill", () => {
    const groups = [group("small", [0, 1], 0.5, 1), group("large", [2, 3], 0, 0.3)];
    const constraints = {
      ...box(4, 0, 1, groups),
      lower: Float64Array.of(0, 0, 0.2, 0.2),
      upper: Float64Array.of(0.2, 0.2, 1, 1),
    };

    expect(findConflicts(constraints, names(4)).map(({ message }) => message)).toEqual([
      "bounds of single weights let group small reach 40 % at most, less than its minimum of 50 %",
      "bounds of single weights hold group large at 40 % at least, more than its maximum of 30 %",
    ]);
  });

  it("names the groups that together ask for more than the budget, and no others", () => {
    const groups = [
      group("tech", [0, 1], 0.6, 1),
      group("health", [2, 3], 0.5, 1),
      group("any", [0, 2], 0.1, 0.9),
    ];
    const [conflict, ...others] = findConflicts(box(5, 0, 1, groups), names(5));

    expect(others).toEqual([]);
    expect(conflict.kind).toBe("combination");
    expect(new Set(conflict.constraints.map((ref) => JSON.stringify(ref)))).toEqual(
      new Set(
        [
          { type: "budget-upper" },
          { type: "row-lower", row: 0 },
          { type: "row-lower", row: 1 },
          // The asset in no group may not be sold short to pay for the rest.
          { type: "lower", asset: 4 },
        ].map((ref) => JSON.stringify(ref)),
      ),
    );
    expect(conflict.total).toBeCloseTo(1.1, 12);
    expect(conflict.limit).toBeCloseTo(1, 12);
    expect(conflict.message).toContain("they require 110 % where 100 % is allowed");
  });

  it("judges by the size of the limits, however small", () => {
    // By hand: minimums sum to 1.2e-7, which misses the budget by 2e-8, far more than rounding.
    const constraints = {
      lower: Float64Array.of(6e-8, 6e-8),
      upper: Float64Array.of(1e-7, 1e-7),
      budget: 1e-7,
      rows: [],
    };

    expect(findConflicts(constraints, names(2))).toMatchObject([
      {
        kind: "minimums-exceed-budget",
        message: "minimum weights sum to 0.000012 %, more than the budget of 0.00001 %",
      },
    ]);
  });

  it("lets bounds cross by rounding", () => {
    const constraints = {
      lower: Float64Array.of(0.1 * 3, 0),
      upper: Float64Array.of(0.3, 1),
      budget: 1,
      rows: [group("half", [0, 1], 0.1 + 0.9 + 1e-16, 1)],
    };

    expect(findConflicts(constraints, names(2))).toEqual([]);
    expect(statusOf(constraints)).toBe("optimal");
  });

  it("does not let a group's limit that cannot matter blur the others", () => {
    // By hand: maximums sum to 1 − 1e-7, which a group limit of a million makes no less.
    const constraints = {
      ...box(2, 0, 0.5 - 5e-8, [group("any", [0], -Infinity, 1e6)]),
    };

    expect(findConflicts(constraints, names(2))).toMatchObject([{ kind: "maximums-below-budget" }]);
    expect(statusOf(constraints)).toBe("infeasible");
  });

  it("finds a conflict exactly where the optimizer finds no weights", () => {
    const size = fc.constantFrom(1e-12, 1e-7, 1, 1e5);
    const slip = fc.constantFrom(0, 1e-14, 9e-11, 1e-10, 1.1e-10, 1e-8);

    fc.assert(
      fc.property(randomConstraints, size, slip, ({ lower, upper, rows, ...rest }, unit, gap) => {
        const constraints = {
          lower: lower.map((x) => (x + gap) * unit),
          upper: upper.map((x) => x * unit),
          budget: budgetRange(rest).upper * unit,
          rows: rows.map((one) => ({
            ...one,
            lower: (one.lower + gap) * unit,
            upper: (one.upper - gap) * unit,
          })),
        };
        const hasConflict = findConflicts(constraints, names(lower.length)).length > 0;

        expect(statusOf(constraints)).toBe(hasConflict ? "infeasible" : "optimal");
      }),
      { numRuns: 2000 },
    );
  });

  it("rejects names that do not match", () => {
    expect(() => findConflicts(box(2, 0, 1), ["A"])).toThrow(ArgumentError);
  });

  it("names constraints of which each is needed for the conflict", () => {
    fc.assert(
      fc.property(randomConstraints, (constraints) => {
        const n = constraints.lower.length;
        for (const conflict of findConflicts(constraints, names(n))) {
          if (conflict.kind === "combination") {
            expect(conflict.total).toBeGreaterThan(conflict.limit);
            expect(isContradiction(constraints, conflict.constraints)).toBe(true);
            for (const left of conflict.constraints) {
              const rest = conflict.constraints.filter((ref) => ref !== left);
              expect(isContradiction(constraints, rest)).toBe(false);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

const randomConstraints = fc.integer({ min: 2, max: 5 }).chain((n) => {
  const quarter = (min: number, max: number) => fc.integer({ min, max }).map((x) => x / 4);
  const members = fc.subarray(Array.from({ length: n }, (_, i) => i));
  const limits = fc.tuple(members, quarter(-2, 5), quarter(0, 2));
  return fc
    .tuple(
      fc.array(quarter(-2, 1), { minLength: n, maxLength: n }),
      fc.array(limits, { minLength: 1, maxLength: 4 }),
    )
    .map(
      ([lower, groups]): WeightConstraints => ({
        lower: Float64Array.from(lower),
        upper: Float64Array.from(lower, (x) => x + 1),
        budget: 1,
        rows: groups.map(([some, low, width], k) => group(`g${k}`, some, low, low + width)),
      }),
    );
});

/** Says whether some of the constraints already exclude each other. */
function isContradiction(constraints: WeightConstraints, refs: readonly ConstraintRef[]): boolean {
  const { lower, upper, rows } = constraints;
  const budget = budgetRange(constraints);
  // A bound that is not listed is put so far out that it cannot matter.
  const FAR = 1000;
  const listed = (wanted: ConstraintRef) =>
    refs.some((ref) => JSON.stringify(ref) === JSON.stringify(wanted));
  const all = Array.from(lower.keys());
  const relaxed: WeightConstraints = {
    lower: lower.map((x, asset) => (listed({ type: "lower", asset }) ? x : -FAR)),
    upper: upper.map((x, asset) => (listed({ type: "upper", asset }) ? x : FAR)),
    budget: 0,
    rows: [
      ...rows.map((one, k) => ({
        ...one,
        lower: listed({ type: "row-lower", row: k }) ? one.lower : -Infinity,
        upper: listed({ type: "row-upper", row: k }) ? one.upper : Infinity,
      })),
      group(
        "all",
        all,
        listed({ type: "budget-lower" }) ? budget.lower : -Infinity,
        listed({ type: "budget-upper" }) ? budget.upper : Infinity,
      ),
    ],
  };
  // An extra asset outside every group takes up the budget of 0.
  const extended: WeightConstraints = {
    ...relaxed,
    lower: Float64Array.of(...relaxed.lower, -FAR * 100),
    upper: Float64Array.of(...relaxed.upper, FAR * 100),
  };
  return findConflicts(extended, [...names(all.length), "rest"]).length > 0;
}
