import { describe, expect, it } from "vitest";
import type { Matrix } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import { uniformSource } from "../random/splitmix.ts";
import type { ConvexProgram } from "./program.ts";
import { solveConvex } from "./solve-convex.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

describe("random programs", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "seed %i meets the optimality conditions",
    (seed) => {
      const { program, gradient } = randomProgram(seed);
      const answer = solveConvex(program);
      if (answer.status !== "optimal") {
        throw new Error(answer.status);
      }
      const { x, multipliers } = answer;
      const { lower, upper, rows } = program.system;
      const slope = gradient(x);
      const pull = pullOf(rows, multipliers.rows, multipliers.bounds);
      for (let i = 0; i < x.length; i++) {
        // A gap of 1e-13 leaves errors of its root in x, and so in the gradient at x.
        expect(Math.abs(slope[i] - pull[i])).toBeLessThan(1e-5);
        const side = multipliers.bounds[i] > 0 ? lower[i] : upper[i];
        const room = Number.isFinite(side) ? x[i] - side : 1;
        expect(Math.abs(multipliers.bounds[i] * room)).toBeLessThan(1e-7);
      }
    },
  );
});

describe("degenerate limits", () => {
  const returns = columns(30, 3, (t, j) => 0.01 * Math.sin(t * (j + 2)));
  const term: ConvexTerm = { kind: "conditional-value-at-risk", returns, confidence: 0.9 };
  const base = budget(3, 0, 1);

  it.each<[string, LinearSystem]>([
    [
      "weights that are fixed",
      { ...base, lower: Float64Array.of(0.2, 0, 0.3), upper: Float64Array.of(0.2, 1, 0.3) },
    ],
    [
      "all weights fixed",
      { ...base, lower: Float64Array.of(0.2, 0.5, 0.3), upper: Float64Array.of(0.2, 0.5, 0.3) },
    ],
    ["the budget twice", twice(base)],
    [
      "a budget of a million",
      {
        ...base,
        upper: base.upper.map(() => 1e6),
        rowLower: Float64Array.of(1e6),
        rowUpper: Float64Array.of(1e6),
      },
    ],
    [
      "a budget of a millionth",
      { ...base, rowLower: Float64Array.of(1e-6), rowUpper: Float64Array.of(1e-6) },
    ],
    ["a budget that leaves one portfolio", { ...base, upper: base.upper.map(() => 1 / 3) }],
    ["no bounds", budget(3, -Infinity, Infinity)],
    [
      "no rows",
      {
        ...base,
        rows: { rows: 0, cols: 3, values: new Float64Array() },
        rowLower: new Float64Array(),
        rowUpper: new Float64Array(),
      },
    ],
  ])("with %s have an optimal portfolio", (_name, system) => {
    const answer = solveConvex({ system, terms: [{ weight: 1, term }] });
    expect(answer.status).toBe("optimal");
  });
});

/** A convex quadratic with a norm, bounds, rows and a turnover limit that does not bind. */
function randomProgram(seed: number): {
  program: ConvexProgram;
  gradient: (x: Float64Array) => number[];
} {
  const random = uniformSource(seed);
  const between = (a: number, b: number) => a + (b - a) * random();
  const n = 3 + Math.floor(between(0, 12));
  const t = n + 2;
  const factor = columns(t, n, () => between(-1, 1));
  const quadratic = gram(columns(Math.floor(between(1, n)), n, () => between(-1, 1)));
  const linear = Float64Array.from({ length: n }, () => between(-1, 1));
  const center = Float64Array.from({ length: n }, () => between(0, 2 / n));
  const m = 1 + Math.floor(between(0, 3));
  const values = Float64Array.from({ length: m * n }, (_, k) => (k < n ? 1 : between(-1, 1)));
  const inside = Float64Array.from({ length: n }, () => 1 / n);
  const sums = rowSums({ rows: m, cols: n, values }, inside);
  const system: LinearSystem = {
    lower: Float64Array.from({ length: n }, () => (random() < 0.3 ? -Infinity : between(-0.5, 0))),
    upper: Float64Array.from({ length: n }, () =>
      random() < 0.3 ? Infinity : between(1.5 / n, 1),
    ),
    rows: { rows: m, cols: n, values },
    rowLower: sums.map((sum, r) => (r === 0 ? sum : sum - between(0, 0.2))),
    rowUpper: sums.map((sum, r) => (r === 0 ? sum : sum + between(0, 0.2))),
  };
  const weight = between(0.1, 2);
  const program: ConvexProgram = {
    system,
    linear,
    quadratic,
    terms: [{ weight, term: { kind: "norm", matrix: factor, center } }],
  };
  const gradient = (x: Float64Array) => {
    const away = x.map((value, i) => value - center[i]);
    const image = rowSums(factor, away);
    const size = Math.hypot(...image);
    return Array.from(x, (_, i) => {
      let slope = linear[i];
      for (let j = 0; j < n; j++) {
        slope += quadratic.values[i * n + j] * x[j];
      }
      for (let k = 0; k < t; k++) {
        slope += (weight * factor.values[k * n + i] * image[k]) / size;
      }
      return slope;
    });
  };
  return { program, gradient };
}

/** Computes A'·rows + bounds. */
function pullOf(a: Matrix, rows: Float64Array, bounds: Float64Array): Float64Array {
  return bounds.map((bound, i) => {
    let pull = bound;
    for (let r = 0; r < a.rows; r++) {
      pull += a.values[r * a.cols + i] * rows[r];
    }
    return pull;
  });
}

function budget(n: number, lower: number, upper: number): LinearSystem {
  return {
    lower: new Float64Array(n).fill(lower),
    upper: new Float64Array(n).fill(upper),
    rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };
}

function twice(system: LinearSystem): LinearSystem {
  const { rows, rowLower, rowUpper } = system;
  return {
    ...system,
    rows: { rows: 2, cols: rows.cols, values: Float64Array.of(...rows.values, ...rows.values) },
    rowLower: Float64Array.of(...rowLower, ...rowLower),
    rowUpper: Float64Array.of(...rowUpper, ...rowUpper),
  };
}

function columns(rows: number, cols: number, entry: (t: number, j: number) => number): Matrix {
  const values = Float64Array.from({ length: rows * cols }, (_, k) =>
    entry(Math.floor(k / cols), k % cols),
  );
  return { rows, cols, values };
}

function rowSums({ rows, cols, values }: Matrix, x: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      sum += values[r * cols + j] * x[j];
    }
    return sum;
  });
}

function gram({ rows, cols, values }: Matrix): Matrix {
  return columns(cols, cols, (i, j) => {
    let sum = 0;
    for (let k = 0; k < rows; k++) {
      sum += values[k * cols + i] * values[k * cols + j];
    }
    return sum;
  });
}
