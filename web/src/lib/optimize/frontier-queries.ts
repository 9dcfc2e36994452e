import { call } from "../api/call.ts";
import type { Problem } from "./problem.ts";
import { bandRequest, comparedRequest } from "./problem-request.ts";
import type { RiskMeasure } from "./risk-measures.ts";

/** Where efficient portfolios lie when estimates err: one entry per return. */
export interface FrontierBand {
  /** Fractions per year. */
  readonly expectedReturns: readonly number[];
  readonly volatilityLow: readonly number[];
  readonly volatilityHigh: readonly number[];
}

/** Points of the frontier of another measure, where they lie in volatility and return. */
export interface ComparedFrontier {
  readonly measure: RiskMeasure;
  readonly points: readonly { readonly volatility: number; readonly expectedReturn: number }[];
}

/** Asks for the band of uncertainty around the frontier. */
export function bandQuery(problem: Problem) {
  return {
    queryKey: ["band", inputsOf(problem)],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<FrontierBand | null> => {
        const { band } = await clients.optimization.traceFrontier(bandRequest(problem), { signal });
        return band === undefined
          ? null
          : {
              expectedReturns: band.expectedReturnsPerYear,
              volatilityLow: band.volatilityP5PerYear,
              volatilityHigh: band.volatilityP95PerYear,
            };
      }),
    enabled: problem.band && problem.symbols.length > 1,
  };
}

/** Asks for the frontier of another measure of risk. */
export function comparedQuery(problem: Problem) {
  const { comparedMeasure: measure } = problem;
  return {
    queryKey: ["compared", measure, inputsOf(problem)],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<ComparedFrontier | null> => {
        if (measure === undefined) {
          return null;
        }
        const { points } = await clients.optimization.traceFrontier(
          comparedRequest(problem, measure),
          { signal },
        );
        return {
          measure,
          points: points.map(({ volatilityPerYear, expectedReturnPerYear }) => ({
            volatility: volatilityPerYear,
            expectedReturn: expectedReturnPerYear,
          })),
        };
      }),
    enabled: measure !== undefined && problem.symbols.length > 1,
  };
}

function inputsOf(problem: Problem) {
  const { goal: _goal, cash: _cash, band: _band, comparedMeasure: _measure, ...inputs } = problem;
  return inputs;
}
