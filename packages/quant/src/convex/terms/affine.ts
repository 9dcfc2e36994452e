import { ArgumentError } from "../../errors.ts";
import { dot, requireFinite } from "../../linalg/matrix.ts";
import type { TermForm } from "../term.ts";

/** slope'x + offset. */
export interface AffineTerm {
  readonly kind: "affine";
  /** Length n. */
  readonly slope: Float64Array;
  readonly offset: number;
}

export const affineForm: TermForm<AffineTerm> = {
  check({ slope }, variables) {
    if (slope.length !== variables) {
      throw new ArgumentError(`slope has ${slope.length} entries, not ${variables}`);
    }
    requireFinite(slope, "slope");
  },

  compile({ slope, offset }) {
    return { assets: slope, offset };
  },

  value({ slope, offset }, x) {
    return dot(slope, x) + offset;
  },
};
