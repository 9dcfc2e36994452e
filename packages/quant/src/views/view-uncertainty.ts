import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";

/**
 * How sure the views are:
 *
 * - `proportional`: Ω = diag(PτΣP'), so that each view counts as much as the prior (He & Litterman
 *   1999);
 * - `confidences`: Ωᵢᵢ = (1/cᵢ − 1)·(PτΣP')ᵢᵢ, so that view i alone moves its portfolio by the part
 *   cᵢ of the way from the prior to the view (Idzorek 2005, in the closed form of Walters 2014,
 *   eq. 41 and 44). At 0 the view does not count, at 1 it holds exactly;
 * - `covariance`: Ω itself.
 */
export type ViewUncertainty =
  | { readonly kind: "proportional" }
  | { readonly kind: "confidences"; readonly confidences: Float64Array }
  | { readonly kind: "covariance"; readonly omega: Matrix };

/**
 * Computes the covariance Ω of the views' errors.
 *
 * @param spread - PτΣP', row-major, shape (k, k).
 * @returns Ω, row-major, shape (k, k), and the views of confidence 0, which it leaves out.
 * @throws {ArgumentError} The number of confidences or the shape of Ω is not that of the views, a
 *   confidence is outside 0 … 1, or Ω has a negative variance or is not symmetric.
 */
export function viewCovariance(
  uncertainty: ViewUncertainty,
  spread: Float64Array,
  k: number,
): { readonly omega: Float64Array; readonly ignored: ReadonlySet<number> } {
  if (uncertainty.kind === "covariance") {
    return { omega: requireErrorCovariance(uncertainty.omega, k), ignored: new Set() };
  }
  const omega = new Float64Array(k * k);
  const ignored = new Set<number>();
  if (uncertainty.kind === "confidences" && uncertainty.confidences.length !== k) {
    throw new ArgumentError(`${k} views have ${uncertainty.confidences.length} confidences`);
  }
  for (let i = 0; i < k; i++) {
    const confidence = uncertainty.kind === "confidences" ? uncertainty.confidences[i] : 0.5;
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new ArgumentError(`confidence of view ${i} is ${confidence}, not between 0 and 1`);
    }
    // Below 1e-15 a view moves nothing by more than rounding, and 1/c may overflow.
    if (confidence < 1e-15) {
      ignored.add(i);
    } else {
      omega[i * k + i] = (1 / confidence - 1) * spread[i * k + i];
    }
  }
  return { omega, ignored };
}

function requireErrorCovariance(omega: Matrix, k: number): Float64Array {
  requireSquare(omega, "covariance of the views' errors");
  requireFinite(omega.values, "covariance of the views' errors");
  if (omega.rows !== k) {
    throw new ArgumentError(`covariance of the views' errors is of ${omega.rows} views, not ${k}`);
  }
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const bound = Math.sqrt(omega.values[i * k + i]) * Math.sqrt(omega.values[j * k + j]);
      const entry = omega.values[i * k + j];
      const isSymmetric = Math.abs(entry - omega.values[j * k + i]) <= 1e-9 * bound;
      if (!(isSymmetric && Math.abs(entry) <= bound * (1 + 1e-9))) {
        throw new ArgumentError(
          `covariance of the views' errors is not one: see entry (${i}, ${j})`,
        );
      }
    }
  }
  return omega.values;
}
