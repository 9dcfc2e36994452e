import type {
  RunStressResponse,
  WindowOutcome,
} from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { keepPreviousData } from "@tanstack/svelte-query";
import { call } from "../api/call.ts";
import { firstSymbols } from "../optimize/queries.ts";
import { type Holdings, holdingsFields } from "./holdings.ts";
import type { Draw, OwnScenarios } from "./own-scenarios.ts";

/** A part of a return, a fraction. */
interface Part {
  readonly symbol: string;
  readonly part: number;
}

/** What a portfolio does in one scenario. Fractions. */
export interface ScenarioOutcome {
  readonly name: string;
  readonly kind: "shock" | "factors" | "window";
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
  readonly contributions: readonly Part[];
  /** Of moves of factors: parts of the portfolio's return by factor. */
  readonly byFactor: readonly Part[];
  /** Positions that something else stood in for. */
  readonly proxies: readonly {
    readonly symbol: string;
    readonly proxy: string;
    readonly beta: number;
  }[];
  /** Positions without prices, when not covered. */
  readonly missing: readonly string[];
}

/** What was drawn for the move of one asset. Fractions. */
export interface DrawnOutcome {
  readonly mean: number;
  readonly worstMean: number;
  readonly quantiles: readonly { readonly probability: number; readonly value: number }[];
  readonly contributions: readonly Part[];
  readonly isBeyondHistory: boolean;
  readonly returnCount: number;
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
const SUGGESTIONS = 200;

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

/** Draws what a portfolio does when one asset moves. Not asked without a draw. */
export function drawQuery(holdings: Holdings, draw: Draw | undefined) {
  const { symbol = "", size = 0, horizon = "1" } = draw ?? {};
  return {
    queryKey: ["draw", holdings, draw],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<DrawnOutcome> => {
        const scenario = { name: symbol, symbol, return: size, horizonDays: Number(horizon) };
        const answer = await clients.stress.runStress(
          { ...holdingsFields(holdings), conditionalScenarios: [scenario] },
          { signal },
        );
        return drawnOutcome(answer);
      }),
    enabled: draw !== undefined,
    placeholderData: keepPreviousData,
  };
}

/** Lists symbols that can be a factor or stand in for a position. */
export function knownSymbolsQuery({ dataset }: Holdings) {
  return {
    queryKey: ["symbols", dataset.id],
    queryFn: () => firstSymbols(dataset.id, SUGGESTIONS),
  };
}

function request(holdings: Holdings, { shock, window, factors, proxy }: OwnScenarios) {
  return {
    ...holdingsFields(holdings),
    windows: window ? [window] : [],
    conditionalShocks: shock ? [{ name: shock.name, returns: { [shock.symbol]: shock.size } }] : [],
    factorShocks: factors
      ? [
          {
            // The contract takes names of up to 60 characters.
            name: factors.name.slice(0, 60),
            returns: Object.fromEntries(factors.moves.map(({ symbol, size }) => [symbol, size])),
          },
        ]
      : [],
    ...(proxy ? { defaultProxy: { symbol: proxy } } : {}),
  };
}

const OF_NO_WINDOW = {
  startDate: "",
  endDate: "",
  indexReturn: undefined,
  maximumDrawdown: undefined,
  distance: undefined,
  byFactor: [],
  proxies: [],
  missing: [],
} as const;

function outcomes(answer: RunStressResponse): readonly ScenarioOutcome[] {
  const { symbols } = answer;
  const shocks = answer.conditionalShocks.map(
    (shock): ScenarioOutcome => ({
      ...OF_NO_WINDOW,
      kind: "shock",
      name: shock.name,
      portfolioReturn: shock.portfolioReturn,
      distance: shock.distance,
      contributions: partsOf(symbols, shock.contributions),
    }),
  );
  const factors = answer.factorShocks.map(
    (shock): ScenarioOutcome => ({
      ...OF_NO_WINDOW,
      kind: "factors",
      name: shock.name,
      portfolioReturn: shock.portfolioReturn,
      contributions: partsOf(symbols, shock.contributions),
      byFactor: partsOf(
        Object.keys(shock.factorContributions),
        Object.values(shock.factorContributions),
      ),
    }),
  );
  const windows = answer.windows.map((outcome) => windowOutcome(symbols, outcome));
  return [...shocks, ...factors, ...windows.toReversed()];
}

function windowOutcome(symbols: readonly string[], outcome: WindowOutcome): ScenarioOutcome {
  return {
    ...OF_NO_WINDOW,
    kind: "window",
    name: outcome.window?.name ?? "",
    startDate: outcome.window?.startDate ?? "",
    endDate: outcome.window?.endDate ?? "",
    indexReturn: outcome.indexReturn,
    portfolioReturn: outcome.portfolioReturn,
    maximumDrawdown: outcome.maximumDrawdown,
    contributions: partsOf(symbols, outcome.contributions),
    proxies: outcome.proxies.map(({ symbol, proxySymbol, beta }) => ({
      symbol,
      proxy: proxySymbol,
      beta,
    })),
    missing: outcome.missingSymbols,
  };
}

function drawnOutcome({ symbols, conditionalScenarios }: RunStressResponse): DrawnOutcome {
  const [drawn] = conditionalScenarios;
  return {
    mean: drawn?.portfolioReturn ?? Number.NaN,
    worstMean: drawn?.worstMean ?? Number.NaN,
    quantiles: QUANTILES.map((probability, q) => ({
      probability,
      value: drawn?.quantiles[q] ?? Number.NaN,
    })),
    contributions: partsOf(symbols, drawn?.contributions ?? []),
    isBeyondHistory: drawn?.beyondHistory ?? false,
    returnCount: drawn?.returnCount ?? 0,
  };
}

/** Parts by symbol, the largest first. */
function partsOf(symbols: readonly string[], parts: readonly number[]): readonly Part[] {
  return parts
    .map((part, i) => ({ symbol: symbols[i] ?? "", part }))
    .sort((first, second) => Math.abs(second.part) - Math.abs(first.part));
}
