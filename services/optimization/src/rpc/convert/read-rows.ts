import type {
  Constraints,
  FactorExposure,
  GroupConstraint,
  LinearConstraint,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import { groupRow, type LinearRow, parseConstraint, type Vocabulary } from "@portfolio/quant";
import { vocabularyOf } from "../../domain/pool-views.ts";
import type { LimitPaths } from "../../domain/portfolio-problem.ts";
import { readBySymbol } from "./read-by-symbol.ts";
import { readNames } from "./read-groups.ts";
import { checkNumbers, type NumberField, withoutDust } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

/** A limit on a weighted sum of weights, and where it was written. */
export interface WrittenRow {
  readonly row: LinearRow;
  readonly paths: LimitPaths;
}

// Sums of a thousand weights of a hundred each stay within this, and so do usual coefficients.
const SUM_MAX = 1e5;
const COEFFICIENT_MAX = 1e6;
const SMALLEST_SHARE = 1e-6;

/**
 * Reads groups, linear limits and factor exposures, in this order.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `EXPRESSION_INVALID`.
 */
export function readRows(message: Constraints | undefined, list: SymbolList): WrittenRow[] {
  const groups = message?.groups ?? [];
  const linear = message?.linear ?? [];
  const factors = message?.factors ?? [];
  const groupRows = groups.map((group, k) => readGroup(group, k, list));
  const rows = [
    ...groupRows,
    ...readLinear(linear, vocabularyOf(readNames(groups, list)), list),
    ...factors.map((factor, k) => readFactor(factor, k, message, list)),
  ];
  refuseIfAny("REQUEST_INVALID", rows.flatMap(uneven));
  return rows;
}

/** Finds coefficients that numerics cannot tell from rounding beside the others. */
function uneven({ row, paths }: WrittenRow): FieldViolation[] {
  const sizes = row.coefficients.map(Math.abs).filter((size) => size > 0);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least < SMALLEST_SHARE * most
    ? [
        {
          field: paths.lower,
          description: `a coefficient of ${least} is lost beside one of ${most}: leave it out`,
        },
      ]
    : [];
}

function readGroup(group: GroupConstraint, k: number, list: SymbolList): WrittenRow {
  const members = group.symbols.map((symbol) => list.indexOf(symbol) ?? 0);
  const field = `constraints.groups[${k}]`;
  checkNumbers(limitFields(field, group));
  return {
    row: groupRow(`group ${group.name.trim() || String(k + 1)}`, members, limitsOf(group)),
    paths: { lower: `${field}.min`, upper: `${field}.max` },
  };
}

function readLinear(
  linear: readonly LinearConstraint[],
  vocabulary: Vocabulary,
  list: SymbolList,
): WrittenRow[] {
  refuseIfAny(
    "REQUEST_INVALID",
    [...linear.entries()].flatMap(([k, one]) => formViolations(one, `constraints.linear[${k}]`)),
  );
  const faults: FieldViolation[] = [];
  const rows = linear.flatMap((one, k) => {
    const field = `constraints.linear[${k}]`;
    if (one.expression === "") {
      return [readCoefficients(one, k, list)];
    }
    const parsed = parseConstraint(one.expression, vocabulary);
    if (parsed.status === "invalid") {
      faults.push({ field: `${field}.expression`, description: parsed.message });
      return [];
    }
    const path = `${field}.expression`;
    const row = { ...parsed.row, name: one.name.trim() || parsed.row.name };
    return [{ row, paths: { lower: path, upper: path } }];
  });
  refuseIfAny("EXPRESSION_INVALID", faults);
  checkNumbers(rows.flatMap(({ row, paths }) => rowFields(row, paths.lower)));
  return rows;
}

/** An expression holds everything, so nothing else may be set beside it. */
function formViolations(one: LinearConstraint, field: string): FieldViolation[] {
  const hasCoefficients = Object.keys(one.coefficients).length > 0;
  if (one.expression === "") {
    return hasCoefficients
      ? []
      : [{ field, description: "give an expression, or coefficients with a limit" }];
  }
  const isAlone = !hasCoefficients && one.min === undefined && one.max === undefined;
  return isAlone
    ? []
    : [{ field, description: "an expression stands alone, without coefficients, min and max" }];
}

function readCoefficients(one: LinearConstraint, k: number, list: SymbolList): WrittenRow {
  const field = `constraints.linear[${k}]`;
  const coefficients = readBySymbol(one.coefficients, list, {
    field: `${field}.coefficients`,
    min: -COEFFICIENT_MAX,
    max: COEFFICIENT_MAX,
  });
  checkNumbers(limitFields(field, one));
  return {
    row: sparseRow(one.name.trim() || `linear ${k + 1}`, coefficients, limitsOf(one)),
    paths: { lower: `${field}.min`, upper: `${field}.max` },
  };
}

function readFactor(
  factor: FactorExposure,
  k: number,
  message: Constraints | undefined,
  list: SymbolList,
): WrittenRow {
  const field = `constraints.factors[${k}]`;
  const loadings = readBySymbol(factor.loadings, list, {
    field: `${field}.loadings`,
    min: -COEFFICIENT_MAX,
    max: COEFFICIENT_MAX,
  });
  checkNumbers(limitFields(field, factor));
  const base = factor.relativeToBenchmark ? benchmarkExposure(field, loadings, message, list) : 0;
  const { lower, upper } = limitsOf(factor);
  const limits = { lower: lower + base, upper: upper + base };
  return {
    row: sparseRow(`exposure to ${factor.name.trim()}`, loadings, limits),
    paths: { lower: `${field}.min`, upper: `${field}.max` },
  };
}

function benchmarkExposure(
  field: string,
  loadings: ReadonlyMap<number, number>,
  message: Constraints | undefined,
  list: SymbolList,
): number {
  if (message?.trackingError === undefined) {
    refuse(
      "REQUEST_INVALID",
      `${field}.relative_to_benchmark`,
      "there is no benchmark in constraints.tracking_error",
    );
  }
  const weights = readBySymbol(message.trackingError.benchmarkWeights, list, {
    field: "constraints.tracking_error.benchmark_weights",
    min: -COEFFICIENT_MAX,
    max: COEFFICIENT_MAX,
  });
  return [...loadings].reduce((sum, [i, loading]) => sum + loading * (weights.get(i) ?? 0), 0);
}

function sparseRow(
  name: string,
  coefficients: ReadonlyMap<number, number>,
  limits: { readonly lower: number; readonly upper: number },
): LinearRow {
  const held = [...coefficients].filter(([, value]) => value !== 0).sort(([a], [b]) => a - b);
  return {
    name,
    assets: held.map(([asset]) => asset),
    coefficients: held.map(([, value]) => value),
    ...limits,
  };
}

interface MinMax {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function limitsOf({ min, max }: MinMax) {
  return {
    lower: withoutDust(min ?? Number.NEGATIVE_INFINITY),
    upper: withoutDust(max ?? Number.POSITIVE_INFINITY),
  };
}

function limitFields(field: string, { min, max }: MinMax): NumberField[] {
  const range = { min: -SUM_MAX, max: SUM_MAX };
  return [
    { field: `${field}.min`, value: min, ...range },
    { field: `${field}.max`, value: max, ...range },
  ];
}

/** Bounds what an expression comes to. Open limits are no numbers to check. */
function rowFields({ coefficients, lower, upper }: LinearRow, field: string): NumberField[] {
  return [
    ...coefficients.map((value) => ({
      field,
      value,
      min: -COEFFICIENT_MAX,
      max: COEFFICIENT_MAX,
    })),
    ...[lower, upper]
      .filter(Number.isFinite)
      .map((value) => ({ field, value, min: -SUM_MAX, max: SUM_MAX })),
  ];
}
