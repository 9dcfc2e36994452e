import type {
  Constraints,
  Range,
  WeightBounds,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import { budgetRange, type Limits } from "@portfolio/quant";
import type { ConstraintSet, LimitPaths } from "../../domain/portfolio-problem.ts";
import { repeatedMembers, repeats, unknownMembers, unknownSymbol } from "./read-groups.ts";
import { CENTRALITY_PATHS } from "./read-network.ts";
import { checkNumbers, type NumberField, withoutDust } from "./read-numbers.ts";
import { readRows } from "./read-rows.ts";
import type { SymbolList } from "./read-symbols.ts";
import { isOfTrading, readTradeLimits, type TradeLimit } from "./read-trading.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

// A weight of 100 is a leverage of 10,000 %; with more, rounding eats the small weights.
const WEIGHT_MAX = 100;

const LOWER_PATH = "constraints.default_min";
const UPPER_PATH = "constraints.default_max";
const BUDGET_PATH = "constraints.budget";
const GROUPS_PATH = "constraints.groups";
const RANGE_PATH = "constraints.budget_range";

type Bounds = Readonly<Record<string, WeightBounds>>;

/**
 * Reads the linear limits on weights, with all defaults filled in: long-only, fully invested.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `EXPRESSION_INVALID`, `BOUNDS_REVERSED`.
 */
export function readConstraints(message: Constraints | undefined, list: SymbolList): ConstraintSet {
  const bounds = message?.bounds ?? {};
  const groups = message?.groups ?? [];
  checkNumbers([...scalarFields(message), ...boundFields(bounds)]);
  refuseIfAny("CONSTRAINT_SYMBOL_UNKNOWN", [
    ...unknownBounds(bounds, list),
    ...unknownMembers(groups, list, GROUPS_PATH),
  ]);
  refuseIfAny("SYMBOL_REPEATED", [
    ...repeatedBounds(bounds, list),
    ...repeatedMembers(groups, list, GROUPS_PATH),
  ]);
  const constraints = completeConstraints(message, list);
  refuseIfAny("BOUNDS_REVERSED", reversedLimits(constraints, list));
  return constraints;
}

function completeConstraints(message: Constraints | undefined, list: SymbolList): ConstraintSet {
  const { lower, upper, lowerPaths, upperPaths } = readBounds(message, list);
  const rows = readRows(message, list);
  return {
    limits: {
      lower,
      upper,
      budget: readBudget(message, lower, upper),
      rows: rows.map(({ row }) => row),
    },
    paths: {
      lower: lowerPaths,
      upper: upperPaths,
      // The row of centralities, which estimates complete, comes after the written ones.
      rows: [...rows.map(({ paths }) => paths), CENTRALITY_PATHS],
      budget: message?.budgetRange === undefined ? BOTH_BUDGET_PATHS : RANGE_PATHS,
    },
  };
}

/** Bounds of every asset, and where each was written. */
interface Bounding {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly lowerPaths: string[];
  readonly upperPaths: string[];
}

/** Reads the bounds of every asset, and where each was written. */
function readBounds(message: Constraints | undefined, list: SymbolList): Bounding {
  const n = list.symbols.length;
  const most = Math.max(1, message?.budget ?? 0, message?.budgetRange?.max ?? 0);
  const lower = new Float64Array(n).fill(withoutDust(message?.defaultMin ?? 0));
  const upper = new Float64Array(n).fill(withoutDust(message?.defaultMax ?? most));
  const lowerPaths = new Array<string>(n).fill(LOWER_PATH);
  const upperPaths = new Array<string>(n).fill(UPPER_PATH);
  for (const [written, { min, max }] of Object.entries(message?.bounds ?? {})) {
    const i = list.indexOf(written) ?? 0;
    if (min !== undefined) {
      lower[i] = withoutDust(min);
      lowerPaths[i] = `${boundPath(written)}.min`;
    }
    if (max !== undefined) {
      upper[i] = withoutDust(max);
      upperPaths[i] = `${boundPath(written)}.max`;
    }
  }
  const bounding = { lower, upper, lowerPaths, upperPaths };
  for (const limit of readTradeLimits(message?.trading, list)) {
    limitTrade(bounding, limit);
  }
  return bounding;
}

/** Narrows the bounds of one asset to what it may trade. */
function limitTrade(
  { lower, upper, lowerPaths, upperPaths }: Bounding,
  { asset, least, most, isKept, path }: TradeLimit,
): void {
  if (isKept || least > (lower[asset] ?? 0)) {
    lower[asset] = least;
    lowerPaths[asset] = path;
  }
  if (isKept || most < (upper[asset] ?? 0)) {
    upper[asset] = most;
    upperPaths[asset] = path;
  }
}

const BOTH_BUDGET_PATHS: LimitPaths = { lower: BUDGET_PATH, upper: BUDGET_PATH };
const RANGE_PATHS: LimitPaths = { lower: `${RANGE_PATH}.min`, upper: `${RANGE_PATH}.max` };

/** Reads the budget. Where a range is open, the bounds of the assets close it. */
function readBudget(
  message: Constraints | undefined,
  lower: Float64Array,
  upper: Float64Array,
): number | Limits {
  const range = message?.budgetRange;
  if (range === undefined) {
    return withoutDust(message?.budget ?? 1);
  }
  if (message?.budget !== undefined) {
    refuse("REQUEST_INVALID", RANGE_PATH, "give either budget or budget_range, not both");
  }
  const { min, max } = closedRange(range, sum(lower), sum(upper));
  return { lower: withoutDust(min), upper: withoutDust(max) };
}

function closedRange({ min, max }: Range, least: number, most: number) {
  return {
    min: min ?? Math.min(least, max ?? least),
    max: max ?? Math.max(most, min ?? most),
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function scalarFields(message: Constraints | undefined): NumberField[] {
  return [
    weightField(LOWER_PATH, message?.defaultMin),
    weightField(UPPER_PATH, message?.defaultMax),
    weightField(BUDGET_PATH, message?.budget),
    weightField(RANGE_PATHS.lower, message?.budgetRange?.min),
    weightField(RANGE_PATHS.upper, message?.budgetRange?.max),
  ];
}

function boundFields(bounds: Bounds): NumberField[] {
  return Object.entries(bounds).flatMap(([symbol, { min, max }]) => [
    weightField(`${boundPath(symbol)}.min`, min),
    weightField(`${boundPath(symbol)}.max`, max),
  ]);
}

function weightField(field: string, value: number | undefined): NumberField {
  return { field, value, min: -WEIGHT_MAX, max: WEIGHT_MAX };
}

function unknownBounds(bounds: Bounds, list: SymbolList): FieldViolation[] {
  return Object.keys(bounds)
    .filter((symbol) => list.indexOf(symbol) === undefined)
    .map((symbol) => unknownSymbol(boundPath(symbol), symbol));
}

/** Finds bounds of one asset that are written under two spellings, such as `AAPL` and `aapl`. */
function repeatedBounds(bounds: Bounds, list: SymbolList): FieldViolation[] {
  return repeats(Object.keys(bounds), list).map(([, symbol]) => ({
    field: boundPath(symbol),
    description: `${symbol} has two entries`,
  }));
}

function reversedLimits({ limits, paths }: ConstraintSet, list: SymbolList): FieldViolation[] {
  const assets = list.symbols.flatMap((symbol, i) =>
    reversed(limits.lower[i] ?? 0, limits.upper[i] ?? 0, symbol, [
      paths.lower[i] ?? "",
      paths.upper[i] ?? "",
    ]),
  );
  const rows = limits.rows.flatMap(({ name, lower, upper }, k) => {
    const { lower: lowerPath, upper: upperPath } = paths.rows[k] ?? BOTH_BUDGET_PATHS;
    return reversed(lower, upper, name, [lowerPath, upperPath]);
  });
  const { lower, upper } = budgetRange(limits);
  const budget = reversed(lower, upper, "the budget", [paths.budget.lower, paths.budget.upper]);
  // Assets with default bounds share one violation.
  return [...new Map([...assets, ...rows, ...budget].map((each) => [each.field, each])).values()];
}

function reversed(
  lower: number,
  upper: number,
  name: string,
  [lowerPath, upperPath]: readonly [string, string],
): FieldViolation[] {
  if (lower <= upper) {
    return [];
  }
  // Points at the bound that was written for this asset, where the other is the default.
  const field = lowerPath === LOWER_PATH && upperPath !== UPPER_PATH ? upperPath : lowerPath;
  // A bound can contradict how far the asset may move.
  const others = [lowerPath, upperPath].filter((path) => path !== field && isOfTrading(path));
  const description = `the minimum of ${name}, ${lower}, is more than its maximum, ${upper}`;
  return [field, ...others].map((each) => ({ field: each, description }));
}

function boundPath(symbol: string): string {
  return `constraints.bounds[${JSON.stringify(symbol)}]`;
}
