/** The value of a function of T numbers, and its gradient, or a subgradient at a kink. */
export interface Sensitivity {
  readonly value: number;
  /** Length T. */
  readonly gradient: Float64Array;
}

/**
 * The same with the second derivative, diag(ω) less its projection on the span of 1 and the losses:
 * v'∇²ρ·v is what a regression of v on the losses with weights ω leaves of Σ ωₜvₜ².
 */
export interface CurvedSensitivity extends Sensitivity {
  /** ω ≥ 0, length T. All 0 where the losses are equal. */
  readonly curvature: Float64Array;
}

/** Negates the argument: turns a function of losses into one of returns, or back. */
export function ofNegative(
  values: Float64Array,
  measure: (negated: Float64Array) => Sensitivity,
): Sensitivity {
  const { value, gradient } = measure(values.map((v) => -v));
  return { value, gradient: gradient.map((g) => -g) };
}

/** Adds two functions of one argument. */
export function sumOf(first: Sensitivity, second: Sensitivity): Sensitivity {
  return {
    value: first.value + second.value,
    gradient: first.gradient.map((g, t) => g + second.gradient[t]),
  };
}
