import {
  fieldsOf,
  listOf,
  mapOf,
  numberIn,
  type Reader,
  textUpTo,
  withFields,
} from "./read-json.ts";
import { measureEnumName, measureInit, type RiskMeasure, readMeasure } from "./risk-measures.ts";
import type { SymbolNumbers } from "./symbol-numbers.ts";
import { readTradingCosts, type TradingCosts } from "./trading-costs.ts";

/** A lowest and a highest value; a missing one is no limit. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A limit on the total weight of several assets. */
export interface GroupLimit extends Range {
  readonly name: string;
  readonly symbols: readonly string[];
}

/** A highest value of a measure of risk. */
export interface RiskLimit {
  readonly measure: RiskMeasure;
  readonly max: number;
}

/** A highest share of some assets in the variance. */
export interface RiskShareLimit {
  readonly symbols: readonly string[];
  readonly max: number;
}

/** Limits on the sum of loadings times weights. */
export interface FactorLimit extends Range {
  readonly name: string;
  /** By symbol; others are 0. */
  readonly loadings: SymbolNumbers;
}

/** Fewest and most assets of a group that have a weight. */
export interface GroupCount {
  /** Name of a group. */
  readonly group: string;
  readonly min?: number;
  readonly max?: number;
}

/**
 * Limits on the weights besides those that hold for every asset alike.
 *
 * Fields are those of the contract's `Constraints`, in its JSON form. What is missing is no limit.
 */
export interface Limits {
  readonly bounds?: Readonly<Record<string, Range>>;
  readonly groups?: readonly GroupLimit[];
  /** In words, such as `tech <= 30%`. */
  readonly linear?: readonly { readonly expression: string }[];
  /** Sum of all weights. Missing means fully invested. */
  readonly budgetRange?: Range;
  readonly leverage?: Leverage;
  readonly trading?: Trading;
  readonly trackingError?: TrackingError;
  readonly riskLimits?: readonly RiskLimit[];
  readonly riskShareLimits?: readonly RiskShareLimit[];
  readonly factors?: readonly FactorLimit[];
  readonly discreteness?: Discreteness;
  readonly network?: Network;
}

/** Limits by the tree of the strongest correlations. */
export interface Network {
  /** Steps within which no two assets are held. */
  readonly separation?: number;
  /** Most assets of each cluster. */
  readonly perClusterMax?: number;
  /** Highest mean number of ties. */
  readonly averageCentralityMax?: number;
}

/** Highest exposures: long, short, and without sign. */
export interface Leverage {
  readonly longMax?: number;
  readonly shortMax?: number;
  readonly grossMax?: number;
}

/** What is held, and what trading away from it may amount to and cost. */
export interface Trading {
  readonly currentWeights?: Readonly<Record<string, number>>;
  readonly turnoverMax?: number;
  /** Largest change of the weight of each asset. */
  readonly tradeMax?: number;
  readonly costs?: TradingCosts;
  readonly holdingPeriodDays?: number;
}

/** Highest distance from a benchmark. */
export interface TrackingError {
  readonly benchmarkWeights?: Readonly<Record<string, number>>;
  readonly maxPerYear?: number;
}

/** Limits that count assets or forbid small positions. 0 is no limit. */
export interface Discreteness {
  readonly assetsMin?: number;
  readonly assetsMax?: number;
  readonly positionMin?: number;
  readonly lot?: number;
  readonly tradeMin?: number;
  readonly tradesMax?: number;
  readonly groupCounts?: readonly GroupCount[];
}

const WEIGHT = numberIn(-100, 100);
const EXPOSURE = numberIn(0, 10_000);
const COUNT: Reader<number> = (value) => {
  const count = numberIn(1, 1000)(value);
  return count !== undefined && Number.isInteger(count) ? count : undefined;
};
const POSITIVE = numberIn(1e-6, 1);
const RANGE = { min: WEIGHT, max: WEIGHT };

const readAny = fieldsOf<Limits>({
  bounds: mapOf(fieldsOf<Range>(RANGE)),
  groups: listOf(
    withFields(
      fieldsOf<GroupLimit>({ ...RANGE, name: textUpTo(64), symbols: listOf(textUpTo(32)) }),
      ["name", "symbols"],
    ),
  ),
  linear: listOf(
    withFields(fieldsOf<{ expression: string }>({ expression: textUpTo(2000) }), ["expression"]),
  ),
  budgetRange: fieldsOf<Range>(RANGE),
  leverage: fieldsOf<Leverage>({ longMax: EXPOSURE, shortMax: EXPOSURE, grossMax: EXPOSURE }),
  trading: fieldsOf<Trading>({
    currentWeights: mapOf(WEIGHT),
    turnoverMax: EXPOSURE,
    tradeMax: numberIn(0, 100),
    costs: readTradingCosts,
    holdingPeriodDays: numberIn(1, 100_000),
  }),
  trackingError: fieldsOf<TrackingError>({
    benchmarkWeights: mapOf(WEIGHT),
    maxPerYear: numberIn(0, 100),
  }),
  riskLimits: listOf(
    withFields(fieldsOf<RiskLimit>({ measure: readMeasure, max: EXPOSURE }), ["measure", "max"]),
  ),
  riskShareLimits: listOf(
    withFields(
      fieldsOf<RiskShareLimit>({ symbols: listOf(textUpTo(32)), max: numberIn(1e-6, 1) }),
      ["symbols", "max"],
    ),
  ),
  factors: listOf(
    withFields(
      fieldsOf<FactorLimit>({
        name: textUpTo(64),
        loadings: mapOf(numberIn(-1e6, 1e6)),
        min: numberIn(-1e6, 1e6),
        max: numberIn(-1e6, 1e6),
      }),
      ["name", "loadings"],
    ),
  ),
  discreteness: fieldsOf<Discreteness>({
    groupCounts: listOf(
      withFields(fieldsOf<GroupCount>({ group: textUpTo(64), min: COUNT, max: COUNT }), ["group"]),
    ),
    assetsMin: COUNT,
    assetsMax: COUNT,
    positionMin: POSITIVE,
    lot: POSITIVE,
    tradeMin: POSITIVE,
    tradesMax: COUNT,
  }),
  network: fieldsOf<Network>({
    separation: (value) => numberIn(1, 20)(COUNT(value)),
    perClusterMax: COUNT,
    averageCentralityMax: numberIn(0, 1e6),
  }),
});

