import type {
  TradingCosts as WireCosts,
  Trading as WireTrading,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import { TRADING_DAYS_PER_YEAR, type Trading, type TradingCosts } from "@portfolio/quant";
import { readBySymbol, readMembers, readVector } from "./read-by-symbol.ts";
import { checkNumbers } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

const FIELD = "constraints.trading";
const COSTS = `${FIELD}.costs`;
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

/** An asset that must keep its weight, and where that was written. */
interface NotTraded {
  readonly asset: number;
  readonly weight: number;
  readonly path: string;
}

/** Reads the assets that must keep their current weights, whatever their bounds. */
export function readNotTraded(message: WireTrading | undefined, list: SymbolList): NotTraded[] {
  const field = `${FIELD}.not_traded`;
  const held = { field: `${FIELD}.current_weights`, min: -WEIGHT_MAX, max: WEIGHT_MAX };
  const current = readBySymbol(message?.currentWeights ?? {}, list, held);
  return readMembers(message?.notTraded ?? [], list, field).map((asset, k) => ({
    asset,
    weight: current.get(asset) ?? 0,
    path: `${field}[${k}]`,
  }));
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
