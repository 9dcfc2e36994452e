import type {
  Constraints,
  GroupConstraint,
  WeightBounds,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import { groupRow, type LinearRow } from "@portfolio/quant";
import type { ConstraintSet } from "../../domain/portfolio-problem.ts";
import { checkNumbers, type NumberField, withoutDust } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

// A weight of 100 is a leverage of 10,000 %; with more, rounding eats the small weights.
const WEIGHT_MAX = 100;
const GROUP_WEIGHT_MAX = WEIGHT_MAX * 1000;

const LOWER_PATH = "constraints.default_min";
const UPPER_PATH = "constraints.default_max";

type Bounds = Readonly<Record<string, WeightBounds>>;

/**
 * Reads the limits on weights, with all defaults filled in: long-only, fully invested.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `BOUNDS_REVERSED`.
 */
export function readConstraints(message: Constraints | undefined, list: SymbolList): ConstraintSet {
  const bounds = message?.bounds ?? {};
  const groups = message?.groups ?? [];
  checkNumbers([...scalarFields(message), ...boundFields(bounds), ...groupFields(groups)]);
  refuseIfAny("CONSTRAINT_SYMBOL_UNKNOWN", [
    ...unknownBounds(bounds, list),
    ...unknownMembers(groups, list),
  ]);
  refuseIfAny("SYMBOL_REPEATED", [
    ...repeatedBounds(bounds, list),
    ...repeatedMembers(groups, list),
  ]);
  const constraints = completeConstraints(message, list);
  refuseIfAny("BOUNDS_REVERSED", reversedLimits(constraints, list));
  return constraints;
}

function completeConstraints(message: Constraints | undefined, list: SymbolList): ConstraintSet {
  const n = list.symbols.length;
  const budget = withoutDust(message?.budget ?? 1);
  const lower = new Float64Array(n).fill(withoutDust(message?.defaultMin ?? 0));
  const upper = new Float64Array(n).fill(withoutDust(message?.defaultMax ?? Math.max(1, budget)));
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
  const rows = (message?.groups ?? []).map((group, k) => readGroup(group, k, list));
  return {
    limits: { lower, upper, budget, rows },
    paths: {
      lower: lowerPaths,
      upper: upperPaths,
      rows: rows.map((_, k) => groupPath(k)),
      budget: "constraints.budget",
    },
  };
}

function readGroup(group: GroupConstraint, k: number, list: SymbolList): LinearRow {
  const members = group.symbols.map((symbol) => list.indexOf(symbol) ?? 0);
  return groupRow(`group ${group.name.trim() || String(k + 1)}`, members, {
    lower: withoutDust(group.min ?? Number.NEGATIVE_INFINITY),
    upper: withoutDust(group.max ?? Number.POSITIVE_INFINITY),
  });
}

function scalarFields(message: Constraints | undefined): NumberField[] {
  return [
    weightField(LOWER_PATH, message?.defaultMin),
    weightField(UPPER_PATH, message?.defaultMax),
    weightField("constraints.budget", message?.budget),
  ];
}

function boundFields(bounds: Bounds): NumberField[] {
  return Object.entries(bounds).flatMap(([symbol, { min, max }]) => [
    weightField(`${boundPath(symbol)}.min`, min),
    weightField(`${boundPath(symbol)}.max`, max),
  ]);
}

function groupFields(groups: readonly GroupConstraint[]): NumberField[] {
  const range = { min: -GROUP_WEIGHT_MAX, max: GROUP_WEIGHT_MAX };
  return groups.flatMap((group, k) => [
    { field: `${groupPath(k)}.min`, value: group.min, ...range },
    { field: `${groupPath(k)}.max`, value: group.max, ...range },
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

function unknownMembers(groups: readonly GroupConstraint[], list: SymbolList): FieldViolation[] {
  return groups.flatMap(({ symbols }, k) =>
    [...symbols.entries()]
      .filter(([, symbol]) => list.indexOf(symbol) === undefined)
      .map(([m, symbol]) => unknownSymbol(`${groupPath(k)}.symbols[${m}]`, symbol)),
  );
}

function unknownSymbol(field: string, symbol: string): FieldViolation {
  return { field, description: `"${symbol}" is not one of the symbols of this request` };
}

/** Finds bounds of one asset that are written under two spellings, such as `AAPL` and `aapl`. */
function repeatedBounds(bounds: Bounds, list: SymbolList): FieldViolation[] {
  return repeats(Object.keys(bounds), list).map(([, symbol]) => ({
    field: boundPath(symbol),
    description: `${symbol} has two entries`,
  }));
}

function repeatedMembers(groups: readonly GroupConstraint[], list: SymbolList): FieldViolation[] {
  return groups.flatMap(({ symbols }, k) =>
    repeats(symbols, list).map(([m, symbol]) => ({
      field: `${groupPath(k)}.symbols[${m}]`,
      description: `${symbol} is in the group already`,
    })),
  );
}

function repeats(written: readonly string[], list: SymbolList): [number, string][] {
  const seen = new Set<number | undefined>();
  return [...written.entries()].filter(([, symbol]) => {
    const i = list.indexOf(symbol);
    const isRepeated = seen.has(i);
    seen.add(i);
    return isRepeated;
  });
}

function reversedLimits({ limits, paths }: ConstraintSet, list: SymbolList): FieldViolation[] {
  const assets = list.symbols.flatMap((symbol, i) =>
    reversed(limits.lower[i] ?? 0, limits.upper[i] ?? 0, symbol, [
      paths.lower[i] ?? "",
      paths.upper[i] ?? "",
    ]),
  );
  const groups = limits.rows.flatMap(({ name, lower, upper }, k) =>
    reversed(lower, upper, name, [`${groupPath(k)}.min`, `${groupPath(k)}.max`]),
  );
  // Assets with default bounds share one violation.
  return [...new Map([...assets, ...groups].map((each) => [each.field, each])).values()];
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
  return [
    { field, description: `the minimum of ${name}, ${lower}, is more than its maximum, ${upper}` },
  ];
}

function boundPath(symbol: string): string {
  return `constraints.bounds[${JSON.stringify(symbol)}]`;
}

function groupPath(k: number): string {
  return `constraints.groups[${k}]`;
}
