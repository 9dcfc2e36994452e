import { ArgumentError } from "../errors.ts";
import {
  type ConstraintRef,
  checkConstraints,
  constraintSize,
  constraintSystem,
  FEASIBILITY_TOLERANCE,
  type WeightConstraints,
} from "./constraints.ts";
import { type BoundUse, irreducibleConflict } from "./irreducible-conflict.ts";

/** Constraints that no weights can satisfy together. */
export interface Conflict {
  readonly kind:
    | "asset-bounds"
    | "minimums-exceed-budget"
    | "maximums-below-budget"
    | "group-bounds"
    | "group-minimum"
    | "group-maximum"
    | "groups-conflict";
  readonly constraints: readonly ConstraintRef[];
  /** What the constraints require, as a sum of weights … */
  readonly total: number;
  /** … and the limit that it breaks. */
  readonly limit: number;
  /** The conflict in plain words. */
  readonly message: string;
}

/**
 * Names the constraints that contradict each other.
 *
 * Looks for plain causes first: crossed bounds, bounds that cannot sum to the budget, a group
 * that its members cannot fill or must overfill. Only when there is none it searches for a
 * combination of groups, and names one set of constraints of which each is needed for the
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
    ...crossedGroups(constraints, slack),
  ];
  if (crossed.length > 0) {
    return crossed;
  }
  const system = constraintSystem(constraints);
  const uses = irreducibleConflict(system);
  if (uses === undefined) {
    return [];
  }
  const plain = [...budgetConflicts(constraints, slack), ...groupConflicts(constraints, slack)];
  return plain.length > 0 ? plain : [combinedConflict(constraints, names, uses, system.rowGroup)];
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

function crossedGroups({ groups }: WeightConstraints, slack: number): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [group, { name, lower, upper }] of groups.entries()) {
    if (lower > upper + slack) {
      conflicts.push({
        kind: "group-bounds",
        constraints: [
          { type: "group-lower", group },
          { type: "group-upper", group },
        ],
        total: lower,
        limit: upper,
        message:
          `the minimum of group ${name} is ${percent(lower)}, ` +
          `more than its maximum of ${percent(upper)}`,
      });
    }
  }
  return conflicts;
}

function budgetConflicts({ lower, upper, budget }: WeightConstraints, slack: number): Conflict[] {
  const conflicts: Conflict[] = [];
  const least = sumOf(lower);
  if (least > budget + slack) {
    conflicts.push({
      kind: "minimums-exceed-budget",
      constraints: [...boundRefs("lower", lower), { type: "budget" }],
      total: least,
      limit: budget,
      message:
        `minimum weights sum to ${percent(least)}, ` + `more than the budget of ${percent(budget)}`,
    });
  }
  const most = sumOf(upper);
  if (most < budget - slack) {
    conflicts.push({
      kind: "maximums-below-budget",
      constraints: [...boundRefs("upper", upper), { type: "budget" }],
      total: most,
      limit: budget,
      message:
        `maximum weights sum to ${percent(most)}, ` + `less than the budget of ${percent(budget)}`,
    });
  }
  return conflicts;
}

function groupConflicts({ lower, upper, groups }: WeightConstraints, slack: number): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [group, { name, members, lower: minimum, upper: maximum }] of groups.entries()) {
    const most = sumOf(upper, members);
    if (most < minimum - slack) {
      conflicts.push({
        kind: "group-minimum",
        constraints: [...boundRefs("upper", upper, members), { type: "group-lower", group }],
        total: most,
        limit: minimum,
        message:
          `maximum weights in group ${name} sum to ${percent(most)}, ` +
          `less than the group's minimum of ${percent(minimum)}`,
      });
    }
    const least = sumOf(lower, members);
    if (least > maximum + slack) {
      conflicts.push({
        kind: "group-maximum",
        constraints: [...boundRefs("lower", lower, members), { type: "group-upper", group }],
        total: least,
        limit: maximum,
        message:
          `minimum weights in group ${name} sum to ${percent(least)}, ` +
          `more than the group's maximum of ${percent(maximum)}`,
      });
    }
  }
  return conflicts;
}

function sumOf(bounds: Float64Array, members: Iterable<number> = bounds.keys()): number {
  let sum = 0;
  for (const i of members) {
    sum += bounds[i];
  }
  return sum;
}

function boundRefs(
  type: "lower" | "upper",
  bounds: Float64Array,
  members: Iterable<number> = bounds.keys(),
): ConstraintRef[] {
  const refs: ConstraintRef[] = [];
  for (const asset of members) {
    if (type === "upper" || bounds[asset] !== 0) {
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
  rowGroup: Int32Array,
): Conflict {
  const listed = uses.map((use) => describeUse(use, constraints, names, rowGroup));
  const phrases = listed
    .filter(({ ref, bound }) => ref.type !== "lower" || bound !== 0)
    .map(({ phrase }) => phrase);
  const sumOfSide = (wanted: number) =>
    uses.reduce(
      (sum, { side, factor }, k) => sum + (side === wanted ? factor * listed[k].bound : 0),
      0,
    );
  const total = sumOfSide(-1);
  const limit = sumOfSide(1);
  return {
    kind: "groups-conflict",
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
  { lower, upper, budget, groups }: WeightConstraints,
  names: readonly string[],
  rowGroup: Int32Array,
): { readonly ref: ConstraintRef; readonly bound: number; readonly phrase: string } {
  const words = (bound: number) => `${side < 0 ? "at least" : "at most"} ${percent(bound)}`;
  if (variable < names.length) {
    const bound = side < 0 ? lower[variable] : upper[variable];
    const ref: ConstraintRef = { type: side < 0 ? "lower" : "upper", asset: variable };
    return { ref, bound, phrase: `${names[variable]} ${words(bound)}` };
  }
  const group = rowGroup[variable - names.length];
  if (group < 0) {
    return { ref: { type: "budget" }, bound: budget, phrase: `the budget of ${percent(budget)}` };
  }
  const bound = side < 0 ? groups[group].lower : groups[group].upper;
  const ref: ConstraintRef = { type: side < 0 ? "group-lower" : "group-upper", group };
  return { ref, bound, phrase: `group ${groups[group].name} ${words(bound)}` };
}

/** Writes a fraction as a percentage: with at most two decimals, or two digits if it is tiny. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  return `${Number(Math.abs(value) < 0.1 ? value.toPrecision(2) : value.toFixed(2))} %`;
}
