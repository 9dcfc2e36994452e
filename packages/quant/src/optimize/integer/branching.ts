import type { Activity, IntegerProgram } from "./integer-program.ts";
import { ABOVE, ACTIVE, BELOW, INACTIVE, type SearchNode, UNDECIDED } from "./search-node.ts";

/** A choice to be made: on an asset's activity, on its side, or on its lots. */
export type Branching =
  | { readonly type: "activity"; readonly activity: number; readonly asset: number }
  | { readonly type: "side"; readonly activity: number; readonly asset: number }
  | {
      readonly type: "lot";
      readonly asset: number;
      readonly below: number;
      readonly above: number;
    };

// A distance or a fraction of a lot that counts as 0, relative to the size of the values.
const ROUNDING = 1e-9;

/**
 * Finds a choice that a point violates, the weightiest of its kind: counts and least distances,
 * then sides, then lots. Nothing when the point is a solution.
 */
export function violatedChoice(
  program: IntegerProgram,
  choices: readonly Int8Array[],
  x: Float64Array,
): Branching | undefined {
  for (const [a] of program.activities.entries()) {
    const asset = violatedActivity(program, a, choices[a], x);
    if (asset >= 0) {
      return { type: choices[a][asset] === UNDECIDED ? "activity" : "side", activity: a, asset };
    }
  }
  return violatedLot(program, x);
}

function violatedActivity(
  program: IntegerProgram,
  a: number,
  choices: Int8Array,
  x: Float64Array,
): number {
  const activity = program.activities[a];
  const tolerance = ROUNDING * sizeOf(x);
  const isMiscounted = miscounted(activity, choices, x, tolerance);
  let pick = -1;
  let heaviest = -1;
  for (let i = 0; i < x.length; i++) {
    const isUndecided = choices[i] === UNDECIDED;
    const isOpen =
      (isUndecided && (isMiscounted[i] === 1 || breaksRow(program, activity, i, x, tolerance))) ||
      ((isUndecided || choices[i] === ACTIVE) &&
        isTooClose(activity, i, x[i], tolerance, !isUndecided));
    const weight =
      Math.abs(x[i] - activity.center[i]) * Math.sqrt(program.matrix.values[i * (x.length + 1)]);
    if (isOpen && weight > heaviest) {
      heaviest = weight;
      pick = i;
    }
  }
  return pick;
}

/** Whether a value is off its center, but the row that this calls for is negative. */
function breaksRow(
  { system }: IntegerProgram,
  { center, rowsWhenActive }: Activity,
  i: number,
  x: Float64Array,
  tolerance: number,
): boolean {
  const row = rowsWhenActive?.[i] ?? -1;
  if (row < 0 || x[i] - center[i] <= tolerance) {
    return false;
  }
  let value = 0;
  for (let j = 0; j < x.length; j++) {
    value += system.rows.values[row * x.length + j] * x[j];
  }
  return value < -tolerance;
}

/** Whether a value lies between the center and a least distance; at the center if `isActive`. */
function isTooClose(
  { center, leastAbove, leastBelow }: Activity,
  i: number,
  value: number,
  tolerance: number,
  isActive: boolean,
): boolean {
  const distance = value - center[i];
  const isBetween = distance < leastAbove[i] - tolerance && distance > tolerance - leastBelow[i];
  return isBetween && (isActive || Math.abs(distance) > tolerance);
}

/** Marks the members of counts that a point does not keep to. */
function miscounted(
  { center, counts }: Activity,
  choices: Int8Array,
  x: Float64Array,
  tolerance: number,
): Uint8Array {
  const marks = new Uint8Array(x.length);
  const isActive = (i: number) => choices[i] >= ACTIVE || Math.abs(x[i] - center[i]) > tolerance;
  for (const { members, least, most } of counts) {
    const active = members.filter(isActive).length;
    if (active > most || active < least) {
      for (const i of members) {
        marks[i] = 1;
      }
    }
  }
  return marks;
}

function violatedLot({ lots }: IntegerProgram, x: Float64Array): Branching | undefined {
  let pick: Branching | undefined;
  let furthest = 0;
  for (let i = 0; i < x.length && lots !== undefined; i++) {
    if (lots[i] > 0) {
      const count = x[i] / lots[i];
      const off = Math.abs(count - Math.round(count));
      const tolerance = ROUNDING * Math.max(1, Math.abs(count));
      if (off > tolerance && off * lots[i] > furthest) {
        furthest = off * lots[i];
        const below = Math.floor(count);
        // Products, so that bounds from both sides are the same number.
        const above = (below + 1) * lots[i];
        pick = { type: "lot", asset: i, below: below * lots[i], above };
      }
    }
  }
  return pick;
}

function sizeOf(x: Float64Array): number {
  let size = 0;
  for (let i = 0; i < x.length; i++) {
    size = Math.max(size, Math.abs(x[i]));
  }
  return size || 1;
}

/** Splits a node in two by a choice. What it takes from the relaxation is its bound and start. */
export function childrenOf(
  node: SearchNode,
  branching: Branching,
  from: Pick<SearchNode, "bound" | "prices" | "start">,
): readonly [SearchNode, SearchNode] {
  const base = { ...node, ...from, depth: node.depth + 1 };
  if (branching.type === "lot") {
    const { asset, below, above } = branching;
    return [
      { ...base, choices: copyChoices(node), upper: node.upper.with(asset, below) },
      { ...base, choices: copyChoices(node), lower: node.lower.with(asset, above) },
    ];
  }
  const { activity, asset, type } = branching;
  const [first, second] = type === "side" ? [ABOVE, BELOW] : [ACTIVE, INACTIVE];
  return [
    { ...base, choices: decide(node, activity, asset, first) },
    { ...base, choices: decide(node, activity, asset, second) },
  ];
}

function copyChoices(node: SearchNode): readonly Int8Array[] {
  return node.choices.map((choices) => choices.slice());
}

function decide(node: SearchNode, activity: number, asset: number, choice: number) {
  return node.choices.map((choices, a) =>
    a === activity ? choices.with(asset, choice) : choices.slice(),
  );
}
