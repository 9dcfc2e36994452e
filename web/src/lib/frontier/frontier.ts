import {
  type FrontierModel,
  type FrontierPath,
  numberAt,
  type PathPlace,
  pathOf,
  placeOf,
  pointAt,
  positionOf,
} from "./frontier-path.ts";

export type { FrontierModel } from "./frontier-path.ts";

/** An efficient portfolio. */
export interface FrontierPortfolio {
  /** Fractions of the portfolio, in the order of the model's symbols. */
  readonly weights: Float64Array;
  /** Fraction per year. */
  readonly expectedReturn: number;
  /** Fraction per year. */
  readonly volatility: number;
  /** Expected return over the risk-free rate, per unit of volatility. 0 when the volatility is 0. */
  readonly sharpe: number;
  /** Each asset's share of the volatility. They sum to 1, or are all 0 when the volatility is 0. */
  readonly riskShares: Float64Array;
}

/** A frontier cut into points for drawing, from minimum variance to the highest return. */
export interface FrontierCurve {
  readonly positions: Float64Array;
  readonly expectedReturns: Float64Array;
  readonly volatilities: Float64Array;
}

/**
 * Reads the efficient portfolio at a position of the frontier, exactly.
 *
 * Position 0 is minimum variance and 1 the highest return; between them the position is even in
 * expected return. Weights are linear between two turning points, and the variance is quadratic.
 *
 * @param position - In [0, 1]; a value outside is moved to the nearer end.
 */
export function portfolioAt(model: FrontierModel, position: number): FrontierPortfolio {
  const path = pathOf(model);
  const place = placeOf(path, position);
  const weights = weightsAtPlace(path, place);
  const expectedReturn = returnAt(path, place);
  const variance = varianceAt(path, place);
  const volatility = Math.sqrt(variance);
  return {
    weights,
    expectedReturn,
    volatility,
    sharpe: sharpeOf(expectedReturn - model.riskFreeRate, variance),
    riskShares: riskSharesOf(weights, model.covariance),
  };
}

/** Reads only the weights at a position: what `portfolioAt` gives, without its n² risk shares. */
export function weightsAt(model: FrontierModel, position: number): Float64Array {
  const path = pathOf(model);
  return weightsAtPlace(path, placeOf(path, position));
}

/** Finds the position with an expected return, a fraction per year; out of reach, the nearer end. */
export function positionOfReturn(model: FrontierModel, expectedReturn: number): number {
  const { points } = pathOf(model);
  const lowest = points[0]?.expectedReturn ?? 0;
  const span = (points.at(-1)?.expectedReturn ?? 0) - lowest;
  return span > 0 ? Math.min(1, Math.max(0, (expectedReturn - lowest) / span)) : 0;
}

/**
 * Finds the position with a volatility, a fraction per year; out of reach, the nearer end.
 *
 * The variance rises along the frontier, so one segment holds the wanted variance v. There the
 * position solves A t² + B t + C = v with the segment's coefficients.
 */
export function positionOfVolatility(model: FrontierModel, volatility: number): number {
  const path = pathOf(model);
  const wanted = volatility * volatility;
  if (volatility <= 0 || wanted <= pointAt(path, 0).variance) {
    return 0;
  }
  for (let segment = 0; segment < path.points.length - 1; segment += 1) {
    if (wanted <= pointAt(path, segment + 1).variance) {
      const [a, b, c] = varianceCoefficients(path, segment);
      return positionOf(path, { segment, share: rootInUnitInterval(a, b, c - wanted) });
    }
  }
  return path.points.length > 1 ? 1 : 0;
}

/**
 * Finds the position of the highest Sharpe ratio.
 *
 * On a segment the ratio is (e + d t) / √(A t² + B t + C). Its derivative vanishes at the one
 * t = (½ e B − d C) / (½ d B − e A), so the ends and that point are all that must be compared.
 */
export function positionOfMaximumSharpe(model: FrontierModel): number {
  const path = pathOf(model);
  let best = { position: 0, sharpe: Number.NEGATIVE_INFINITY };
  for (let segment = 0; segment < Math.max(1, path.points.length - 1); segment += 1) {
    for (const share of [0, stationaryShare(path, segment, model.riskFreeRate), 1]) {
      const place = { segment, share };
      const excess = returnAt(path, place) - model.riskFreeRate;
      const sharpe = sharpeOf(excess, varianceAt(path, place));
      if (sharpe > best.sharpe) {
        best = { position: positionOf(path, place), sharpe };
      }
    }
  }
  return best.position;
}

/**
 * Cuts the frontier into points for drawing: every turning point, and `count` points even in return.
 *
 * @param count - At least 2; the curve is smooth to the eye from 200.
 */
