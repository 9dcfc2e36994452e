import { ArgumentError } from "../../errors.ts";
import { requireFinite } from "../../linalg/matrix.ts";
import type { TermForm } from "../term.ts";

/**
 * Σ coefficientsᵢ·|xᵢ − centerᵢ|^exponent: with 3/2 the cost of trading whose price impact grows
 * with the square root of the trade (Almgren et al. 2005, "Direct estimation of equity market impact").
 */
export interface PowerImpactTerm {
  readonly kind: "power-impact";
  /** Length n, at least 0. */
  readonly coefficients: Float64Array;
  /** Above 1. */
  readonly exponent: number;
  /** Length n. Absent means 0. */
  readonly center?: Float64Array;
}

/** uᵢ^(1/e)·1^(1 − 1/e) ≥ |xᵢ − centerᵢ|, a power cone. */
export const powerImpactForm: TermForm<PowerImpactTerm> = {
  check({ coefficients, exponent, center }, variables) {
    if (!(exponent > 1 && exponent <= 10)) {
      throw new ArgumentError(`exponent of impact is ${exponent}, not above 1 and at most 10`);
    }
    if (coefficients.length !== variables || (center ?? coefficients).length !== variables) {
      throw new ArgumentError(`impact is not given for each of ${variables} variables`);
    }
    requireFinite(coefficients, "impact coefficients");
    requireFinite(center ?? coefficients, "center");
    if (!coefficients.every((coefficient) => coefficient >= 0)) {
      throw new ArgumentError("an impact coefficient is negative");
    }
  },

  compile({ coefficients, exponent, center }, builder) {
    const assets = Int32Array.from(coefficients.keys()).filter((i) => coefficients[i] > 0);
    if (assets.length === 0) {
      return {};
    }
    const block = builder.addBlock({
      assets,
      cones: [{ kind: "power", exponent: 1 / exponent }],
      linkCoefficients: Float64Array.of(0, 0, 1 / builder.unit),
      locals: 1,
      localCoefficients: Float64Array.of(1, 0, 0),
      offsets: Float64Array.of(0, 1, 0),
      ...(center === undefined ? {} : { shift: Float64Array.from(assets, (i) => center[i]) }),
    });
    const size = builder.unit ** exponent;
    return {
      locals: [{ block, weights: Float64Array.from(assets, (i) => coefficients[i] * size) }],
    };
  },

  value({ coefficients, exponent, center }, x) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      sum += coefficients[i] * Math.abs(x[i] - (center?.[i] ?? 0)) ** exponent;
    }
    return sum;
  },
};
