import type { FactorShock, Matrix, StressOutcome, WealthSimulation } from "@portfolio/quant";
import type { ConditionalProblem, GrowthProblem, NamedWindow } from "./stress-problem.ts";

// What is handed to a solver and what comes back: plain data that survives a structured clone.

/** A portfolio to put through windows and shocks. */
export interface StressTask {
  /** Fractions of capital, length N. The rest is cash that does not move. */
  readonly weights: Float64Array;
  readonly symbols: readonly string[];
  /** All days on which the positions share prices, and closes, shape (T, N). */
  readonly dates: readonly string[];
  readonly closes: Matrix;
  readonly windows: readonly NamedWindow[];
  /** Closes to estimate from, shape (T', N). Missing without a conditional shock. */
  readonly estimationCloses: Matrix | undefined;
  readonly factorShocks: readonly FactorShockTask[];
  readonly conditionalShocks: readonly ConditionalProblem[];
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
  readonly windows: readonly StressOutcome[];
  readonly factorShocks: readonly (FactorShock & { readonly name: string })[];
  readonly conditionalShocks: readonly ConditionalFigures[];
}

export type StressTaskOutcome =
  | ({ readonly status: "solved" } & StressFigures)
  /** A combination of the factors of shock `index` is constant. */
  | { readonly status: "factors-collinear"; readonly index: number }
  /** The returns of conditional shock `index` cannot occur together. */
  | { readonly status: "shocks-contradictory"; readonly index: number }
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
