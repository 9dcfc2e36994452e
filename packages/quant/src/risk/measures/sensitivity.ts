/** The value of a function of T numbers, and its gradient, or a subgradient at a kink. */
export interface Sensitivity {
  readonly value: number;
  /** Length T. */
  readonly gradient: Float64Array;
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
