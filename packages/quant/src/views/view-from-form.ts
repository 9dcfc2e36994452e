import type { Relation } from "../expression/tokens.ts";
import type { DistributionView } from "./distribution-view.ts";
import type { Measured, MeasuredForm } from "./view-functions.ts";

/** A view, and whether its square root is what the text was about. */
export interface ViewOfForm {
  readonly view: DistributionView;
  readonly isVolatility: boolean;
}

/**
 * Writes terms + constant compared with 0 as a view.
 *
 * Means, variances, skewness and kurtosis may be combined linearly. A volatility compares with a
 * number or with a multiple of another volatility, by their squares; a correlation, a VaR and a CVaR
 * compare with a number.
 *
 * @returns The view; or what is wrong.
 */
export function distributionView(
  form: MeasuredForm,
  relation: Relation,
  assetCount: number,
): ViewOfForm | string {
  const { measure } = form.terms[0].measured;
  switch (measure) {
    case "mean":
    case "variance":
    case "skewness":
    case "kurtosis": {
      const coefficients = new Float64Array(assetCount);
      for (const { measured, coefficient } of form.terms) {
        addFactors(coefficients, measured, coefficient);
      }
      // Adding 0 turns -0 into 0.
      const view = { measure, coefficients, relation, value: -form.constant + 0 };
      return { view, isVolatility: false };
    }
    case "volatility":
      return volatilityView(form, relation, assetCount);
    case "correlation":
    case "valueAtRisk":
    case "conditionalValueAtRisk":
      return singleView(form, relation, assetCount);
  }
}

function addFactors(coefficients: Float64Array, measured: Measured, factor: number): void {
  for (const [k, asset] of measured.assets.entries()) {
    coefficients[asset] += factor * measured.factors[k];
  }
}

function flip(relation: Relation): Relation {
  if (relation === "=") {
    return "=";
  }
  return relation === "<=" ? ">=" : "<=";
}

function volatilityView(
  { terms, constant }: MeasuredForm,
  relation: Relation,
  assetCount: number,
): ViewOfForm | string {
  const [first, second] = terms;
  const coefficients = new Float64Array(assetCount);
  const sign = Math.sign(first.coefficient);
  const direction = sign < 0 ? flip(relation) : relation;
  if (terms.length === 1) {
    const bound = -constant / first.coefficient;
    addFactors(coefficients, first.measured, 1);
    // Keeps the sign: a negative volatility is as impossible as a negative variance.
    const value = bound * Math.abs(bound) + 0;
    const view = { measure: "variance", coefficients, relation: direction, value } as const;
    return { view, isVolatility: true };
  }
  if (terms.length > 2 || constant !== 0 || sign === Math.sign(second.coefficient)) {
    return "a volatility compares with a number or a multiple of one other volatility";
  }
  addFactors(coefficients, first.measured, first.coefficient ** 2);
  addFactors(coefficients, second.measured, -(second.coefficient ** 2));
  const view = { measure: "variance", coefficients, relation: direction, value: 0 } as const;
  return { view, isVolatility: true };
}

function singleView(
  { terms, constant }: MeasuredForm,
  relation: Relation,
  assetCount: number,
): ViewOfForm | string {
  if (terms.length > 1) {
    return "a correlation, a VaR or a CVaR compares with a number";
  }
  const { measured, coefficient } = terms[0];
  const direction = coefficient < 0 ? flip(relation) : relation;
  const common = { relation: direction, value: -constant / coefficient + 0 };
  const [first, second] = measured.assets;
  if (measured.measure === "correlation") {
    const view = { ...common, measure: "correlation", assets: [first, second] } as const;
    return { view, isVolatility: false };
  }
  const coefficients = new Float64Array(assetCount);
  addFactors(coefficients, measured, 1);
  const measure = measured.measure === "valueAtRisk" ? "valueAtRisk" : "conditionalValueAtRisk";
  const confidence = measured.confidence ?? 0.95;
  return { view: { ...common, measure, coefficients, confidence }, isVolatility: false };
}
