import { solveConvex } from "../convex/solve-convex.ts";
import type { ConvexTerm } from "../convex/terms/term-forms.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { semidefiniteFactor } from "../linalg/semidefinite-factor.ts";
import { linearSystem } from "../optimize/constraints.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import { volatilitiesOf, type ZeroVolatility } from "../optimize/volatilities.ts";
import type { BudgetedRisk } from "./budget-risk.ts";
import type { PortfolioModel } from "./portfolio-model.ts";
import { trustedPoint } from "./trusted-point.ts";

/** By how much risk parity is loosened. */
export interface Relaxation {
  /** Lowest expected return; −Infinity for none. */
  readonly returnMin: number;
  /** Weight λ of each asset's own variance, at least 0. */
  readonly penalty: number;
}

/**
 * Finds weights that are near to equal risk contributions within constraints and a lowest return.
 *
 * Minimizes ψ − γ where ψ² = w'Σw + λ·w'diag(Σ)w, and γ² is n times the least risk contribution
 * wᵢ(Σw)ᵢ. With λ = 0 and no binding limit this is risk parity, where ψ = γ.
 *
 * @param model - All its linear constraints are kept to; weights and contributions are at least 0.
 * @see Gambeta & Kwon (2020), "Risk Return Trade-Off in Relaxed Risk Parity Portfolio Optimization",
 *   doi:10.3390/jrfm13100237
 */
export function relaxedRiskParity(
  model: Pick<PortfolioModel, "covariance" | "expectedReturns" | "constraints">,
  { returnMin, penalty }: Relaxation,
): BudgetedRisk | ZeroVolatility {
  const n = model.expectedReturns.length;
  if (model.constraints.upper.some((bound) => bound < 0)) {
    return { status: "infeasible" };
  }
  const found = volatilitiesOf(model.covariance, n);
  if (found.status === "zero-volatility") {
    return found;
  }
  const meanSquare = found.volatilities.reduce((sum, v) => sum + v * v, 0) / n;
  const covariance = {
    ...model.covariance,
    values: model.covariance.values.map((value) => value / meanSquare),
  };
  const goal = new Float64Array(n + 1);
  goal[n] = -1;
  const result = solveConvex({
    linear: goal,
    terms: [{ weight: 1, term: { kind: "norm", matrix: spreadFactor(covariance, penalty) } }],
    limits: Array.from({ length: n }, (_, i) => ({
      term: contributionTerm(covariance, i),
      limit: 1,
    })),
    system: withContribution(linearSystem(model.constraints), model.expectedReturns, returnMin),
  });
  if (result.status === "infeasible" || result.status === "unbounded") {
    return { status: result.status === "infeasible" ? "infeasible" : "unsolved" };
  }
  const point = trustedPoint(result);
  return point === undefined
    ? { status: "unsolved" }
    : {
        status: "solved",
        weights: point.x.slice(0, n),
        certificate: point.certificate,
        isProven: result.status === "optimal",
      };
}

/** F with ‖Fx‖ = ψ for x = (w, γ). */
function spreadFactor(covariance: Matrix, penalty: number): Matrix {
  const factor = semidefiniteFactor(covariance);
  const n = covariance.rows;
  const rows = factor.rows + (penalty > 0 ? n : 0);
  const values = new Float64Array(rows * (n + 1));
  for (let r = 0; r < factor.rows; r++) {
    values.set(factor.values.subarray(r * n, (r + 1) * n), r * (n + 1));
  }
  for (let r = factor.rows; r < rows; r++) {
    const i = r - factor.rows;
    values[r * (n + 1) + i] = Math.sqrt(penalty * covariance.values[i * n + i]);
  }
  return { rows, cols: n + 1, values };
}

/** 1 + ‖(2γ/√n, wᵢ − (Σw)ᵢ)‖ − wᵢ − (Σw)ᵢ, which is at most 1 where wᵢ(Σw)ᵢ ≥ γ²/n. */
function contributionTerm({ rows: n, values }: Matrix, asset: number): ConvexTerm {
  const difference = new Float64Array(2 * (n + 1));
  const sum = new Float64Array(n + 1);
  difference[n] = 2 / Math.sqrt(n);
  for (let j = 0; j < n; j++) {
    const own = j === asset ? 1 : 0;
    difference[n + 1 + j] = own - values[asset * n + j];
    sum[j] = own + values[asset * n + j];
  }
  const matrix = { rows: 2, cols: n + 1, values: difference };
  const center = new Float64Array(n + 1);
  center[asset] = 1 / sum[asset];
  const above = sum.map((value) => -value);
  return {
    kind: "sum",
    parts: [
      { weight: 1, term: { kind: "norm", matrix } },
      { weight: 1, term: { kind: "absolute", above, below: sum, center } },
    ],
  };
}

/** Adds γ ≥ 0 as the last variable, weights of at least 0, and the lowest return as the last row. */
function withContribution(
  system: LinearSystem,
  expectedReturns: Float64Array,
  returnMin: number,
): LinearSystem {
  const n = expectedReturns.length;
  const { rows } = system;
  const hasReturn = returnMin > Number.NEGATIVE_INFINITY;
  const values = new Float64Array((rows.rows + (hasReturn ? 1 : 0)) * (n + 1));
  for (let r = 0; r < rows.rows; r++) {
    values.set(rows.values.subarray(r * n, (r + 1) * n), r * (n + 1));
  }
  if (hasReturn) {
    values.set(expectedReturns, rows.rows * (n + 1));
  }
  const last = hasReturn ? [returnMin] : [];
  return {
    lower: Float64Array.of(...system.lower.map((bound) => Math.max(0, bound)), 0),
    upper: Float64Array.of(...system.upper, Number.POSITIVE_INFINITY),
    rows: { rows: values.length / (n + 1), cols: n + 1, values },
    rowLower: Float64Array.of(...system.rowLower, ...last),
    rowUpper: Float64Array.of(...system.rowUpper, ...last.map(() => Number.POSITIVE_INFINITY)),
  };
}
