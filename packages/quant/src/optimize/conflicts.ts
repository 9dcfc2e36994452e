import { ArgumentError } from "../errors.ts";
import {
  budgetRange,
  type ConstraintRef,
  type ConstraintSystem,
  checkConstraints,
  constraintSize,
  constraintSystem,
  FEASIBILITY_TOLERANCE,
  type WeightConstraints,
} from "./constraints.ts";
import { type BoundUse, irreducibleConflict } from "./irreducible-conflict.ts";
import { attainableRange, type Limits, type LinearRow, rowSize } from "./linear-row.ts";
import { percent } from "./percent.ts";

/** Constraints that no weights can satisfy together. */
export interface Conflict {
  readonly kind:
    | "asset-bounds"
    | "minimums-exceed-budget"
    | "maximums-below-budget"
    | "row-bounds"
    | "row-minimum"
    | "row-maximum"
    | "combination";
  readonly constraints: readonly ConstraintRef[];
  /** What the constraints require, as a weighted sum of weights … */
  readonly total: number;
  /** … and the limit that it breaks. */
  readonly limit: number;
  /** The conflict in plain words. */
  readonly message: string;
}

/**
 * Names the constraints that contradict each other.
 *
 * Looks for plain causes first: crossed bounds, bounds that cannot sum to the budget, a row that
 * the bounds of its assets keep below its minimum or above its maximum. Only when there is none it
 * searches for a combination of rows, and names one set of constraints of which each is needed for the
 * conflict. Lower bounds of 0 are not mentioned in words, and are listed only in such a
 * combination. Limits that miss each other by 1e-10 of the largest bound or less are no
 * conflict; `traceFrontier` judges by the same rule.
 *
 * @param constraints - Limits on weights as fractions.
 * @param names - Name of each asset, for the messages.
 * @returns The conflicts; empty when some weights satisfy everything.
 * @throws {ArgumentError} A constraint makes no sense by itself, or names do not match assets.
 */
export function findConflicts(
  constraints: WeightConstraints,
  names: readonly string[],
): readonly Conflict[] {
  checkConstraints(constraints);
  if (names.length !== constraints.lower.length) {
    throw new ArgumentError(`${names.length} names for ${constraints.lower.length} assets`);
  }
  const slack = FEASIBILITY_TOLERANCE * constraintSize(constraints);
  const crossed = [
    ...crossedAssets(constraints, names, slack),
    ...crossedBudget(constraints, slack),
    ...crossedRows(constraints, slack),
  ];
  if (crossed.length > 0) {
    return crossed;
  }
  const system = constraintSystem(constraints);
  const uses = irreducibleConflict(system);
  if (uses === undefined) {
    return [];
  }
  const plain = [...budgetConflicts(constraints, slack), ...rowConflicts(constraints, slack)];
  return plain.length > 0 ? plain : [combinedConflict(constraints, names, uses, system)];
}

function crossedAssets(
  { lower, upper }: WeightConstraints,
  names: readonly string[],
  slack: number,
): Conflict[] {
  const conflicts: Conflict[] = [];
  for (let asset = 0; asset < lower.length; asset++) {
    if (lower[asset] > upper[asset] + slack) {
      conflicts.push({
        kind: "asset-bounds",
        constraints: [
          { type: "lower", asset },
          { type: "upper", asset },
        ],
        total: lower[asset],
        limit: upper[asset],
        message:
          `the minimum weight of ${names[asset]} is ${percent(lower[asset])}, ` +
          `more than its maximum of ${percent(upper[asset])}`,
      });
    }
  }
  return conflicts;
}

function crossedBudget(constraints: WeightConstraints, slack: number): Conflict[] {
  const { lower, upper } = budgetRange(constraints);
  return lower <= upper + slack
    ? []
    : [
        {
          kind: "row-bounds",
          constraints: [{ type: "budget-lower" }, { type: "budget-upper" }],
          total: lower,
          limit: upper,
          message:
            `the minimum of the budget is ${percent(lower)}, ` +
            `more than its maximum of ${percent(upper)}`,
        },
      ];
}

function crossedRows({ rows }: WeightConstraints, slack: number): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [row, one] of rows.entries()) {
    const { name, lower, upper } = one;
    if (lower > upper + slack * rowSize(one)) {
      conflicts.push({
        kind: "row-bounds",
        constraints: [
          { type: "row-lower", row },
          { type: "row-upper", row },
        ],
        total: lower,
        limit: upper,
        message:
          `the minimum of ${name} is ${percent(lower)}, ` +
          `more than its maximum of ${percent(upper)}`,
      });
    }
  }
  return conflicts;
}

