// The problems that both sides are timed on, made from a seed.
import { covarianceFromFactors } from "@portfolio/quant";
import { normalSource } from "../measure.mjs";

const FACTOR_COUNT = 10;
const DEGREES_OF_FREEDOM = 5;
const SEED = 12_345;

/**
 * Makes daily returns of a model of ten factors whose shocks follow Student's t distribution with
 * five degrees of freedom, as fat-tailed as those of stocks.
 *
 * Days are drawn one after the other, each with all its assets.
 */
export function fatTailedReturns(dayCount, assetCount) {
  const normal = normalSource(SEED);
  const fatTailed = fatTailedSource(normal);
  const drifts = Float64Array.from({ length: assetCount }, () => 4e-4 + 2e-4 * normal());
  const noises = drifts.map(() => 0.008 + 0.006 * Math.abs(normal()));
  const loadings = Float64Array.from({ length: assetCount * FACTOR_COUNT }, (_, k) =>
    k % FACTOR_COUNT === 0 ? 1 + 0.3 * normal() : normal(),
  );
  const values = new Float64Array(dayCount * assetCount);
  const factors = new Float64Array(FACTOR_COUNT);
  for (let day = 0; day < dayCount; day++) {
    for (let f = 0; f < FACTOR_COUNT; f++) {
      factors[f] = (f === 0 ? 0.009 : 0.003) * fatTailed();
    }
    for (let i = 0; i < assetCount; i++) {
      let value = drifts[i] + noises[i] * fatTailed();
      for (let f = 0; f < FACTOR_COUNT; f++) {
        value += loadings[i * FACTOR_COUNT + f] * factors[f];
      }
      values[day * assetCount + i] = value;
    }
  }
  return { rows: dayCount, cols: assetCount, values };
}

/** Draws from Student's t distribution, scaled to the variance 1. */
function fatTailedSource(normal) {
  const scale = Math.sqrt(DEGREES_OF_FREEDOM - 2);
  return () => {
    let squares = 0;
    for (let k = 0; k < DEGREES_OF_FREEDOM; k++) {
      squares += normal() ** 2;
    }
    return (scale * normal()) / Math.sqrt(squares);
  };
}

/** Makes a dense factor model: one factor for 20 assets, so that nearly all assets are held. */
export function denseProblem(assetCount, seed = SEED) {
  const normal = normalSource(seed);
  const factorCount = Math.max(1, Math.floor(assetCount / 20));
  const loadings = Float64Array.from({ length: assetCount * factorCount }, () => 0.004 * normal());
  const covariance = new Float64Array(assetCount * assetCount);
  for (let i = 0; i < assetCount; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1e-4 * (1 + Math.abs(normal())) : 0;
      for (let f = 0; f < factorCount; f++) {
        sum += loadings[i * factorCount + f] * loadings[j * factorCount + f];
      }
      covariance[i * assetCount + j] = sum;
      covariance[j * assetCount + i] = sum;
    }
  }
  const expectedReturns = Float64Array.from({ length: assetCount }, () => 5e-4 + 3e-4 * normal());
  return longOnly(expectedReturns, { rows: assetCount, cols: assetCount, values: covariance });
}

/** Makes a model of some factors, in which nearly all assets are held. */
export function factorProblem(assetCount, factorCount, seed = SEED) {
  const normal = normalSource(seed);
  const factors = {
    loadings: {
      rows: assetCount,
      cols: factorCount,
      values: Float64Array.from({ length: assetCount * factorCount }, () => 0.004 * normal()),
    },
    factorCovariance: {
      rows: factorCount,
      cols: factorCount,
      values: Float64Array.from({ length: factorCount ** 2 }, (_, k) =>
        Number(k % (factorCount + 1) === 0),
      ),
    },
    specificVariances: Float64Array.from(
      { length: assetCount },
      () => 1e-4 * (1 + Math.abs(normal())),
    ),
  };
  const expectedReturns = Float64Array.from({ length: assetCount }, () => 5e-4 + 3e-4 * normal());
  return { ...longOnly(expectedReturns, covarianceFromFactors(factors)), factors };
}

/** A mean-variance problem without short positions, fully invested. */
export function longOnly(expectedReturns, covariance) {
  return { expectedReturns, covariance, constraints: fullyInvested(expectedReturns.length) };
}

/** No short positions, fully invested. */
export function fullyInvested(assetCount) {
  const lower = new Float64Array(assetCount);
  return { lower, upper: new Float64Array(assetCount).fill(1), budget: 1, rows: [] };
}
