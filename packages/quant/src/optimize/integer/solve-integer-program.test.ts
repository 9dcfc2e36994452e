import { describe, expect, it } from "vitest";
import { leastOverChoices, randomChoices } from "../../../test/random-choices.ts";
import { identity, matrixOf, readReference } from "../../../test/reference.ts";
import { ArgumentError } from "../../errors.ts";
import { matrixFromRows } from "../../linalg/matrix.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { Activity, IntegerProgram, SearchLimits } from "./integer-program.ts";
import { solveIntegerProgram } from "./solve-integer-program.ts";

interface Reference {
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}
type IntegerReference = Record<string, { readonly objective: number }>;

const frontier = readReference<Reference>("frontier.json");
const covariance = matrixOf(frontier.covariance, 20);
const means = Float64Array.from(frontier.expectedReturns);
const reference = readReference<IntegerReference>("integer.json");

function holding(n: number, most: number, least: number): Activity {
  return {
    center: new Float64Array(n),
    leastAbove: new Float64Array(n).fill(least),
    leastBelow: new Float64Array(n).fill(least),
    counts: [{ members: Array.from({ length: n }, (_, i) => i), least: 0, most }],
  };
}

function program(n: number, change: Partial<IntegerProgram> = {}): IntegerProgram {
  return {
    matrix: identity(n),
    linear: new Float64Array(n),
    system: {
      lower: new Float64Array(n),
      upper: new Float64Array(n).fill(1),
      rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
      rowLower: Float64Array.of(1),
      rowUpper: Float64Array.of(1),
    },
    activities: [],
    ...change,
  };
}

function solved(problem: IntegerProgram, limits: SearchLimits = {}) {
  const result = solveIntegerProgram(problem, limits);
  if (result.status === "infeasible" || result.status === "unknown") {
    throw new Error(`the problem is ${result.status}`);
  }
  return result;
}

