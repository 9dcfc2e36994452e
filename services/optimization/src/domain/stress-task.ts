import type { FactorShock, Matrix, StressOutcome, WealthSimulation } from "@portfolio/quant";
import type {
  ConditionalProblem,
  ConditionalScenarioProblem,
  GrowthProblem,
  NamedWindow,
} from "./stress-problem.ts";

// What is handed to a solver and what comes back: plain data that survives a structured clone.

/** A portfolio to put through windows and shocks. */
export interface StressTask {
  /** Fractions of capital, length N. The rest is cash that does not move. */
  readonly weights: Float64Array;
  readonly symbols: readonly string[];
  /**
   * Days, and closes of shape (T, M), M ≥ N: those of the positions come first. Without proxies the
   * days that the positions share; with proxies all days, and NaN where there is no close.
   */
  readonly dates: readonly string[];
  readonly closes: Matrix;
  /** What stands in for each position, length N. Missing without proxies. */
  readonly proxies: readonly (ProxyColumn | undefined)[] | undefined;
  /** First and last day of the prices of each position, length N. Missing with proxies. */
  readonly spans: readonly DateRange[] | undefined;
  /** Days to estimate from; empty ends are open. */
  readonly period: DateRange;
  readonly windows: readonly NamedWindow[];
  /** Closes to estimate from, shape (T', N). Missing without a conditional shock. */
  readonly estimationCloses: Matrix | undefined;
  readonly factorShocks: readonly FactorShockTask[];
  readonly conditionalShocks: readonly ConditionalProblem[];
  readonly conditionalScenarios: readonly ConditionalScenarioTask[];
}

/** Days `YYYY-MM-DD`. */
export interface DateRange {
  readonly startDate: string;
  readonly endDate: string;
}

/** The closes of a proxy. */
export interface ProxyColumn {
  readonly column: number;
  /** Missing for that of a regression. */
  readonly beta: number | undefined;
}

/** A proxy that moved a position. */
export interface ProxyFigures {
  /** Number of the position. */
  readonly asset: number;
  readonly beta: number;
  /** Daily returns of the regression; 0 for a given beta. */
  readonly returnCount: number;
}

/** What happened in a window. */
export interface WindowFigures {
  readonly outcome: StressOutcome;
  readonly proxies: readonly ProxyFigures[];
  /** Numbers of the positions whose prices do not cover the window. */
  readonly missing: readonly number[];
}

/** A return of one asset, with the prices of all on the days that they share. */
export interface ConditionalScenarioTask extends Omit<ConditionalScenarioProblem, "symbol"> {
  /** Shape (T', M), M ≥ N: those of the positions come first. */
  readonly closes: Matrix;
  readonly shockedColumn: number;
}

/** What was drawn, given the return of one asset. */
export interface ConditionalScenarioFigures {
  readonly name: string;
  readonly portfolioReturn: number;
  readonly volatility: number;
  /** Of 5, 25, 50, 75 and 95 %. */
  readonly quantiles: readonly number[];
  readonly worstMean: number;
  /** Length N. */
  readonly assetReturns: Float64Array;
  readonly contributions: Float64Array;
  readonly beyondHistory: boolean;
  readonly returnCount: number;
}

/** A shock of factors, with the prices of both on the days that all share. */
export interface FactorShockTask {
  readonly name: string;
  readonly factorSymbols: readonly string[];
  readonly shocks: Float64Array;
  /** Shapes (T', N) and (T', K). */
  readonly closes: Matrix;
  readonly factorCloses: Matrix;
}

/** What a joint normal distribution expects, given some returns. */
export interface ConditionalFigures {
  readonly name: string;
  readonly portfolioReturn: number;
  readonly volatility: number;
  /** Length N. */
  readonly assetReturns: Float64Array;
  readonly contributions: Float64Array;
  readonly distance: number;
}

/** What the portfolio would gain or lose. */
export interface StressFigures {
  /** The known windows, then those of the caller. */
  readonly windows: readonly WindowFigures[];
  readonly factorShocks: readonly (FactorShock & { readonly name: string })[];
  readonly conditionalShocks: readonly ConditionalFigures[];
  readonly conditionalScenarios: readonly ConditionalScenarioFigures[];
}

export type StressTaskOutcome =
  | ({ readonly status: "solved" } & StressFigures)
  /** A combination of the factors of shock `index` is constant. */
  | { readonly status: "factors-collinear"; readonly index: number }
  /** The returns of conditional shock `index` cannot occur together. */
  | { readonly status: "shocks-contradictory"; readonly index: number }
  /** The proxy of position `index` has the same return every day. */
  | { readonly status: "proxy-constant"; readonly index: number }
  /** Conditional scenario `index` has too few returns over its horizon. */
  | {
      readonly status: "returns-too-few";
      readonly index: number;
      readonly count: number;
      readonly countMin: number;
    }
  | { readonly status: "refused"; readonly message: string };

/** A plan of saving or spending with a portfolio of daily restored weights. */
export interface GrowthTask {
  readonly weights: Float64Array;
  /** Shape (T, N). */
  readonly closes: Matrix;
  readonly plan: Omit<GrowthProblem, "positions" | "prices">;
}

export type GrowthTaskOutcome =
  | ({ readonly status: "solved" } & Omit<WealthSimulation, "finalValues">)
  /** A day's loss is of everything, which has no logarithm. */
  | { readonly status: "ruined" }
  | { readonly status: "refused"; readonly message: string };