function budgetConflicts(constraints: WeightConstraints, slack: number): Conflict[] {
  const { lower, upper } = constraints;
  const budget = budgetRange(constraints);
  const conflicts: Conflict[] = [];
  const least = sumOf(lower);
  if (least > budget.upper + slack) {
    conflicts.push({
      kind: "minimums-exceed-budget",
      constraints: [...boundRefs("lower", lower), { type: "budget-upper" }],
      total: least,
      limit: budget.upper,
      message:
        `minimum weights sum to ${percent(least)}, ` +
        `more than the budget of ${percent(budget.upper)}`,
    });
  }
  const most = sumOf(upper);
  if (most < budget.lower - slack) {
    conflicts.push({
      kind: "maximums-below-budget",
      constraints: [...boundRefs("upper", upper), { type: "budget-lower" }],
      total: most,
      limit: budget.lower,
      message:
        `maximum weights sum to ${percent(most)}, ` +
        `less than the budget of ${percent(budget.lower)}`,
    });
  }
  return conflicts;
}

function rowConflicts({ lower, upper, rows }: WeightConstraints, slack: number): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [row, one] of rows.entries()) {
    const { name, lower: minimum, upper: maximum } = one;
    const { lower: least, upper: most } = attainableRange(one, lower, upper);
    const rowSlack = slack * rowSize(one);
    if (most < minimum - rowSlack) {
      conflicts.push({
        kind: "row-minimum",
        constraints: [...extremeRefs(one, 1, lower), { type: "row-lower", row }],
        total: most,
        limit: minimum,
        message:
          `bounds of single weights let ${name} reach ${percent(most)} at most, ` +
          `less than its minimum of ${percent(minimum)}`,
      });
    }
    if (least > maximum + rowSlack) {
      conflicts.push({
        kind: "row-maximum",
        constraints: [...extremeRefs(one, -1, lower), { type: "row-upper", row }],
        total: least,
        limit: maximum,
        message:
          `bounds of single weights hold ${name} at ${percent(least)} at least, ` +
          `more than its maximum of ${percent(maximum)}`,
      });
    }
  }
  return conflicts;
}

function sumOf(bounds: Float64Array): number {
  return bounds.reduce((sum, bound) => sum + bound, 0);
}

function boundRefs(type: "lower" | "upper", bounds: Float64Array): ConstraintRef[] {
  const refs: ConstraintRef[] = [];
  for (let asset = 0; asset < bounds.length; asset++) {
    if (type === "upper" || bounds[asset] !== 0) {
      refs.push({ type, asset });
    }
  }
  return refs;
}

/** Lists the bounds that decide how large (side 1) or small (side -1) a row can get. */
function extremeRefs(
  { assets, coefficients }: LinearRow,
  side: number,
  lower: Float64Array,
): ConstraintRef[] {
  const refs: ConstraintRef[] = [];
  for (const [k, asset] of assets.entries()) {
    const type = side * coefficients[k] > 0 ? "upper" : "lower";
    if (coefficients[k] !== 0 && (type === "upper" || lower[asset] !== 0)) {
      refs.push({ type, asset });
    }
  }
  return refs;
}

/** Describes a conflict of several rows: what they require exceeds what they allow. */
function combinedConflict(
  constraints: WeightConstraints,
  names: readonly string[],
  uses: readonly BoundUse[],
  system: ConstraintSystem,
): Conflict {
  const listed = uses.map((use) => describeUse(use, constraints, names, system));
  const phrases = listed
    .filter(({ ref, bound }) => ref.type !== "lower" || bound !== 0)
    .map(({ phrase }) => phrase);
  const sumOfSide = (wanted: number) =>
    uses.reduce(
      (sum, { side, factor }, k) =>
        sum + (side === wanted ? (factor * listed[k].bound) / listed[k].scale : 0),
      0,
    );
  const total = sumOfSide(-1);
  const limit = sumOfSide(1);
  return {
    kind: "combination",
    constraints: listed.map(({ ref }) => ref),
    total,
    limit,
    message:
      `these cannot hold together: ${phrases.join(", ")}; ` +
      `they require ${percent(total)} where ${percent(limit)} is allowed`,
  };
}

function describeUse(
  { variable, side }: BoundUse,
  constraints: WeightConstraints,
  names: readonly string[],
  { rowSource, rowScale }: ConstraintSystem,
) {
  const words = (bound: number) => `${side < 0 ? "at least" : "at most"} ${percent(bound)}`;
  const pick = ({ lower, upper }: Limits) => (side < 0 ? lower : upper);
  if (variable < names.length) {
    const bound = (side < 0 ? constraints.lower : constraints.upper)[variable];
    const ref: ConstraintRef = { type: side < 0 ? "lower" : "upper", asset: variable };
    return { ref, bound, scale: 1, phrase: `${names[variable]} ${words(bound)}` };
  }
  const row = rowSource[variable - names.length];
  if (row < 0) {
    const budget = budgetRange(constraints);
    const bound = pick(budget);
    const ref: ConstraintRef = { type: side < 0 ? "budget-lower" : "budget-upper" };
    const isFixed = budget.lower === budget.upper;
    const phrase = isFixed ? `the budget of ${percent(bound)}` : `the budget ${words(bound)}`;
    return { ref, bound, scale: 1, phrase };
  }
  const bound = pick(constraints.rows[row]);
  const ref: ConstraintRef = { type: side < 0 ? "row-lower" : "row-upper", row };
  const scale = rowScale[variable - names.length];
  return { ref, bound, scale, phrase: `${constraints.rows[row].name} ${words(bound)}` };
}
