/** Where frontiers lie when estimates err: from a low to a high volatility at each return. */
export interface VolatilityBand {
  /** Fractions per year. */
  readonly expectedReturns: readonly number[];
  readonly volatilityLow: readonly number[];
  readonly volatilityHigh: readonly number[];
}

/** A curve to compare the frontier with. */
export interface ComparedCurve {
  readonly label: string;
  readonly points: readonly { readonly volatility: number; readonly expectedReturn: number }[];
}
