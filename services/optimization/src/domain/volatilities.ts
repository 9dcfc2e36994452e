import type { Matrix } from "@portfolio/quant";

/** Reads the volatility of each asset off a covariance. */
export function volatilitiesOf({ rows: n, values }: Matrix): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(0, values[i * n + i] ?? 0)));
}
