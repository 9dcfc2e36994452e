import type { ConvexMultipliers } from "../convex/program.ts";
import { budgetRange, type ConstraintRef } from "../optimize/constraints.ts";
import type { GoalProgram } from "./goal-program.ts";
import type { LimitRef, PortfolioModel } from "./portfolio-model.ts";
import { growthDegree } from "./portfolio-risk.ts";

/** A limit that weights meet exactly. */
export interface BindingLimit {
  readonly ref: LimitRef;
  readonly limit: number;
  /** How fast the objective improves as the limit is loosened, at least 0. */
  readonly shadowPrice: number;
}

// Beside the largest multiplier, those below this are what an interior point leaves of 0.
const NEGLIGIBLE = 1e-7;

/**
 * Reads the limits that bind from the multipliers of a program.
 *
 * @param scale - Rate of the objective in its own unit over that of the program.
 * @returns The dearest limit first.
 */
export function bindingLimits(
  model: PortfolioModel,
  { refs, program }: GoalProgram,
  multipliers: ConvexMultipliers,
  scale: number,
): BindingLimit[] {
  const all = [
    ...linearLimits(model, multipliers),
    ...refs.map((ref, j) => ({
      ref,
      ...ownUnit(ref, program.limits?.[j]?.limit ?? 0, multipliers.limits[j], model),
    })),
  ];
  return dearestFirst(all, scale);
}

/**
 * Keeps the limits that have a price, sorts them, the dearest first, and prices them in the unit of
 * the objective.
 *
 * @param scale - Rate of the objective in its own unit over that of the prices.
 */
export function dearestFirst(limits: readonly BindingLimit[], scale: number): BindingLimit[] {
  const largest = limits.reduce((most, { shadowPrice }) => Math.max(most, shadowPrice), 0);
  return limits
    .filter(({ shadowPrice }) => shadowPrice > NEGLIGIBLE * largest)
    .map((each) => ({ ...each, shadowPrice: each.shadowPrice * scale }))
    .toSorted((a, b) => b.shadowPrice - a.shadowPrice);
}

/** Reads the linear limits that bind: a positive multiplier is one of the lower side. */
export function linearLimits(
  { constraints }: Pick<PortfolioModel, "constraints">,
  { bounds, rows }: Pick<ConvexMultipliers, "bounds" | "rows">,
): BindingLimit[] {
  const { lower, upper } = constraints;
  const ofBounds = Array.from(bounds, (price, asset) =>
    sided(price, { lower: lower[asset], upper: upper[asset] }, (side) => ({ type: side, asset })),
  );
  const budget = sided(rows[0], budgetRange(constraints), (side) => ({ type: `budget-${side}` }));
  const ofRows = constraints.rows.map((row, index) =>
    sided(rows[index + 1], row, (side) => ({ type: `row-${side}`, row: index })),
  );
  return [...ofBounds, budget, ...ofRows];
}

function sided(
  price: number,
  { lower, upper }: { readonly lower: number; readonly upper: number },
  refer: (side: "lower" | "upper") => ConstraintRef,
): BindingLimit {
  return {
    ref: refer(price > 0 ? "lower" : "upper"),
    limit: price > 0 ? lower : upper,
    shadowPrice: Math.abs(price),
  };
}

/** Takes a limit on the root of a measure back to the measure. */
function ownUnit(
  ref: LimitRef,
  limit: number,
  price: number,
  { riskLimits = [] }: PortfolioModel,
): { readonly limit: number; readonly shadowPrice: number } {
  const measure = ref.type === "risk" ? riskLimits[ref.index]?.measure : undefined;
  const isRooted = measure !== undefined && growthDegree(measure) === 2 && limit > 0;
  return isRooted
    ? { limit: limit * limit, shadowPrice: price / (2 * limit) }
    : { limit: ref.type === "target" ? Math.abs(limit) : limit, shadowPrice: price };
}
