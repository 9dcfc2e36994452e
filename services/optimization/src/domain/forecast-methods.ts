import type { EstimationProblem } from "./portfolio-problem.ts";
import type { ExpectedReturnView } from "./views-method.ts";

/** Methods of estimates that forecasts lead to. */
export type ForecastMethods = Partial<
  Pick<EstimationProblem, "expectedReturns" | "views" | "covariance">
>;

/** Expects the return of the market and what each asset is forecast to return over it. */
export function returnsFromForecasts(
  excessPerYear: Float64Array,
  { marketReturnPerYear }: { readonly marketReturnPerYear: number | undefined },
): ForecastMethods {
  return { expectedReturns: { kind: "forecast", excessPerYear, marketReturnPerYear } };
}

/**
 * Holds a view of each asset: a score is a measurement of the return, by Black and Litterman's rule the
 * excess return over IC², with the confidence IC² (Grinold & Kahn 2000, chapter 10; Idzorek 2005).
 *
 * @param confidence - IC²; without any, views are the prior.
 * @param expression - Names where they come from.
 */
export function viewsFromForecasts(
  excessPerYear: Float64Array,
  confidence: number,
  { tau, expression }: { readonly tau: number; readonly expression: string },
): ForecastMethods {
  const views = Array.from(
    excessPerYear,
    (alpha, i): ExpectedReturnView => ({
      expression,
      coefficients: Float64Array.from(excessPerYear, (_, j) => (j === i ? 1 : 0)),
      valuePerYear: confidence > 0 ? alpha / confidence : 0,
      isOverPrior: true,
      confidence,
    }),
  );
  return { views: { kind: "black-litterman", tau, views } };
}

/** Scales correlations of the past by volatilities. */
export function covarianceFromForecasts(volatilitiesPerYear: Float64Array): ForecastMethods {
  return { covariance: { kind: "implied-volatility", volatilitiesPerYear } };
}