describe("solveIntegerProgram", () => {
  it("finds by hand that two of four equal assets are held by half", () => {
    const { x, objective, status, gap } = solved(program(4, { activities: [holding(4, 2, 0)] }));

    expect(status).toBe("optimal");
    expect(Array.from(x).sort()).toEqual([0, 0, 0.5, 0.5]);
    expect(objective).toBeCloseTo(0.25, 14);
    expect(gap).toBeLessThan(1e-9);
  });

  it("agrees with every combination of choices on random problems", () => {
    const counts = { optimal: 0, infeasible: 0 };
    for (let seed = 1; seed <= 30; seed++) {
      const problem = randomChoices(seed);
      const least = leastOverChoices(problem);
      const result = solveIntegerProgram(problem);
      if (result.status === "optimal") {
        const size = Math.max(1e-3, Math.abs(least));
        expect(Math.abs(result.objective - least), `seed ${seed}`).toBeLessThan(1e-8 * size);
        expect(result.certificate.dualResidual).toBeLessThan(1e-10);
        expect(result.certificate.primalResidual).toBeLessThan(1e-10);
        counts.optimal++;
      } else {
        expect(least, `seed ${seed}`).toBe(Number.POSITIVE_INFINITY);
        expect(result.status).toBe("infeasible");
        counts.infeasible++;
      }
    }
    expect(counts.optimal).toBeGreaterThan(15);
    expect(counts.infeasible).toBeGreaterThan(3);
  });

  it.each([
    ["cardinality", { activities: [holding(20, 5, 0.05)] }],
    [
      "groupCounts",
      {
        activities: [
          {
            ...holding(20, 8, 0.03),
            counts: [0, 1, 2, 3].map((k) => ({
              members: [0, 1, 2, 3, 4].map((i) => 4 * i + k),
              least: 1,
              most: 2,
            })),
          },
        ],
      },
    ],
    [
      "longShort",
      {
        linear: means.map((mean) => -0.3 * mean),
        activities: [holding(20, 6, 0.05)],
        system: {
          ...program(20).system,
          lower: new Float64Array(20).fill(-0.2),
          upper: new Float64Array(20).fill(0.4),
        },
      },
    ],
    [
      "trades",
      {
        linear: means.map((mean) => -0.1 * mean),
        activities: [{ ...holding(20, 4, 0.02), center: new Float64Array(20).fill(0.05) }],
      },
    ],
    ["lots", { activities: [holding(20, 6, 0)], lots: new Float64Array(20).fill(0.05) }],
  ])("agrees with SCIP on %s", (name, change) => {
    const result = solved(program(20, { matrix: covariance, ...change }));

    expect(result.status).toBe("optimal");
    const off = Math.abs(result.objective - reference[name].objective);
    expect(off / Math.abs(reference[name].objective)).toBeLessThan(1e-6);
    expect(result.certificate.dualResidual).toBeLessThan(1e-10);
  });

  it("gives the best so far and an honest bound when it is stopped", () => {
    const problem = program(60, { matrix: factorCovariance(60), activities: [holding(60, 6, 0)] });
    const best = solved(problem);
    let asked = 0;

    const early = solveIntegerProgram(problem, { shouldStop: () => asked++ > 60 });

    if (early.status !== "stopped") {
      throw new Error(`the search is ${early.status}`);
    }
    expect(early.bound).toBeLessThanOrEqual(best.objective * (1 + 1e-9));
    expect(early.objective).toBeGreaterThanOrEqual(best.objective * (1 - 1e-9));
    expect(early.gap).toBeCloseTo((early.objective - early.bound) / early.objective, 12);
    expect(early.gap).toBeGreaterThan(0);
  });

  it("is sound wherever it is stopped, and soon done", () => {
    const problem = program(40, { matrix: factorCovariance(40), activities: [holding(40, 5, 0)] });
    const best = solved(problem);
    let nodesAtStop = 0;

    for (let looks = 0; looks < 400; looks += 9) {
      let asked = 0;
      const early = solved(problem, { shouldStop: () => asked++ >= looks });
      expect(early.bound).toBeLessThanOrEqual(best.objective * (1 + 1e-9));
      expect(early.objective).toBeGreaterThanOrEqual(best.objective * (1 - 1e-9));
      expect(early.nodes).toBeGreaterThanOrEqual(nodesAtStop);
      nodesAtStop = early.nodes;
      // The first relaxation, two roundings, and what a node is in the middle of.
      expect(early.nodes).toBeLessThanOrEqual(looks + 6);
    }
  });

  it("says when no choice is feasible", () => {
    expect(solveIntegerProgram(program(4, { activities: [holding(4, 0, 0)] })).status).toBe(
      "infeasible",
    );
  });

  it("says so when limits cross", () => {
    const { system } = program(3);
    const crossed = { ...system, rowUpper: Float64Array.of(0.9) };

    const result = solveIntegerProgram(
      program(3, { system: crossed, activities: [holding(3, 2, 0)] }),
    );

    expect(result).toEqual({ status: "infeasible", nodes: 0 });
  });

  it("says so when no whole lot fits between the bounds", () => {
    const { system } = program(2);
    const between = { ...system, lower: Float64Array.of(0.3, 0), upper: Float64Array.of(0.4, 1) };

    const result = solveIntegerProgram(
      program(2, { system: between, lots: new Float64Array(2).fill(0.25) }),
    );

    expect(result).toEqual({ status: "infeasible", nodes: 0 });
  });

  it("fills lots where no position is all or nothing", () => {
    const { x, status } = solved(program(4, { lots: new Float64Array(4).fill(0.125) }));

    expect(status).toBe("optimal");
    expect(Array.from(x)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("proves ten of 98 assets", () => {
    const problem = program(98, {
      matrix: factorCovariance(98),
      activities: [holding(98, 10, 0.01)],
    });

    const { status, x, nodes } = solved(problem);

    expect(status).toBe("optimal");
    expect(x.filter((weight) => weight > 0).length).toBeLessThanOrEqual(10);
    expect(nodes).toBeLessThan(20_000);
  });

  it("starts within a thousandth of the best five of 98 assets", () => {
    const problem = program(98, {
      matrix: factorCovariance(98),
      activities: [holding(98, 5, 0.01)],
    });

    const first = solveIntegerProgram(problem, { nodeLimit: 2 });
    const best = solved(problem, { gap: 1e-6 });

    expect(best.status).toBe("optimal");
    expect(first.status === "stopped" && first.objective / best.objective).toBeLessThan(1.001);
  });

  it("tells a finite gap when it is stopped before the first bound", () => {
    const problem = program(98, {
      matrix: factorCovariance(98),
      activities: [holding(98, 5, 0.01)],
    });

    const { status, gap } = solved(problem, { shouldStop: () => true });

    expect(status).toBe("stopped");
    expect(gap).toBeGreaterThan(0);
    expect(gap).toBeLessThan(1);
  });

  it("finds a point where the heaviest assets miss a row, stopped at once", () => {
    const { system } = program(4);
    // Three steady assets earn 2 %, and a little of the fourth is needed to earn 2.1 %.
    const rows = Float64Array.of(1, 1, 1, 1, 0.02, 0.02, 0.02, 0.1);
    const problem = program(4, {
      matrix: matrixFromRows([
        [0.01, 0, 0, 0],
        [0, 0.01, 0, 0],
        [0, 0, 0.01, 0],
        [0, 0, 0, 0.04],
      ]),
      activities: [holding(4, 2, 0)],
      system: {
        ...system,
        rows: { rows: 2, cols: 4, values: rows },
        rowLower: Float64Array.of(1, 0.021),
        rowUpper: Float64Array.of(1, Number.POSITIVE_INFINITY),
      },
    });

    const { x } = solved(problem, { shouldStop: () => true });

    expect(x.filter((weight) => weight > 0)).toHaveLength(2);
    // Of two assets without correlation the least variance is in inverse proportion to theirs.
    expect(x[3]).toBeCloseTo(0.01 / 0.05, 12);
  });

  it("stops in the middle of a large first relaxation, with nothing found", () => {
    const n = 600;

    const result = solveIntegerProgram(program(n, { activities: [holding(n, 10, 0)] }), {
      shouldStop: () => true,
    });

    expect(result).toEqual({ status: "unknown", nodes: 1 });
  });

  it.each([
    ["lots of another length", { lots: new Float64Array(3) }],
    ["a negative lot", { lots: Float64Array.of(-1, 0) }],
    ["a member that does not exist", { activities: [holding(3, 1, 0)] }],
    [
      "an indefinite matrix",
      {
        matrix: matrixFromRows([
          [1, 2],
          [2, 1],
        ]),
      },
    ],
    ["a negative least position", { activities: [holding(2, 1, -0.1)] }],
  ])("refuses %s", (_, change) => {
    expect(() => solveIntegerProgram(program(2, change))).toThrow(ArgumentError);
  });
});

/** Covariance of 290 weeks of a market with ten sectors. */
function factorCovariance(n: number) {
  const uniform = uniformSource(4);
  const normal = () => {
    let sum = -6;
    for (let k = 0; k < 12; k++) {
      sum += uniform();
    }
    return sum;
  };
  const assets = Array.from({ length: n }, () => ({
    market: 0.6 + 0.8 * uniform(),
    sector: Math.floor(10 * uniform()),
    load: 0.4 + uniform(),
    own: 0.015 + 0.03 * uniform(),
  }));
  const days = 290;
  const values = new Float64Array(n * n);
  for (let t = 0; t < days; t++) {
    const market = 0.02 * normal();
    const sectors = Array.from({ length: 10 }, () => 0.015 * normal());
    const row = assets.map(
      (asset) => asset.market * market + asset.load * sectors[asset.sector] + asset.own * normal(),
    );
    for (let entry = 0; entry < n * n; entry++) {
      values[entry] += (row[Math.floor(entry / n)] * row[entry % n]) / days;
    }
  }
  return { rows: n, cols: n, values };
}
