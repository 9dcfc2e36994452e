import { ArgumentError } from "../../errors.ts";
import { requireFinite } from "../../linalg/matrix.ts";
import type { TermForm } from "../term.ts";

/**
 * Σᵢ aboveᵢ·max(xᵢ − centerᵢ, 0) + belowᵢ·max(centerᵢ − xᵢ, 0): turnover, linear costs of buying and
 * selling, gross exposure, short exposure (center 0, above 0, below 1). A convex piecewise linear
 * cost is a sum of these.
 */
export interface AbsoluteTerm {
  readonly kind: "absolute";
  /** Length n. */
  readonly above: Float64Array;
  /** Length n; aboveᵢ + belowᵢ is at least 0, which makes the term convex. */
  readonly below: Float64Array;
  /** Length n. Absent means 0. */
  readonly center?: Float64Array;
}

/** Σ (aboveᵢ + belowᵢ)·uᵢ − belowᵢ·(xᵢ − centerᵢ) with uᵢ ≥ 0 and uᵢ ≥ xᵢ − centerᵢ. */
export const absoluteForm: TermForm<AbsoluteTerm> = {
  check({ above, below, center }, variables) {
    for (const [name, values] of Object.entries({ above, below, center })) {
      if (values === undefined) {
        continue;
      }
      if (values.length !== variables) {
        throw new ArgumentError(`${name} has ${values.length} entries, not ${variables}`);
      }
      requireFinite(values, name);
    }
    for (let i = 0; i < variables; i++) {
      if (above[i] + below[i] < 0) {
        throw new ArgumentError(`costs of asset ${i} are not convex: ${above[i]} and ${below[i]}`);
      }
    }
  },

  compile({ above, below, center }, builder) {
    const kinked = Int32Array.from(above.keys()).filter((i) => above[i] + below[i] > 0);
    let offset = 0;
    for (let i = 0; center !== undefined && i < center.length; i++) {
      offset += below[i] * center[i];
    }
    const assets = below.map((cost) => -cost);
    if (kinked.length === 0) {
      return { assets, offset };
    }
    const block = builder.addBlock({
      assets: kinked,
      cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
      linkCoefficients: Float64Array.of(0, -1 / builder.unit),
      locals: 1,
      localCoefficients: Float64Array.of(1, 1),
      offsets: new Float64Array(2),
      ...(center === undefined ? {} : { shift: Float64Array.from(kinked, (i) => center[i]) }),
    });
    const weights = Float64Array.from(kinked, (i) => (above[i] + below[i]) * builder.unit);
    return { assets, offset, locals: [{ block, weights }] };
  },

  value({ above, below, center }, x) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const away = x[i] - (center?.[i] ?? 0);
      sum += away > 0 ? above[i] * away : -below[i] * away;
    }
    return sum;
  },
};
