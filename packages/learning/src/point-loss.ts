import { ArgumentError } from "@portfolio/quant";

/** A loss of single observations. */
export type PointLossKind =
  /** ½(y − f)². */
  | { readonly kind: "squared" }
  /** ½r² up to δ, then δ(|r| − ½δ): δ is the residual from which errors count linearly. */
  | { readonly kind: "huber"; readonly threshold: number }
  /** The pinball loss, whose minimum is the quantile of this level. */
  | { readonly kind: "quantile"; readonly level: number };

/** A loss as a function of the residual y − f. */
export interface PointLoss {
  readonly value: (residual: number) => number;
  /** Derivative of the loss by f. */
  readonly slope: (residual: number) => number;
}

/**
 * Makes a loss.
 *
 * @throws {ArgumentError} A parameter is out of range.
 * @see Huber (1964), "Robust Estimation of a Location Parameter", doi:10.1214/aoms/1177703732;
 *   Koenker & Bassett (1978), "Regression Quantiles", doi:10.2307/1913643
 */
export function pointLoss(loss: PointLossKind): PointLoss {
  switch (loss.kind) {
    case "squared":
      return { value: (residual) => (residual * residual) / 2, slope: (residual) => -residual };
    case "huber":
      return huberLoss(loss.threshold);
    case "quantile":
      return quantileLoss(loss.level);
  }
}

function huberLoss(threshold: number): PointLoss {
  if (!(threshold > 0 && Number.isFinite(threshold))) {
    throw new ArgumentError(`threshold of the Huber loss is ${threshold}, not a positive number`);
  }
  return {
    value: (residual) => {
      const size = Math.abs(residual);
      return size <= threshold ? (size * size) / 2 : threshold * (size - threshold / 2);
    },
    slope: (residual) => -Math.max(-threshold, Math.min(threshold, residual)),
  };
}

function quantileLoss(level: number): PointLoss {
  if (!(level > 0 && level < 1)) {
    throw new ArgumentError(`level of the quantile is ${level}, not between 0 and 1`);
  }
  return {
    value: (residual) => residual * (residual >= 0 ? level : level - 1),
    slope: (residual) => (residual > 0 ? -level : 1 - level),
  };
}
