import {
  budgetRange,
  type ConstraintRef,
  type ConstraintSystem,
  checkConstraints,
  constraintSize,
  FEASIBILITY_TOLERANCE,
  type WeightConstraints,
} from "./constraints.ts";
import { type Limits, rowSize, rowValue } from "./linear-row.ts";
import { percent } from "./percent.ts";
import { createTableau, maximize, reachFeasibility } from "./simplex.ts";

/** One limit, and how far it has to give way. */
export interface LimitChange {
  readonly constraint: ConstraintRef;
  readonly from: number;
  readonly to: number;
  /** What to do, in plain words. */
  readonly message: string;
}

/** The cheapest way to make constraints feasible. */
export interface Relaxation {
  /** Limits to change; none when the constraints are feasible as they are. */
  readonly changes: readonly LimitChange[];
  /** Sum of the changes, those of rows divided by their largest coefficient. */
  readonly total: number;
  /** The constraints with the changes made. */
  readonly constraints: WeightConstraints;
  /** Weights that meet them, length n. */
  readonly weights: Float64Array;
}

const PRICE_TOLERANCE = 1e-12;
// Halvings of the range in which the least cap of all changes lies.
const CAP_STEPS = 48;

/** What may change, and by how much in units of the constraints' size. */
interface Softness {
  /** Whether the budget, hard upper limits and lower bounds of 0 may change too. */
  readonly isAllSoft: boolean;
  readonly cap: number;
}

/** A limit in a unit of its own: the budget, a bound, or a row. */
interface ElasticRange extends Limits {
  readonly isLowerSoft: boolean;
  readonly isUpperSoft: boolean;
  /** How far the lower limit may be lowered. */
  readonly lackMax: number;
}

/**
 * Finds the least total change of limits that lets some weights satisfy all constraints.
 *
 * An elastic linear program: every limit may be broken at a price of 1 for each unit. The budget
 * and bounds that forbid short positions (lower bounds of 0) are given up only where changing the
 * others does not help. Of several cheapest ways, one that changes few limits is found.
 *
 * @param names - Name of each asset, for the messages.
 * @throws {ArgumentError} A constraint makes no sense by itself.
 * @see Brown & Graves (1975), "Elastic programming"; Chinneck (2008), "Feasibility and
 *   Infeasibility in Optimization", doi:10.1007/978-0-387-74932-7, ch. 6
 */
export function cheapestRelaxation(
  constraints: WeightConstraints,
  names: readonly string[],
): Relaxation {
  checkConstraints(constraints);
  const cap = Number.POSITIVE_INFINITY;
  const weights =
    leastViolation(constraints, { isAllSoft: false, cap }) ??
    leastViolation(constraints, { isAllSoft: true, cap });
  if (weights === undefined) {
    throw new Error("an elastic program has no solution");
  }
  return relaxationTo(weights, constraints, names);
}

/**
 * Finds the changes of limits that let some weights satisfy all constraints, and of which the
 * largest is least: many limits give way a little where `cheapestRelaxation` has few give way far.
 *
 * Of all such changes, those with the least total. What gives way first is as there.
 *
 * @param names - Name of each asset, for the messages.
 * @throws {ArgumentError} A constraint makes no sense by itself.
 */
export function smallestRelaxation(
  constraints: WeightConstraints,
  names: readonly string[],
): Relaxation {
  const cheapest = cheapestRelaxation(constraints, names);
  const isAllSoft =
    leastViolation(constraints, { isAllSoft: false, cap: Number.POSITIVE_INFINITY }) === undefined;
  let low = 0;
  let high = cheapest.total / constraintSize(constraints);
  let weights = cheapest.weights;
  for (let step = 0; step < CAP_STEPS && high > 0; step++) {
    const cap = (low + high) / 2;
    const found = leastViolation(constraints, { isAllSoft, cap });
    if (found === undefined) {
      low = cap;
    } else {
      high = cap;
      weights = found;
    }
  }
  return relaxationTo(weights, constraints, names);
}

