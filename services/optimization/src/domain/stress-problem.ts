import type { Position, PriceSelection } from "./portfolio-problem.ts";

/** A portfolio, and what to put it through. */
export interface StressProblem {
  readonly positions: readonly Position[];
  /** Prices that betas and covariances are estimated from. */
  readonly prices: PriceSelection;
  readonly windows: readonly NamedWindow[];
  readonly factorShocks: readonly NamedShock[];
  readonly conditionalShocks: readonly ConditionalProblem[];
  /** By symbol of the position that each stands in for. */
  readonly proxies: ReadonlyMap<string, NamedProxy>;
  readonly conditionalScenarios: readonly ConditionalScenarioProblem[];
}

/** An asset that stands in for a position where its own prices do not reach. */
export interface NamedProxy {
  readonly symbol: string;
  /** Missing for that of a regression. */
  readonly beta: number | undefined;
  /** Where the symbol was written. */
  readonly field: string;
}

/** A return of one asset, given which those of the positions are drawn. */
export interface ConditionalScenarioProblem {
  readonly name: string;
  readonly symbol: string;
  readonly shock: number;
  /** Trading days in which it happens. */
  readonly horizonDays: number;
  readonly drawCount: number;
  readonly seed: number;
}

/** A window of the caller's own. */
export interface NamedWindow {
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
}

/** Returns that happen together, by symbol. */
export interface NamedShock {
  readonly name: string;
  readonly returns: ReadonlyMap<string, number>;
}

export interface ConditionalProblem extends NamedShock {
  /** Trading days in which the returns happen. */
  readonly horizonDays: number;
}

/** A portfolio, payments, and how the future is drawn. */
export interface GrowthProblem {
  readonly positions: readonly Position[];
  readonly prices: PriceSelection;
  readonly initialAmount: number;
  readonly monthCount: number;
  /** Paid in at the end of each month; negative for a withdrawal. */
  readonly monthlyAmount: number;
  readonly goalAmount: number | undefined;
  readonly pathCount: number;
  readonly seed: number;
  readonly model: GrowthModel;
}

export type GrowthModel =
  | { readonly kind: "gaussian" | "student-t" }
  | { readonly kind: "block-bootstrap"; readonly meanBlockDays: number };