/** Reads limits in the contract's JSON form, or its message. What cannot be read is left out. */
export function readLimits(value: unknown): Limits {
  return readAny(value) ?? {};
}

/** Limits as the contract's messages write them. */
export function limitsInit({ riskLimits, ...limits }: Limits) {
  return {
    ...(limits as MutableLimits),
    ...(riskLimits && {
      riskLimits: riskLimits.map(({ measure, max }) => ({ measure: measureInit(measure), max })),
    }),
  };
}

/** Limits in the contract's JSON form. */
export function limitsJson({ riskLimits, ...limits }: Limits): Record<string, unknown> {
  return {
    ...limits,
    ...(riskLimits && {
      riskLimits: riskLimits.map(({ measure, max }) => ({
        measure: { ...measure, kind: measureEnumName(measure.kind) },
        max,
      })),
    }),
  };
}

/** Keeps the limits that still make sense when the assets change. */
export function limitsFor(limits: Limits, symbols: readonly string[]): Limits {
  const known = new Set(symbols);
  const pick = <Value>(map: Readonly<Record<string, Value>> | undefined) =>
    map && Object.fromEntries(Object.entries(map).filter(([symbol]) => known.has(symbol)));
  const { bounds, groups, trading, trackingError, riskShareLimits, factors } = limits;
  const among = (members: readonly string[]) => members.filter((symbol) => known.has(symbol));
  return readLimits({
    ...limits,
    bounds: pick(bounds),
    groups: groups?.map((group) => ({
      ...group,
      symbols: among(group.symbols),
    })),
    riskShareLimits: riskShareLimits?.map((share) => ({ ...share, symbols: among(share.symbols) })),
    factors: factors?.map((factor) => ({ ...factor, loadings: pick(factor.loadings) })),
    trading: trading && {
      ...trading,
      currentWeights: pick(trading.currentWeights),
      costs: trading.costs && {
        ...trading.costs,
        spreadBySymbol: pick(trading.costs.spreadBySymbol),
        managementFeePerYear: pick(trading.costs.managementFeePerYear),
      },
    },
    trackingError: trackingError && {
      ...trackingError,
      benchmarkWeights: pick(trackingError.benchmarkWeights),
    },
  });
}

/** Number of limits, each lowest and highest value counted once. */
export function limitCount(limits: Limits): number {
  const { bounds = {}, groups = [], linear = [], budgetRange, leverage, riskLimits = [] } = limits;
  const { trading, trackingError, discreteness, network } = limits;
  const { riskShareLimits = [], factors = [] } = limits;
  const { groupCounts = [], ...discreteCounts } = discreteness ?? {};
  const ranges = [
    ...Object.values(bounds),
    ...groups,
    ...factors,
    ...groupCounts,
    budgetRange ?? {},
  ];
  return (
    ranges.reduce((sum, { min, max }) => sum + count(min) + count(max), 0) +
    linear.length +
    Object.values(leverage ?? {}).length +
    count(trading?.turnoverMax) +
    count(trading?.tradeMax) +
    count(trackingError?.maxPerYear) +
    riskLimits.length +
    riskShareLimits.length +
    Object.values(discreteCounts).length +
    Object.values(network ?? {}).length
  );
}

function count(value: number | undefined): number {
  return value === undefined ? 0 : 1;
}

// Generated types want lists that may be changed; nothing changes them.
type MutableLimits = {
  bounds?: Record<string, Range>;
  groups?: { name: string; symbols: string[]; min?: number; max?: number }[];
  linear?: { expression: string }[];
  budgetRange?: Range;
  leverage?: Leverage;
  trading?: {
    currentWeights?: Record<string, number>;
    turnoverMax?: number;
    costs?: Omit<TradingCosts, "tiers" | "spreadBySymbol" | "managementFeePerYear"> & {
      tiers?: { threshold: number; rate: number }[];
      spreadBySymbol?: Record<string, number>;
      managementFeePerYear?: Record<string, number>;
    };
    holdingPeriodDays?: number;
  };
  trackingError?: { benchmarkWeights?: Record<string, number>; maxPerYear?: number };
  riskShareLimits?: { symbols: string[]; max: number }[];
  factors?: { name: string; loadings: Record<string, number>; min?: number; max?: number }[];
  discreteness?: Omit<Discreteness, "groupCounts"> & {
    groupCounts?: { group: string; min?: number; max?: number }[];
  };
};
