import type {
  Constraints,
  Discreteness as WireDiscreteness,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import type { CountLimit, Discreteness } from "@portfolio/quant";
import type { DiscreteSearch } from "../../domain/portfolio-problem.ts";
import { readBySymbol, readMembers, readVector } from "./read-by-symbol.ts";
import { checkNumbers } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const FIELD = "constraints.discreteness";
const TRADING_FIELD = "constraints.trading.current_weights";
const WEIGHT_MAX = 100;
const DEFAULT_GAP = 1e-9;
const DEFAULT_TIME_MS = 2000;

/**
 * Reads the limits that count assets, or forbid small positions and trades, and how long to search.
 * Without any the search has no limits.
 *
 * @throws {AppError} `BOUNDS_REVERSED`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `GROUP_UNKNOWN`.
 */
export function readDiscreteness(
  constraints: Constraints | undefined,
  list: SymbolList,
): DiscreteSearch {
  const message = constraints?.discreteness;
  if (constraints === undefined || message === undefined) {
    return { limits: {}, countFields: [], gap: DEFAULT_GAP, timeLimitMs: DEFAULT_TIME_MS };
  }
  checkNumbers(scalarFields(message));
  refuseIfAny("BOUNDS_REVERSED", reversedCounts(message, list.symbols.length));
  const limits: Discreteness = {
    ...readHoldings(message, constraints, list),
    ...readTrades(message, constraints, list),
    ...readLots(message, list),
  };
  return {
    limits,
    countFields: countFieldsOf(message),
    gap: message.gap || DEFAULT_GAP,
    timeLimitMs: timeLimitMs(message),
  };
}

function timeLimitMs({ timeLimit }: WireDiscreteness): number {
  return timeLimit === undefined
    ? DEFAULT_TIME_MS
    : Number(timeLimit.seconds) * 1000 + timeLimit.nanos / 1e6;
}

function scalarFields(message: WireDiscreteness) {
  const { assetsMin, assetsMax, tradesMax, positionMin, tradeMin, lot, gap } = message;
  const weight = { min: 0, max: WEIGHT_MAX };
  const count = { min: 0, max: 1000 };
  return [
    { field: `${FIELD}.assets_min`, value: assetsMin, ...count },
    { field: `${FIELD}.assets_max`, value: assetsMax, ...count },
    { field: `${FIELD}.trades_max`, value: tradesMax, ...count },
    { field: `${FIELD}.position_min`, value: positionMin, ...weight },
    { field: `${FIELD}.trade_min`, value: tradeMin, ...weight },
    { field: `${FIELD}.lot`, value: lot, min: 0, max: 1 },
    { field: `${FIELD}.gap`, value: gap, min: 0, max: 1 },
  ];
}

/** Finds counts whose fewest is more than their most, or than there are assets. */
function reversedCounts(
  { assetsMin, assetsMax, groupCounts }: WireDiscreteness,
  assetCount: number,
): FieldViolation[] {
  const most = assetsMax || assetCount;
  const description = `the fewest assets, ${assetsMin}, are more than the most, ${most}`;
  const total =
    assetsMin > most
      ? [
          { field: `${FIELD}.assets_min`, description },
          { field: `${FIELD}.assets_max`, description },
        ]
      : [];
  const groups = groupCounts.flatMap(({ group, min, max }, k) => {
    const words = `the fewest assets of "${group}", ${min}, are more than the most, ${max}`;
    const sides = max !== undefined && min > max ? ["min", "max"] : [];
    return sides.map((side) => ({
      field: `${FIELD}.group_counts[${k}].${side}`,
      description: words,
    }));
  });
  return [...total, ...groups];
}

function readHoldings(
  message: WireDiscreteness,
  constraints: Constraints,
  list: SymbolList,
): Pick<Discreteness, "holdings"> {
  const { assetsMin, assetsMax, positionMin, positionMinBySymbol } = message;
  const least = readVector(
    positionMinBySymbol,
    list,
    { field: `${FIELD}.position_min_by_symbol`, min: 0, max: WEIGHT_MAX },
    positionMin,
  );
  const counts: CountLimit[] = readGroupCounts(message, constraints, list);
  if (assetsMin > 0 || assetsMax > 0) {
    counts.unshift(countOf(Array.from(list.symbols.keys()), assetsMin, assetsMax || undefined));
  }
  for (const count of counts) {
    if (count.least > 0 && count.members.some((i) => least[i] === 0)) {
      refuse(
        "REQUEST_INVALID",
        `${FIELD}.position_min`,
        "a fewest number of assets needs a smallest weight over 0, or weights of 0 would count",
      );
    }
  }
  const isNeeded = counts.length > 0 || least.some((weight) => weight > 0);
  return isNeeded ? { holdings: { leastAbove: least, leastBelow: least, counts } } : {};
}

/** Where each count was written, that of all assets first. */
function countFieldsOf({ assetsMin, assetsMax, groupCounts }: WireDiscreteness): string[] {
  const total = assetsMax > 0 ? "assets_max" : "assets_min";
  return [
    ...(assetsMin > 0 || assetsMax > 0 ? [`${FIELD}.${total}`] : []),
    ...groupCounts.map((_, k) => `${FIELD}.group_counts[${k}]`),
  ];
}

function readGroupCounts(
  { groupCounts }: WireDiscreteness,
  { groups }: Constraints,
  list: SymbolList,
): CountLimit[] {
  return groupCounts.map(({ group, min, max }, k) => {
    const index = groups.findIndex(({ name }) => name === group);
    const written = groups[index];
    if (written === undefined) {
      const field = `${FIELD}.group_counts[${k}].group`;
      return refuse("GROUP_UNKNOWN", field, `there is no group "${group}"`);
    }
    const members = readMembers(written.symbols, list, `constraints.groups[${index}].symbols`);
    return countOf(members, min, max);
  });
}

function countOf(members: readonly number[], least: number, most: number | undefined): CountLimit {
  return { members, least, most: most ?? members.length };
}

function readTrades(
  { tradeMin, tradesMax }: WireDiscreteness,
  { trading }: Constraints,
  list: SymbolList,
): Pick<Discreteness, "trades"> {
  if (tradeMin === 0 && tradesMax === 0) {
    return {};
  }
  if (trading === undefined) {
    return refuse("REQUEST_INVALID", TRADING_FIELD, "limits on trades need what is held now");
  }
  const map = { field: TRADING_FIELD, min: -WEIGHT_MAX, max: WEIGHT_MAX };
  const least = new Float64Array(list.symbols.length).fill(tradeMin);
  const members = Array.from(list.symbols.keys());
  return {
    trades: {
      center: readVector(trading.currentWeights, list, map),
      leastAbove: least,
      leastBelow: least,
      counts: tradesMax > 0 ? [countOf(members, 0, tradesMax)] : [],
    },
  };
}

function readLots(
  { lot, lotBySymbol }: WireDiscreteness,
  list: SymbolList,
): Pick<Discreteness, "lots"> {
  const map = { field: `${FIELD}.lot_by_symbol`, min: 0, max: 1 };
  const own = readBySymbol(lotBySymbol, list, map);
  if (lot === 0 && own.size === 0) {
    return {};
  }
  return { lots: Float64Array.from(list.symbols, (_, i) => own.get(i) ?? lot) };
}
