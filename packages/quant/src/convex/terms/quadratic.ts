import type { Matrix } from "../../linalg/matrix.ts";

/** Value, gradient and Hessian of a smooth function of the weights. */
export interface Quadratic {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Matrix;
  /** Pairs of scenarios that the Hessian is made of. */
  readonly pairs: number;
}
