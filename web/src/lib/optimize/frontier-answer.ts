import type { TraceFrontierResponse } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { matrixValues } from "../api/matrix-values.ts";
import type { FrontierModel } from "../frontier/frontier.ts";
import { type AnswerSource, sourceOf } from "./answer-source.ts";

/** A single asset as a point of the chart. Fractions per year. */
export interface AssetPoint {
  readonly symbol: string;
  readonly expectedReturn: number;
  readonly volatility: number;
}

/** The traced frontier in the page's own terms. */
export interface FrontierAnswer extends AnswerSource {
  readonly model: FrontierModel;
  readonly assets: readonly AssetPoint[];
}

/** Takes the frontier out of an answer that was asked for with its estimates. */
export function frontierAnswer(
  answer: TraceFrontierResponse,
  riskFreeRate: number,
): FrontierAnswer {
  const { estimates } = answer;
  const covariance = estimates?.covariancePerYear;
  return {
    ...sourceOf(answer),
    model: {
      symbols: answer.symbols,
      turningPoints: answer.turningPoints.map((point) => ({
        weights: point.weights,
        expectedReturn: point.expectedReturnPerYear,
        variance: point.variancePerYear,
        lambda: point.lambda,
      })),
      expectedReturns: Float64Array.from(estimates?.expectedReturnsPerYear ?? []),
      covariance: covariance ? matrixValues(covariance) : new Float64Array(),
      riskFreeRate,
    },
    assets: answer.assets.map((asset) => ({
      symbol: asset.symbol,
      expectedReturn: asset.expectedReturnPerYear,
      volatility: asset.volatilityPerYear,
    })),
  };
}
