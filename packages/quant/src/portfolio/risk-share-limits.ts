import type { ConvexOptions, ConvexProgram, TermLimit } from "../convex/program.ts";
import { solveConvex } from "../convex/solve-convex.ts";
import type { ConvexTerm } from "../convex/terms/term-forms.ts";
import { addOuterProduct } from "../linalg/kernels.ts";
import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import type { PortfolioModel, RiskShareLimit } from "./portfolio-model.ts";
import { trustedPoint } from "./trusted-point.ts";

/** A limit w'Aw ≤ 0 on a risk share, with A = F'F − B and B positive semidefinite. */
export interface SplitShare {
  /** F, shape (rank, n). */
  readonly convex: Matrix;
  /** B, shape (n, n). */
  readonly concave: Matrix;
}

// A share above its limit by less than this counts as within it.
const TOLERANCE = 1e-9;
// Room that a start leaves, so that the bounds on the shares have an inside.
const MARGIN = 1e-3;
const HALVINGS = 30;
const ROUNDS_MAX = 60;

/**
 * Writes the limit of a risk share, w'D(Σw) ≤ c·w'Σw with D choosing the assets, as a difference of
 * convex quadratics.
 */
export function splitShare(
  { assets, max }: RiskShareLimit,
  { rows: n, values }: Matrix,
): SplitShare {
  const chosen = new Set(assets);
  const quadratic = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const part = (Number(chosen.has(i)) + Number(chosen.has(j))) / 2 - max;
      quadratic[i * n + j] = part * values[i * n + j];
    }
  }
  const eigen = symmetricEigen({ rows: n, cols: n, values: quadratic });
  const factor = new Float64Array(n * n);
  const concave = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const size = eigen.values[k];
    const vector = eigen.vectors.values.subarray(k * n, (k + 1) * n);
    if (size > 0) {
      factor.set(
        vector.map((entry) => Math.sqrt(size) * entry),
        k * n,
      );
    } else {
      addOuterProduct(concave, -size, vector, vector);
    }
  }
  return {
    convex: { rows: n, cols: n, values: factor },
    concave: { rows: n, cols: n, values: concave },
  };
}

/** Bounds a share from above by a convex limit that touches it at weights. */
export function boundShare({ convex, concave }: SplitShare, at: Float64Array): TermLimit {
  const slope = multiplyVector(concave, at).map((value) => 2 * value);
  const term: ConvexTerm = {
    kind: "sum",
    parts: [
      { weight: 1, term: { kind: "square", term: { kind: "norm", matrix: convex } } },
      { weight: 1, term: { kind: "absolute", above: slope.map((value) => -value), below: slope } },
    ],
  };
  return { term, limit: -dot(slope, at) / 2 };
}

/**
 * Says whether weights keep within every risk share.
 *
 * @param margin - Room to leave, a fraction of each limit.
 */
export function keepsShares(
  { riskShareLimits = [], covariance }: PortfolioModel,
  weights: Float64Array,
  margin = -TOLERANCE,
): boolean {
  const products = multiplyVector(covariance, weights);
  const variance = dot(weights, products);
  return riskShareLimits.every(({ assets, max }) => {
    const part = assets.reduce((sum, i) => sum + weights[i] * products[i], 0);
    return part <= max * (1 - margin) * variance;
  });
}

/**
 * Looks for weights within every risk share by lowering convex bounds on their excesses.
 *
 * @param program - The linear limits and those convex limits that hold besides.
 * @param start - Weights that keep within those.
 * @returns Weights within the shares too, or nothing where none are found.
 * @see Yuille & Rangarajan (2003), "The Concave-Convex Procedure",
 *   doi:10.1162/08997660360581958
 */
export function withinShares(
  model: PortfolioModel,
  program: Pick<ConvexProgram, "system" | "limits">,
  start: Float64Array,
  options: ConvexOptions,
): Float64Array | undefined {
  const shares = (model.riskShareLimits ?? []).map((limit) => splitShare(limit, model.covariance));
  let weights = start;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (keepsShares(model, weights, MARGIN)) {
      return nearest(model, start, weights);
    }
    const terms = shares.map((share) => ({ weight: 1, term: boundShare(share, weights).term }));
    const next = trustedPoint(solveConvex({ ...program, terms }, options));
    if (next === undefined) {
      return;
    }
    weights = next.x;
  }
  return keepsShares(model, weights) ? nearest(model, start, weights) : undefined;
}

/** Goes back from weights within the shares towards others as far as they allow. */
function nearest(model: PortfolioModel, outside: Float64Array, inside: Float64Array): Float64Array {
  let [near, far] = [0, 1];
  for (let round = 0; round < HALVINGS; round++) {
    const fraction = (near + far) / 2;
    if (keepsShares(model, mix(inside, outside, fraction), MARGIN)) {
      near = fraction;
    } else {
      far = fraction;
    }
  }
  return mix(inside, outside, near);
}

function mix(from: Float64Array, to: Float64Array, fraction: number): Float64Array {
  return from.map((weight, i) => weight + fraction * (to[i] - weight));
}
