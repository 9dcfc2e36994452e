import { describe, expect, it } from "vitest";
import type { Matrix } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import type { ConvexProgram, ConvexResult } from "./program.ts";
import { riskTerm } from "./risk-term.ts";
import { solveConvex } from "./solve-convex.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

const SCENARIOS = 600;
const ASSETS = 8;

describe("a mean of the worst of many scenarios", () => {
  // The other term is the same measure and keeps all scenarios.
  const pairs = (returns: Matrix, level: number): [ConvexTerm, ConvexTerm] => [
    riskTerm({ kind: "cvar", level }, { returns }),
    { kind: "conditional-value-at-risk", returns, confidence: level },
  ];

  // At 0.995 the scenarios chosen first do not suffice.
  it.each([0.8, 0.9, 0.95, 0.995])("at level %s is that of all scenarios", (level) => {
    const [few, all] = pairs(heavyTails(level), level);

    const found = optimal(solveConvex(curved({ terms: [{ weight: 1, term: few }], system: FULL })));
    const expected = optimal(
      solveConvex(curved({ terms: [{ weight: 1, term: all }], system: FULL })),
    );

    expect(found.objective).toBeCloseTo(expected.objective, 10);
    expect(found.multipliers.rows[0]).toBeCloseTo(expected.multipliers.rows[0], 8);
  });

  it("is found where the losses of a calm asset are rare", () => {
    const [few, all] = pairs(withRareLosses(), 0.95);

    const found = optimal(solveConvex(curved({ terms: [{ weight: 1, term: few }], system: FULL })));
    const expected = optimal(
      solveConvex(curved({ terms: [{ weight: 1, term: all }], system: FULL })),
    );

    expect(found.objective).toBeCloseTo(expected.objective, 10);
  });

  it("is limited with the same multiplier", () => {
    const returns = heavyTails(7);
    const [few, all] = pairs(returns, 0.95);
    const least = optimal(solveConvex(curved({ terms: [{ weight: 1, term: all }], system: FULL })));
    const program = (term: ConvexTerm): ConvexProgram => ({
      linear: Float64Array.from({ length: ASSETS }, (_, i) => -i),
      limits: [{ term, limit: 1.2 * least.objective }],
      system: FULL,
    });

    const found = optimal(solveConvex(program(few)));
    const expected = optimal(solveConvex(program(all)));

    expect(found.objective).toBeCloseTo(expected.objective, 9);
    expect(found.multipliers.limits[0] / expected.multipliers.limits[0]).toBeCloseTo(1, 7);
  });

  it("is infeasible below its least value, and unbounded where selling pays", () => {
    const [few] = pairs(heavyTails(9), 0.95);
    const limited = solveConvex({ limits: [{ term: few, limit: 1e-4 }], system: FULL });
    const open = {
      ...FULL,
      lower: new Float64Array(ASSETS).fill(Number.NEGATIVE_INFINITY),
      upper: new Float64Array(ASSETS).fill(Number.POSITIVE_INFINITY),
    };
    const linear = Float64Array.from({ length: ASSETS }, (_, i) => -i);
    const free = solveConvex({ linear, terms: [{ weight: 0.01, term: few }], system: open });

    expect(limited.status).toBe("infeasible");
    expect(free.status).toBe("unbounded");
  });
});

/** Weights of at least 0 that sum to 1. */
const FULL = {
  lower: new Float64Array(ASSETS),
  upper: new Float64Array(ASSETS).fill(1),
  rows: { rows: 1, cols: ASSETS, values: new Float64Array(ASSETS).fill(1) },
  rowLower: Float64Array.of(1),
  rowUpper: Float64Array.of(1),
};

/** The same program, with a quadratic form of zeros, which the simplex method does not take. */
function curved(program: ConvexProgram): ConvexProgram {
  const quadratic = { rows: ASSETS, cols: ASSETS, values: new Float64Array(ASSETS * ASSETS) };
  return { ...program, quadratic };
}

function optimal(result: ConvexResult) {
  if (result.status !== "optimal") {
    throw new Error(`status ${result.status}`);
  }
  return result;
}

/** Sums of a common and an own cube of uniform numbers. */
function heavyTails(seed: number): Matrix {
  const uniform = uniformSource(Math.round(1000 * seed));
  const cube = () => (2 * uniform() - 1) ** 3;
  const values = new Float64Array(SCENARIOS * ASSETS);
  for (let t = 0; t < SCENARIOS; t++) {
    const common = cube();
    for (let i = 0; i < ASSETS; i++) {
      values[t * ASSETS + i] = 0.02 * (common + (0.5 + i / ASSETS) * cube());
    }
  }
  return { rows: SCENARIOS, cols: ASSETS, values };
}

/** Asset 0 hardly moves, but for a fall in every fortieth scenario when the others rise. */
function withRareLosses(): Matrix {
  const { rows, cols, values } = heavyTails(3);
  for (let t = 0; t < rows; t++) {
    const isFall = t % 40 === 0;
    for (let i = 1; isFall && i < cols; i++) {
      values[t * cols + i] = Math.abs(values[t * cols + i]);
    }
    values[t * cols] = isFall ? -0.02 : 0.02 * values[t * cols];
  }
  return { rows, cols, values };
}
