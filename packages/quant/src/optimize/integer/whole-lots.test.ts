import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../../test/reference.ts";
import { matrixFromRows } from "../../linalg/matrix.ts";
import { normalSource } from "../../random/normal.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { IntegerProgram } from "./integer-program.ts";
import { solveIntegerProgram } from "./solve-integer-program.ts";
import { fixLots, nearestLots, wholeLots } from "./whole-lots.ts";

const N = 20;
const { covariance } = readReference<{ covariance: number[] }>("frontier.json");

/** Weights of 20 stocks in lots of 5 %, with a group of ten that holds 40 to 60 %. */
function grouped(change: Partial<IntegerProgram["system"]> = {}): IntegerProgram {
  const group = Array.from({ length: N }, (_, i) => (i < 10 ? 1 : 0));
  return {
    matrix: matrixOf(covariance, N),
    linear: new Float64Array(N),
    lots: new Float64Array(N).fill(0.05),
    activities: [],
    system: {
      lower: new Float64Array(N),
      upper: new Float64Array(N).fill(0.3),
      rows: matrixFromRows([new Array<number>(N).fill(1), group]),
      rowLower: Float64Array.of(1, 0.4),
      rowUpper: Float64Array.of(1, 0.6),
      ...change,
    },
  };
}

function variance({ matrix }: IntegerProgram, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      sum += x[i] * x[j] * matrix.values[i * N + j];
    }
  }
  return sum;
}

describe("wholeLots", () => {
  it("keeps the rows, and leaves no better exchange of a lot", () => {
    const program = grouped();
    const normal = normalSource(uniformSource(7));
    for (let draw = 0; draw < 50; draw++) {
      const raw = Float64Array.from({ length: N }, () => Math.abs(normal()));
      const total = raw.reduce((sum, value) => sum + value, 0);
      const x = wholeLots(
        program,
        program.system,
        raw.map((value) => value / total),
      );
      if (x === undefined) {
        throw new Error(`draw ${draw} has no lots`);
      }

      const counts = Array.from(x, (value) => Math.round(value / 0.05));
      expect(Array.from(x, (value, i) => Math.abs(value - 0.05 * counts[i]) < 1e-15)).not.toContain(
        false,
      );
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
      const inGroup = counts.slice(0, 10).reduce((sum, count) => sum + count, 0);
      expect(inGroup >= 8 && inGroup <= 12).toBe(true);
      expect(bestExchange(program, x)).toBeGreaterThan(-1e-15);
    }
  });

  it("finds nothing where no whole lots make the budget", () => {
    const program = { ...grouped(), lots: new Float64Array(N).fill(0.15) };

    expect(wholeLots(program, program.system, new Float64Array(N).fill(0.05))).toBeUndefined();
  });

  it("rounds within bounds, and leaves variables without lots alone", () => {
    const lots = Float64Array.of(0.1, 0.1, 0);
    const bounds = { lower: Float64Array.of(0, 0.15, 0), upper: Float64Array.of(0.28, 1, 1) };
    const x = nearestLots(lots, bounds, Float64Array.of(0.29, 0.12, 0.123));

    expect(x).toEqual(Float64Array.of(0.2, 0.2, 0.123));
    expect(fixLots(bounds, lots, x ?? lots)).toEqual({
      lower: Float64Array.of(0.2, 0.2, 0),
      upper: Float64Array.of(0.2, 0.2, 1),
    });
  });

  /** By how much the best exchange of a lot within the rows changes the variance by half. */
  function bestExchange(program: IntegerProgram, x: Float64Array): number {
    const before = variance(program, x);
    let best = 0;
    for (let up = 0; up < N; up++) {
      for (let down = 0; down < N; down++) {
        const moved = x.with(up, x[up] + 0.05);
        moved[down] -= 0.05;
        const inGroup = moved.subarray(0, 10).reduce((sum, value) => sum + value, 0);
        const isKept = moved[up] < 0.3 + 1e-9 && moved[down] > -1e-9;
        if (up !== down && isKept && inGroup > 0.4 - 1e-9 && inGroup < 0.6 + 1e-9) {
          best = Math.min(best, variance(program, moved) - before);
        }
      }
    }
    return best / 2;
  }
});

describe("a search among whole lots", () => {
  it("has a point near the bound after a few relaxations, for a hundred assets", () => {
    const n = 100;
    const uniform = uniformSource(20261123);
    const values = new Float64Array(n * n);
    const loadings = Float64Array.from({ length: n }, () => 0.1 + 0.1 * uniform());
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        values[i * n + j] = loadings[i] * loadings[j] + (i === j ? 0.02 + 0.1 * uniform() : 0);
      }
    }
    const result = solveIntegerProgram(
      {
        matrix: { rows: n, cols: n, values },
        linear: new Float64Array(n),
        lots: new Float64Array(n).fill(0.01),
        activities: [],
        system: {
          lower: new Float64Array(n),
          upper: new Float64Array(n).fill(1),
          rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
          rowLower: Float64Array.of(1),
          rowUpper: Float64Array.of(1),
        },
      },
      { nodeLimit: 20 },
    );

    expect(result).toMatchObject({ status: "stopped" });
    expect(result.status === "stopped" && result.gap).toBeLessThan(0.01);
  });

  it("lets variables without lots make up for the rounding", () => {
    const program = { ...grouped(), lots: new Float64Array(N).fill(0.07).fill(0, 15) };

    const result = solveIntegerProgram(program, { nodeLimit: 3 });

    expect(result.status).toBe("stopped");
    const counts = Array.from("x" in result ? result.x : [], (value) => value / 0.07).slice(0, 15);
    expect(counts.every((count) => Math.abs(count - Math.round(count)) < 1e-9)).toBe(true);
  });
});
