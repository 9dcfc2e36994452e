import type { SelectionFigure } from "@portfolio/quant";

/** How one strategy chooses weights at each decision. */
export interface Strategy<Optimization> {
  readonly name: string;
  readonly optimization: Optimization;
  /** Applied in this order before weights are chosen. */
  readonly preSelections: readonly PreSelection[];
  /** Tried in this order when there is no answer. */
  readonly fallbacks: readonly Fallback<Optimization>[];
  /** What replaces or extends the optimization. */
  readonly method: StrategyMethod<Optimization> | undefined;
}

/** A way to leave assets out. */
export type PreSelection =
  | { readonly kind: "correlation"; readonly threshold: number; readonly isAbsolute: boolean }
  | {
      readonly kind: "extreme";
      readonly count: number;
      readonly figure: SelectionFigure;
      readonly isLowest: boolean;
    }
  | { readonly kind: "non-dominated"; readonly countMin: number }
  | {
      readonly kind: "non-expiring";
      /** Days since 1970-01-01, one per asset of the backtest; infinite for never. */
      readonly expirationDays: Float64Array;
      readonly lookaheadDays: number;
    };

/** What to do without an answer. */
export type Fallback<Optimization> =
  | { readonly kind: FallbackRule }
  | { readonly kind: "optimization"; readonly optimization: Optimization };

export type FallbackRule = "keep-positions" | "previous-weights" | "equal-weight" | "cash";

export type StrategyMethod<Optimization> =
  | GridMethod<Optimization>
  | MultiPeriodMethod
  | EnsembleMethod<Optimization>;

/** Candidates among which each decision chooses by a walk within its training days. */
export interface GridMethod<Optimization> {
  readonly kind: "grid";
  /** At least one. */
  readonly candidates: readonly Candidate<Optimization>[];
  readonly trainDays: number;
  readonly testDays: number;
  readonly isExpanding: boolean;
}

export interface Candidate<Optimization> {
  /** Says what it is. */
  readonly name: string;
  readonly optimization: Optimization;
}

/** Plans trades over several periods, of which only the first are made. */
export interface MultiPeriodMethod {
  readonly kind: "multi-period";
  readonly periodCount: number;
  /** Over 0. */
  readonly riskAversion: number;
  /** How much of the expected return is left in each later period, 0 … 1. */
  readonly returnPersistence: number;
}

/** Mixes the weights of several optimizations. */
export interface EnsembleMethod<Optimization> {
  readonly kind: "ensemble";
  /** Beside the strategy's own optimization. */
  readonly members: readonly Optimization[];
  /** Of the strategy's own optimization and of the members; they sum to 1. */
  readonly shares: Float64Array;
  /** Chooses the shares instead. */
  readonly stacking:
    | { readonly optimization: Optimization; readonly foldCount: number }
    | undefined;
}

/** Puts all optimizations of a strategy into another form. */
export function mapStrategy<From, To>(
  { name, optimization, preSelections, fallbacks, method }: Strategy<From>,
  map: (optimization: From) => To,
): Strategy<To> {
  return {
    name,
    optimization: map(optimization),
    preSelections,
    fallbacks: fallbacks.map((fallback) =>
      fallback.kind === "optimization"
        ? { kind: "optimization", optimization: map(fallback.optimization) }
        : fallback,
    ),
    method: method && mapMethod(method, map),
  };
}

function mapMethod<From, To>(
  method: StrategyMethod<From>,
  map: (optimization: From) => To,
): StrategyMethod<To> {
  switch (method.kind) {
    case "grid":
      return {
        ...method,
        candidates: method.candidates.map(({ name, optimization }) => ({
          name,
          optimization: map(optimization),
        })),
      };
    case "ensemble":
      return {
        ...method,
        members: method.members.map(map),
        stacking: method.stacking && {
          ...method.stacking,
          optimization: map(method.stacking.optimization),
        },
      };
    case "multi-period":
      return method;
  }
}
