import type {
  TradingCosts as WireCosts,
  Trading as WireTrading,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import { TRADING_DAYS_PER_YEAR, type Trading, type TradingCosts } from "@portfolio/quant";
import { readBySymbol, readMembers, readVector } from "./read-by-symbol.ts";
import { checkNumbers, withoutDust } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

const FIELD = "constraints.trading";
const COSTS = `${FIELD}.costs`;
const NOT_TRADED = `${FIELD}.not_traded`;
const TRADE_MAX = `${FIELD}.trade_max`;
const OWN_TRADE_MAX = `${FIELD}.trade_max_by_symbol`;
const WEIGHT_MAX = 100;
const IMPACT_MAX = 1000;
const FEE_MAX = 10;

/**
 * Reads what is held, and what trading away from it may amount to and cost.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `COST_TIERS_FALLING`.
 */
export function readTrading(
  message: WireTrading | undefined,
  list: SymbolList,
): Trading | undefined {
  if (message === undefined) {
    return;
  }
  const { currentWeights, turnoverMax, costs, holdingPeriodDays } = message;
  checkNumbers([
    { field: `${FIELD}.turnover_max`, value: turnoverMax, min: 0, max: 10_000 },
    { field: `${FIELD}.holding_period_days`, value: holdingPeriodDays, min: 0, max: 100_000 },
  ]);
  const held = { field: `${FIELD}.current_weights`, min: -WEIGHT_MAX, max: WEIGHT_MAX };
  return {
    current: readVector(currentWeights, list, held),
    turnoverMax: turnoverMax ?? Number.POSITIVE_INFINITY,
    costs: costs && readCosts(costs, list),
    yearsHeld: (holdingPeriodDays || TRADING_DAYS_PER_YEAR) / TRADING_DAYS_PER_YEAR,
  };
}

/** How far the weight of an asset may move, and where that was written. */
export interface TradeLimit {
  readonly asset: number;
  readonly least: number;
  readonly most: number;
  /** Whether it keeps its weight, whatever its bounds. */
  readonly isKept: boolean;
  readonly path: string;
}

/** Tells whether a path is of a limit on trading. */
export function isOfTrading(path: string): boolean {
  return path.startsWith(FIELD);
}

/** Reads how far single weights may move away from what is held. */
export function readTradeLimits(message: WireTrading | undefined, list: SymbolList): TradeLimit[] {
  if (message === undefined) {
    return [];
  }
  const range = { min: 0, max: WEIGHT_MAX };
  const held = { field: `${FIELD}.current_weights`, min: -WEIGHT_MAX, max: WEIGHT_MAX };
  const current = readBySymbol(message.currentWeights, list, held);
  const own = readBySymbol(message.tradeMaxBySymbol, list, { field: OWN_TRADE_MAX, ...range });
  checkNumbers([{ field: TRADE_MAX, value: message.tradeMax, ...range }]);
  const limit = (asset: number, change: number, path: string, isKept = false): TradeLimit => ({
    asset,
    least: withoutDust((current.get(asset) ?? 0) - change),
    most: withoutDust((current.get(asset) ?? 0) + change),
    isKept,
    path,
  });
  const { tradeMax } = message;
  const shared =
    tradeMax === undefined
      ? []
      : list.symbols.flatMap((_, i) => (own.has(i) ? [] : [limit(i, tradeMax, TRADE_MAX)]));
  const single = [...own].map(([i, change]) =>
    limit(i, change, `${OWN_TRADE_MAX}[${JSON.stringify(list.symbols[i])}]`),
  );
  const kept = readMembers(message.notTraded, list, NOT_TRADED).map((i, k) =>
    limit(i, 0, `${NOT_TRADED}[${k}]`, true),
  );
  return [...shared, ...single, ...kept];
}

function readCosts(message: WireCosts, list: SymbolList): TradingCosts {
  const { linear, impact, borrowPerYear } = message;
  checkNumbers([
    { field: `${COSTS}.linear`, value: linear, min: 0, max: 1 },
    { field: `${COSTS}.impact`, value: impact, min: 0, max: IMPACT_MAX },
    { field: `${COSTS}.borrow_per_year`, value: borrowPerYear, min: 0, max: FEE_MAX },
  ]);
  const bySymbol = (name: string, max: number) => ({ field: `${COSTS}.${name}`, min: 0, max });
  const spreads = readBySymbol(message.spreadBySymbol, list, bySymbol("spread_by_symbol", 1));
  const commissions = readVector(
    message.linearBySymbol,
    list,
    bySymbol("linear_by_symbol", 1),
    linear,
  );
  return {
    linear: commissions.map((rate, i) => rate + (spreads.get(i) ?? 0) / 2),
    tiers: readTiers(message),
    impact: readVector(
      message.impactBySymbol,
      list,
      bySymbol("impact_by_symbol", IMPACT_MAX),
      impact,
    ),
    managementFee: readVector(
      message.managementFeePerYear,
      list,
      bySymbol("management_fee_per_year", FEE_MAX),
    ),
    borrow: borrowPerYear,
  };
}

function readTiers({ tiers }: WireCosts): TradingCosts["tiers"] {
  checkNumbers(
    tiers.flatMap(({ threshold, rate }, k) => [
      { field: `${COSTS}.tiers[${k}].threshold`, value: threshold, min: 0, max: WEIGHT_MAX },
      { field: `${COSTS}.tiers[${k}].rate`, value: rate, min: 0, max: 1 },
    ]),
  );
  refuseIfAny(
    "COST_TIERS_FALLING",
    [...tiers.entries()]
      .filter(([k, tier]) => {
        const before = tiers[k - 1];
        return (
          before !== undefined && (tier.threshold <= before.threshold || tier.rate < before.rate)
        );
      })
      .map(([k]) => ({
        field: `${COSTS}.tiers[${k}]`,
        description: "thresholds must rise from tier to tier, and rates must not fall",
      })),
  );
  return tiers.map(({ threshold, rate }) => ({ threshold, rate }));
}