/** Finds weights of least total violation; nothing when the hard limits cannot be met. */
function leastViolation(
  constraints: WeightConstraints,
  { isAllSoft, cap }: Softness,
): Float64Array | undefined {
  const size = constraintSize(constraints);
  const { lower, upper, rows } = constraints;
  const n = lower.length;
  const assets = Array.from(lower, (low, i) => ({
    ...elasticRange({ lower: low, upper: upper[i] }, size, isAllSoft || low !== 0, true),
    // A least weight of a long position gives way to none, not to a short one.
    lackMax: isAllSoft || low < 0 ? Number.POSITIVE_INFINITY : low / size,
  }));
  const sums = [
    elasticRange(budgetRange(constraints), size, isAllSoft, isAllSoft),
    ...rows.map((row) => elasticRange(row, size * rowSize(row), true, true)),
  ];
  if ([...assets, ...sums].some(isCrossedHard)) {
    return undefined;
  }
  const tableau = createTableau(elasticSystem(constraints, assets, sums, cap));
  if (!reachFeasibility(tableau)) {
    return undefined;
  }
  const price = new Float64Array(tableau.assetCount).fill(-1).fill(0, 0, n);
  maximize(tableau, price, PRICE_TOLERANCE);
  const { values } = tableau;
  return Float64Array.from(
    { length: n },
    (_, i) => size * (values[i] + values[n + i] - values[2 * n + i]),
  );
}

function elasticRange(
  { lower, upper }: Limits,
  size: number,
  isLowerSoft: boolean,
  isUpperSoft: boolean,
): ElasticRange {
  const lackMax = Number.POSITIVE_INFINITY;
  return { lower: lower / size, upper: upper / size, isLowerSoft, isUpperSoft, lackMax };
}

function isCrossedHard({ lower, upper, isLowerSoft, isUpperSoft }: ElasticRange): boolean {
  return lower > upper + FEASIBILITY_TOLERANCE && !isLowerSoft && !isUpperSoft;
}

/**
 * Finds the values between which the violation does not change: limits that cross are broken by
 * their distance anywhere between them, so only a hard one of them counts.
 */
function flatRange({ lower, upper, isLowerSoft, isUpperSoft }: ElasticRange): Limits {
  if (lower <= upper) {
    return { lower, upper };
  }
  return {
    lower: isUpperSoft && !isLowerSoft ? lower : upper,
    upper: isLowerSoft && !isUpperSoft ? upper : lower,
  };
}

/**
 * Writes the elastic program. Its variables are a weight within its bounds, an excess above and a
 * lack below them for each asset, then a lack and an excess for each row.
 */
function elasticSystem(
  constraints: WeightConstraints,
  assets: readonly ElasticRange[],
  sums: readonly ElasticRange[],
  cap: number,
): ConstraintSystem {
  const n = assets.length;
  const m = sums.length;
  const count = 3 * n + 2 * m;
  const boxes = assets.map(flatRange);
  const ranges = sums.map(flatRange);
  const limits = sums.flatMap(({ lower, upper }) => [lower, upper]).filter(Number.isFinite);
  const most = 2 * (n + 1) + 2 * Math.max(0, ...limits.map(Math.abs));
  const ifSoft = (isSoft: boolean, own = cap) => (isSoft ? Math.min(most, cap, own) : 0);
  const coefficients = new Float64Array(m * count);
  for (let r = 0; r < m; r++) {
    const row = constraints.rows[r - 1];
    const scale = row === undefined ? 1 : rowSize(row);
    for (let k = 0; k < (row?.assets.length ?? n); k++) {
      const asset = row?.assets[k] ?? k;
      const a = (row?.coefficients[k] ?? 1) / scale;
      coefficients[r * count + asset] = a;
      coefficients[r * count + n + asset] = a;
      coefficients[r * count + 2 * n + asset] = -a;
    }
    coefficients[r * count + 3 * n + r] = 1;
    coefficients[r * count + 3 * n + m + r] = -1;
  }
  return {
    size: 1,
    assetCount: count,
    rowCount: m,
    lower: Float64Array.from({ length: count }, (_, j) => (j < n ? boxes[j].lower : 0)),
    upper: Float64Array.from([
      ...boxes.map(({ upper }) => upper),
      ...assets.map(({ isUpperSoft }) => ifSoft(isUpperSoft)),
      ...assets.map(({ isLowerSoft, lackMax }) => ifSoft(isLowerSoft, lackMax)),
      ...sums.map(({ isLowerSoft }) => ifSoft(isLowerSoft)),
      ...sums.map(({ isUpperSoft }) => ifSoft(isUpperSoft)),
    ]),
    coefficients,
    rowLower: Float64Array.from(ranges, ({ lower }) => lower),
    rowUpper: Float64Array.from(ranges, ({ upper }) => upper),
    rowScale: new Float64Array(m).fill(1),
    rowSource: Int32Array.from(sums.keys()),
  };
}

