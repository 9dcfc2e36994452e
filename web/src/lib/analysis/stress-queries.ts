import type { RunStressResponse } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { keepPreviousData } from "@tanstack/svelte-query";
import { call } from "../api/call.ts";
import { type Holdings, holdingsFields } from "./holdings.ts";

/** Scenarios that the reader adds to the known times of stress. */
export interface OwnScenarios {
  /** Return of one position, and its name for people. */
  readonly shock:
    | { readonly symbol: string; readonly size: number; readonly name: string }
    | undefined;
  readonly window:
    | { readonly startDate: string; readonly endDate: string; readonly name: string }
    | undefined;
}

/** What a portfolio does in one scenario. Fractions. */
export interface ScenarioOutcome {
  readonly name: string;
  /** Empty for a shock. */
  readonly startDate: string;
  readonly endDate: string;
  readonly indexReturn: number | undefined;
  /** Undefined where the prices do not cover the scenario. */
  readonly portfolioReturn: number | undefined;
  readonly maximumDrawdown: number | undefined;
  /** Of a shock: standard deviations of a day. */
  readonly distance: number | undefined;
  /** Parts of the portfolio's return, the largest first. Empty when not covered. */
  readonly contributions: readonly { readonly symbol: string; readonly part: number }[];
}

/** Moves a portfolio through the known times of stress and those of the reader. */
export function stressQuery(holdings: Holdings, own: OwnScenarios) {
  return {
    queryKey: ["stress", holdings, own],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) =>
        outcomes(await clients.stress.runStress(request(holdings, own), { signal })),
      ),
    placeholderData: keepPreviousData,
  };
}

function request(holdings: Holdings, { shock, window }: OwnScenarios) {
  return {
    ...holdingsFields(holdings),
    windows: window ? [window] : [],
    conditionalShocks: shock ? [{ name: shock.name, returns: { [shock.symbol]: shock.size } }] : [],
  };
}

function outcomes(answer: RunStressResponse): readonly ScenarioOutcome[] {
  const parts = (contributions: readonly number[]) =>
    contributions
      .map((part, i) => ({ symbol: answer.symbols[i] ?? "", part }))
      .sort((first, second) => Math.abs(second.part) - Math.abs(first.part));
  const shocks = answer.conditionalShocks.map(
    (shock): ScenarioOutcome => ({
      name: shock.name,
      startDate: "",
      endDate: "",
      indexReturn: undefined,
      portfolioReturn: shock.portfolioReturn,
      maximumDrawdown: undefined,
      distance: shock.distance,
      contributions: parts(shock.contributions),
    }),
  );
  const windows = answer.windows.map(
    (outcome): ScenarioOutcome => ({
      name: outcome.window?.name ?? "",
      startDate: outcome.window?.startDate ?? "",
      endDate: outcome.window?.endDate ?? "",
      indexReturn: outcome.indexReturn,
      portfolioReturn: outcome.portfolioReturn,
      maximumDrawdown: outcome.maximumDrawdown,
      distance: undefined,
      contributions: parts(outcome.contributions),
    }),
  );
  return [...shocks, ...windows.toReversed()];
}
