import { ArgumentError } from "@portfolio/quant";

/**
 * Forecasts the variance of each next day, σ²ₜ₊₁ = λσ²ₜ + (1 − λ)vₜ.
 *
 * @param variances - vₜ, squared returns or realized variances, at least 0, oldest first, length n.
 * @param decay - λ in (0, 1), such as 0.94.
 * @param start - σ² of the first day, at least 0.
 * @returns Forecasts made after each day, length n.
 * @throws {ArgumentError} A variance, the decay or the start is out of range.
 * @see J.P. Morgan & Reuters (1996), "RiskMetrics Technical Document", 4th ed., eq. 5.3
 */
export function exponentialVolatility(
  variances: Float64Array,
  decay: number,
  start: number,
): Float64Array {
  if (!(decay > 0 && decay < 1 && start >= 0 && Number.isFinite(start))) {
    throw new ArgumentError(`decay ${decay} from a variance of ${start}`);
  }
  let variance = start;
  return variances.map((value, t) => {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new ArgumentError(`variance ${t} is ${value}, not a number of at least 0`);
    }
    variance = decay * variance + (1 - decay) * value;
    return variance;
  });
}