/** Moves every limit that the weights break to where they are. */
function relaxationTo(
  weights: Float64Array,
  constraints: WeightConstraints,
  names: readonly string[],
): Relaxation {
  const slack = FEASIBILITY_TOLERANCE * constraintSize(constraints);
  const changes: (LimitChange & { readonly cost: number })[] = [];
  const widen = (value: number, { limits, unit, name, refer }: NamedLimits): Limits => {
    const lower = limits.lower - value > slack * unit ? value : limits.lower;
    const upper = value - limits.upper > slack * unit ? value : limits.upper;
    for (const [side, from, to] of [
      ["lower", limits.lower, lower],
      ["upper", limits.upper, upper],
    ] as const) {
      if (to !== from) {
        const message = changeInWords(side, name, from, to);
        changes.push({
          constraint: refer(side),
          from,
          to,
          message,
          cost: Math.abs(to - from) / unit,
        });
      }
    }
    return { lower, upper };
  };
  const boxes = Array.from(weights, (w, asset) => widen(w, boundsOf(constraints, asset, names)));
  const rows = constraints.rows.map((one, row) => ({
    ...one,
    ...widen(rowValue(one, weights), {
      limits: one,
      unit: rowSize(one),
      name: one.name,
      refer: (side) => ({ type: `row-${side}`, row }),
    }),
  }));
  const budget = widen(
    weights.reduce((sum, w) => sum + w, 0),
    {
      limits: budgetRange(constraints),
      unit: 1,
      name: "the budget",
      refer: (side) => ({ type: `budget-${side}` }),
    },
  );
  return {
    changes: changes.map(({ cost: _, ...change }) => change),
    total: changes.reduce((sum, { cost }) => sum + cost, 0),
    weights,
    constraints: {
      lower: Float64Array.from(boxes, ({ lower }) => lower),
      upper: Float64Array.from(boxes, ({ upper }) => upper),
      budget,
      rows,
    },
  };
}

interface NamedLimits {
  readonly limits: Limits;
  /** What a change of the limits is divided by. */
  readonly unit: number;
  readonly name: string;
  readonly refer: (side: "lower" | "upper") => ConstraintRef;
}

function boundsOf(
  { lower, upper }: WeightConstraints,
  asset: number,
  names: readonly string[],
): NamedLimits {
  return {
    limits: { lower: lower[asset], upper: upper[asset] },
    unit: 1,
    name: names[asset] ?? `asset ${asset}`,
    refer: (type) => ({ type, asset }),
  };
}

/** Says what to change, rounded so that it suffices. */
function changeInWords(side: "lower" | "upper", name: string, from: number, to: number): string {
  return side === "lower"
    ? `lower the minimum of ${name} from ${percent(from)} to ${percent(to, "down")}`
    : `raise the maximum of ${name} from ${percent(from)} to ${percent(to, "up")}`;
}
