import { describe, expect, it } from "vitest";
import { sampleReturns } from "../../../test/sample-returns.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { RiskMeasure } from "../../risk/measures/risk-measure.ts";
import type { ConvexProgram, ConvexResult } from "../program.ts";
import { riskTerm } from "../risk-term.ts";
import { solveConvex } from "../solve-convex.ts";
import { solveDrawdowns } from "./drawdown-rounds.ts";

const MEASURES: readonly RiskMeasure[] = [
  { kind: "maximum-drawdown" },
  { kind: "cdar", level: 0.9 },
  { kind: "cdar", level: 0.5 },
];

describe("solveDrawdowns beside the interior point over all days", () => {
  it("agrees on random programs, degenerate ones among them", () => {
    let proofs = 0;
    for (let seed = 1; seed <= 90; seed++) {
      const program = randomDrawdowns(seed);

      const found = solveDrawdowns(program, {});
      const expected = solveConvex(curved(program));

      if (found === undefined) {
        continue;
      }
      proofs += 1;
      expect(found.certificate.gap).toBeLessThan(1e-11);
      expect(found.objective).toBeCloseTo(optimal(expected).objective, 10);
    }
    expect(proofs).toBeGreaterThan(70);
  });

  it.each(MEASURES)("has the shadow prices of $kind", (measure) => {
    const returns = sampleReturns(500);
    const program = limited(returns, measure);

    const found = solveDrawdowns(program, {});
    const expected = optimal(solveConvex(curved(program)));

    expect(found?.objective).toBeCloseTo(expected.objective, 10);
    for (const kind of ["bounds", "rows", "limits"] as const) {
      for (const [i, price] of expected.multipliers[kind].entries()) {
        expect(found?.multipliers[kind][i]).toBeCloseTo(price, 6);
      }
    }
    expect(expected.multipliers.limits[0]).toBeGreaterThan(0);
  });

  it("finds none where every return rises", () => {
    const { rows, cols, values } = sampleReturns(60);
    const returns = { rows, cols, values: values.map(Math.abs) };

    const found = solveDrawdowns(limited(returns, { kind: "maximum-drawdown" }), {});

    expect(found?.objective).toBe(0);
  });

  it("leaves other programs alone", () => {
    const returns = sampleReturns(60);
    const { system } = limited(returns, { kind: "maximum-drawdown" });
    const term = (measure: RiskMeasure) => ({ weight: 1, term: riskTerm(measure, { returns }) });
    const drawdown = term({ kind: "maximum-drawdown" });

    expect(solveDrawdowns({ system, terms: [term({ kind: "ulcer-index" })] }, {})).toBeUndefined();
    expect(solveDrawdowns({ system, terms: [drawdown, drawdown] }, {})).toBeUndefined();
    expect(
      solveDrawdowns({ system, terms: [drawdown], limits: [{ ...drawdown, limit: 1 }] }, {}),
    ).toBeUndefined();
  });
});

/** Weights up to a quarter with a return that the least drawdown alone would not have. */
function limited(returns: Matrix, measure: RiskMeasure): ConvexProgram {
  const n = returns.cols;
  const means = new Float64Array(n);
  for (const [i, value] of returns.values.entries()) {
    means[i % n] += value / returns.rows;
  }
  const target = 0.9 * means.toSorted()[n - 2];
  const term = { kind: "absolute", above: means.map((mean) => -mean), below: means } as const;
  return {
    terms: [{ weight: 2, term: riskTerm(measure, { returns }) }],
    limits: [{ term, limit: -target }],
    system: {
      lower: new Float64Array(n),
      upper: new Float64Array(n).fill(0.6),
      rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
      rowLower: Float64Array.of(1),
      rowUpper: Float64Array.of(1),
    },
  };
}

/** A program of few days, many of them with ties, twins and a drift. */
function randomDrawdowns(seed: number): ConvexProgram {
  const uniform = uniformSource(seed);
  const isLikely = (probability: number) => uniform() < probability;
  const n = 1 + Math.floor(uniform() * 12);
  const days = 1 + Math.floor(uniform() * 70);
  const step = isLikely(0.4) ? 1 / 300 : 1e-9;
  const drift = isLikely(0.5) ? 0 : 0.02 * (uniform() - 0.5);
  const values = Float64Array.from({ length: days * n }, () => {
    return Math.round((drift + 0.02 * (uniform() + uniform() - 1)) / step) * step;
  });
  const isTwin = n > 1 && isLikely(0.3);
  for (let i = 1; isTwin && i < values.length; i += n) {
    values[i] = values[i - 1];
  }
  const odds = Float64Array.from({ length: days }, () => 0.1 + uniform());
  const total = odds.reduce((sum, odd) => sum + odd, 0);
  const floor = isLikely(0.3) ? -0.4 : 0;
  const term = riskTerm(MEASURES[Math.floor(uniform() * MEASURES.length)], {
    returns: { rows: days, cols: n, values },
    ...(isLikely(0.3) ? { probabilities: odds.map((odd) => odd / total) } : {}),
  });
  return {
    terms: [{ weight: 0.5 + uniform(), term }],
    ...(isLikely(0.3)
      ? { linear: Float64Array.from({ length: n }, () => 0.01 * (uniform() - 0.5)) }
      : {}),
    system: {
      lower: Float64Array.from({ length: n }, () => floor * uniform()),
      upper: Float64Array.from({ length: n }, () => 1.5 / n + uniform()),
      rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
      rowLower: Float64Array.of(1),
      rowUpper: Float64Array.of(1),
    },
  };
}

/** The same program, but for a quadratic form of zeros, which asks for the interior point. */
function curved(program: ConvexProgram): ConvexProgram {
  const n = program.system.lower.length;
  return { ...program, quadratic: { rows: n, cols: n, values: new Float64Array(n * n) } };
}

function optimal(result: ConvexResult) {
  if (result.status !== "optimal") {
    throw new Error(`the interior point ends ${result.status}`);
  }
  return result;
}