export function sampleCurve(model: FrontierModel, count: number): FrontierCurve {
  const path = pathOf(model);
  const even = Array.from({ length: count }, (_, i) => i / (count - 1));
  const wanted = path.points.length > 1 ? [...path.positions, ...even] : [0];
  const positions = Float64Array.from(new Set(wanted)).sort();
  const expectedReturns = new Float64Array(positions.length);
  const volatilities = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 1) {
    const place = placeOf(path, numberAt(positions, i));
    expectedReturns[i] = returnAt(path, place);
    volatilities[i] = Math.sqrt(varianceAt(path, place));
  }
  return { positions, expectedReturns, volatilities };
}

/**
 * Averages each asset's weight, in absolute value, over the whole frontier.
 *
 * It ranks assets by how much of a picture of the weights they fill. Between two turning points the
 * weight is taken as its mean at both, which is exact where it keeps its sign.
 *
 * @returns Fractions, in the order of the model's symbols.
 */
export function averageWeights(model: FrontierModel): Float64Array {
  const path = pathOf(model);
  const last = path.points.length - 1;
  return Float64Array.from(model.symbols, (_, i) => {
    let average = last === 0 ? weightOf(path, 0, i) : 0;
    for (let segment = 0; segment < last; segment += 1) {
      const length = numberAt(path.positions, segment + 1) - numberAt(path.positions, segment);
      average += (length * (weightOf(path, segment, i) + weightOf(path, segment + 1, i))) / 2;
    }
    return average;
  });
}

function weightOf(path: FrontierPath, point: number, asset: number): number {
  return Math.abs(pointAt(path, point).weights[asset] ?? 0);
}

function weightsAtPlace(path: FrontierPath, { segment, share }: PathPlace): Float64Array {
  const from = pointAt(path, segment).weights;
  const to = pointAt(path, segment + 1).weights;
  return Float64Array.from(from, (w, i) => w + share * ((to[i] ?? 0) - w));
}

function returnAt(path: FrontierPath, { segment, share }: PathPlace): number {
  const from = pointAt(path, segment).expectedReturn;
  return from + share * (pointAt(path, segment + 1).expectedReturn - from);
}

function varianceAt(path: FrontierPath, { segment, share }: PathPlace): number {
  const [a, b, c] = varianceCoefficients(path, segment);
  // Rounding can leave a tiny negative where the true variance is 0.
  return Math.max(0, (a * share + b) * share + c);
}

/** Coefficients of the variance A t² + B t + C on a segment, where t is the share of the way. */
function varianceCoefficients(path: FrontierPath, segment: number): [number, number, number] {
  const from = pointAt(path, segment).variance;
  const to = pointAt(path, segment + 1).variance;
  const cross = path.crossVariances[segment] ?? from;
  return [from - 2 * cross + to, 2 * (cross - from), from];
}

function stationaryShare(path: FrontierPath, segment: number, riskFreeRate: number): number {
  const [a, b, c] = varianceCoefficients(path, segment);
  const excess = pointAt(path, segment).expectedReturn - riskFreeRate;
  const slope = pointAt(path, segment + 1).expectedReturn - pointAt(path, segment).expectedReturn;
  const share = (0.5 * excess * b - slope * c) / (0.5 * slope * b - excess * a);
  return share > 0 && share < 1 ? share : 0;
}

/** Solves a t² + b t + c = 0 for the t in [0, 1], in the form that loses no digits. */
function rootInUnitInterval(a: number, b: number, c: number): number {
  const discriminant = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  const q = -0.5 * (b + Math.sign(b || 1) * discriminant);
  const inside = [q / a, c / q].filter((t) => t >= -1e-9 && t <= 1 + 1e-9);
  return Math.min(1, Math.max(0, inside[0] ?? 0));
}

function sharpeOf(excess: number, variance: number): number {
  return variance === 0 ? 0 : excess / Math.sqrt(variance);
}

/** Splits the volatility by Euler's theorem: share i is wᵢ (Σw)ᵢ / w'Σw. */
function riskSharesOf(weights: Float64Array, covariance: Float64Array): Float64Array {
  const n = weights.length;
  const shares = new Float64Array(n);
  let variance = 0;
  for (let i = 0; i < n; i += 1) {
    let row = 0;
    for (let j = 0; j < n; j += 1) {
      row += numberAt(covariance, i * n + j) * numberAt(weights, j);
    }
    shares[i] = numberAt(weights, i) * row;
    variance += numberAt(shares, i);
  }
  return variance > 0 ? shares.map((share) => share / variance) : new Float64Array(n);
}
