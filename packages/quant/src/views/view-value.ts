import { type Matrix, multiplyVector } from "../linalg/matrix.ts";
import type { ScenarioSet } from "../scenarios/scenario-set.ts";
import type { DistributionView } from "./distribution-view.ts";
import type { Measured } from "./view-functions.ts";

/**
 * Computes what a view is about, under the probabilities of scenarios.
 *
 * @returns In the unit of the view, per period; NaN for the shape of an asset without variance.
 */
export function viewValue(scenarios: ScenarioSet, view: DistributionView): number {
  const { returns, probabilities } = scenarios;
  switch (view.measure) {
    case "correlation": {
      const [x, y] = view.assets.map((asset) => columnOf(returns, asset));
      const [meanX, meanY] = [expectation(x, probabilities), expectation(y, probabilities)];
      const products = x.map((value, t) => (value - meanX) * (y[t] - meanY));
      const scale = centralMoment(x, probabilities, 2) * centralMoment(y, probabilities, 2);
      return expectation(products, probabilities) / Math.sqrt(scale);
    }
    case "valueAtRisk":
    case "conditionalValueAtRisk": {
      const losses = multiplyVector(returns, view.coefficients).map((value) => -value);
      return tailRisk(losses, probabilities, view.confidence, view.measure);
    }
    default: {
      let sum = 0;
      for (let asset = 0; asset < view.coefficients.length; asset++) {
        if (view.coefficients[asset] !== 0) {
          const column = columnOf(returns, asset);
          sum += view.coefficients[asset] * moment(column, probabilities, view.measure);
        }
      }
      return sum;
    }
  }
}

/** Computes a measure of a view in words, under the probabilities of scenarios, per period. */
export function measuredValue(scenarios: ScenarioSet, measured: Measured): number {
  const { measure, assets, factors, confidence } = measured;
  if (measure === "correlation") {
    const [first, second] = assets;
    const view = { measure, assets: [first, second], relation: "=", value: 0 } as const;
    return viewValue(scenarios, view);
  }
  const coefficients = new Float64Array(scenarios.returns.cols);
  for (const [k, asset] of assets.entries()) {
    coefficients[asset] += factors[k];
  }
  const common = { coefficients, relation: "=", value: 0 } as const;
  if (measure === "valueAtRisk" || measure === "conditionalValueAtRisk") {
    return viewValue(scenarios, { ...common, measure, confidence: confidence ?? 0.95 });
  }
  return measure === "volatility"
    ? Math.sqrt(viewValue(scenarios, { ...common, measure: "variance" }))
    : viewValue(scenarios, { ...common, measure });
}

function columnOf({ rows, cols, values }: Matrix, asset: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => values[t * cols + asset]);
}

function expectation(values: Float64Array, probabilities: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += probabilities[t] * values[t];
  }
  return sum;
}

function centralMoment(values: Float64Array, probabilities: Float64Array, power: number): number {
  const mean = expectation(values, probabilities);
  return expectation(
    values.map((value) => (value - mean) ** power),
    probabilities,
  );
}

function moment(
  column: Float64Array,
  probabilities: Float64Array,
  measure: "mean" | "variance" | "skewness" | "kurtosis",
): number {
  switch (measure) {
    case "mean":
      return expectation(column, probabilities);
    case "variance":
      return centralMoment(column, probabilities, 2);
    case "skewness":
      return (
        centralMoment(column, probabilities, 3) / centralMoment(column, probabilities, 2) ** 1.5
      );
    case "kurtosis":
      return centralMoment(column, probabilities, 4) / centralMoment(column, probabilities, 2) ** 2;
  }
}

function tailRisk(
  losses: Float64Array,
  probabilities: Float64Array,
  confidence: number,
  measure: "valueAtRisk" | "conditionalValueAtRisk",
): number {
  const order = Uint32Array.from(losses.keys()).sort((a, b) => losses[b] - losses[a]);
  const share = 1 - confidence;
  let mass = 0;
  let excess = 0;
  for (const t of order) {
    // Rounding of the mass must not take one more scenario in.
    if (mass + probabilities[t] >= share * (1 - 1e-12)) {
      const level = losses[t];
      return measure === "valueAtRisk" ? level : level + (excess - mass * level) / share;
    }
    mass += probabilities[t];
    excess += probabilities[t] * losses[t];
  }
  return losses[order[order.length - 1]];
}
