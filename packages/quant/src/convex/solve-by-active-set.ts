import { ArgumentError } from "../errors.ts";
import { dot, multiplyVector } from "../linalg/matrix.ts";
import type { KinkedTerm, SeparableProgram } from "../optimize/active-set/separable-program.ts";
import {
  type SeparableProgramResult,
  solveSeparableProgram,
} from "../optimize/active-set/solve-separable-program.ts";
import { systemViolation } from "./certify.ts";
import { largest } from "./newton-system.ts";
import type { ConvexMultipliers, ConvexPoint, ConvexProgram, WeightedTerm } from "./program.ts";
import { evaluateProgram, limitViolation } from "./program-values.ts";
import { flattened } from "./simplex/hinge-terms.ts";
import type { AbsoluteTerm } from "./terms/absolute.ts";
import type { AffineTerm } from "./terms/affine.ts";
import { mapVariables } from "./variable-map.ts";

// A worse answer is left to other methods.
const TOLERANCE = 1e-10;
// Far more have not been tried.
const VARIABLES_MAX = 1000;

/**
 * Solves a program whose objective is quadratic, with absolute terms in it and in its limits, by the
 * active-set method: variance with turnover, leverage and linear costs.
 *
 * @returns Nothing where the program is another one, or there is no answer proven within 1e-10.
 */
export function solveByActiveSet(program: ConvexProgram): ConvexPoint | undefined {
  const { lower, upper } = program.system;
  const { unit } = mapVariables(program.system, false);
  const units = unitsOf(program, unit);
  const separable = separableOf(program);
  const result = separable && solveWithinRange(inUnits(separable, units));
  if (result?.status !== "optimal") {
    return undefined;
  }
  const x = result.x.map((value, i) => Math.min(upper[i], Math.max(lower[i], value * units.x)));
  const perUnit = units.objective / units.x;
  const multipliers = {
    // As of every other method, those of variables held by equal bounds are 0.
    bounds: result.multipliers.bounds.map((price, i) =>
      lower[i] === upper[i] ? 0 : price * perUnit,
    ),
    rows: result.multipliers.rows.map((price) => price * perUnit),
    limits: result.limitPrices.map((price) => Math.max(-price * perUnit, 0)),
  };
  const { size, ...values } = evaluateProgram(program, x);
  const slack = slackness(program, { x, multipliers, limitValues: values.limitValues });
  const certificate = {
    ...result.certificate,
    primalResidual: Math.max(
      systemViolation(program.system, x, unit),
      limitViolation(program, values.limitValues),
    ),
    gap: slack / Math.max(size, units.objective),
  };
  const { primalResidual, dualResidual, gap } = certificate;
  const isProven = Math.max(primalResidual, dualResidual, gap) <= TOLERANCE;
  return isProven ? { ...values, multipliers, certificate } : undefined;
}

/** Units, powers of 2 so that no digit is lost, in which x and the objective are about 1. */
interface Units {
  readonly x: number;
  readonly objective: number;
}

function unitsOf({ quadratic, linear }: ConvexProgram, unit: number): Units {
  const x = powerOfTwo(unit);
  const curved = quadratic === undefined ? 0 : largest(quadratic.values) * x * x;
  const objective = Math.max(curved, linear === undefined ? 0 : largest(linear) * x);
  return { x, objective: powerOfTwo(objective) };
}

function powerOfTwo(size: number): number {
  return size > 0 && Number.isFinite(size) ? 2 ** Math.round(Math.log2(size)) : 1;
}

function inUnits(
  { quadratic, linear, system, costs, limits }: SeparableProgram,
  { x, objective }: Units,
): SeparableProgram {
  const { matrix } = quadratic;
  const inverse = (values: Float64Array) => values.map((value) => value / x);
  const priced = (values: Float64Array) => values.map((value) => (value / objective) * x);
  return {
    quadratic: {
      matrix: { ...matrix, values: matrix.values.map((value) => (value / objective) * x * x) },
    },
    linear: priced(linear),
    system: {
      lower: inverse(system.lower),
      upper: inverse(system.upper),
      rows: system.rows,
      rowLower: inverse(system.rowLower),
      rowUpper: inverse(system.rowUpper),
    },
    costs: costs.map(({ center, up, down }) => ({
      center: inverse(center),
      up: priced(up),
      down: priced(down),
    })),
    limits: limits.map((term) => ({
      ...term,
      center: inverse(term.center),
      limit: term.limit / x,
    })),
  };
}

/** Leaves programs whose numbers the method is not made for to the others. */
function solveWithinRange(program: SeparableProgram): SeparableProgramResult | undefined {
  try {
    return solveSeparableProgram(program);
  } catch (error) {
    if (error instanceof ArgumentError) {
      return undefined;
    }
    throw error;
  }
}

/** Writes a program as a separable one; gives nothing where it is none. */
function separableOf({
  system,
  quadratic,
  linear,
  terms = [],
  limits = [],
}: ConvexProgram): SeparableProgram | undefined {
  const n = system.lower.length;
  if (quadratic === undefined || n > VARIABLES_MAX) {
    return undefined;
  }
  const costs = flattened(terms).map((part) => joined([part], n));
  const limited = limits.map(({ term, limit }) => {
    const kinked = joined(flattened([{ weight: 1, term }]), n);
    return kinked && { ...kinked, limit: limit - kinked.constant };
  });
  return costs.every(isPresent) && limited.every(isPresent)
    ? {
        quadratic: { matrix: quadratic },
        linear: linear ?? new Float64Array(n),
        system,
        costs,
        limits: limited,
      }
    : undefined;
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** A term with one slope above its kink and one below, or without a kink. */
interface SidedTerm extends WeightedTerm {
  readonly term: AbsoluteTerm | AffineTerm;
}

function isSided(part: WeightedTerm): part is SidedTerm {
  return part.term.kind === "absolute" || part.term.kind === "affine";
}

/** Adds terms up to one and a constant; gives nothing where there are others, or two kinks of an asset. */
function joined(
  terms: readonly WeightedTerm[],
  n: number,
): (KinkedTerm & { readonly constant: number }) | undefined {
  if (!terms.every(isSided)) {
    return undefined;
  }
  const center = new Float64Array(n);
  const up = new Float64Array(n);
  const down = new Float64Array(n);
  let constant = terms.reduce(
    (sum, { weight, term }) => sum + (term.kind === "affine" ? weight * term.offset : 0),
    0,
  );
  for (let i = 0; i < n; i++) {
    const kink = kinkOf(terms, i);
    if (kink === undefined) {
      return undefined;
    }
    center[i] = kink;
    for (const { weight, term } of terms) {
      const { above, below, at } = sidesOf(term, i);
      up[i] += weight * above;
      down[i] += weight * below;
      // What has no kink is the same line from any center.
      constant += at === kink ? 0 : weight * above * (kink - at);
    }
  }
  return { center, up, down, constant };
}

/** Finds where an asset has its kink, 0 if nowhere; nothing where it has two. */
function kinkOf(terms: readonly SidedTerm[], asset: number): number | undefined {
  const kinks = terms
    .map(({ term }) => sidesOf(term, asset))
    .filter(({ above, below }) => above + below !== 0);
  const at = kinks[0]?.at ?? 0;
  return kinks.every((kink) => kink.at === at) ? at : undefined;
}

/** Gives the slopes above and below the kink of one asset, and where it is. */
function sidesOf(term: SidedTerm["term"], asset: number) {
  if (term.kind === "affine") {
    return { above: term.slope[asset], below: -term.slope[asset], at: 0 };
  }
  return { above: term.above[asset], below: term.below[asset], at: term.center?.[asset] ?? 0 };
}

/** Adds up what limits with a price are missed by, times the price: the gap to the proven bound. */
function slackness(
  { system, limits = [] }: ConvexProgram,
  {
    x,
    multipliers,
    limitValues,
  }: {
    readonly x: Float64Array;
    readonly multipliers: ConvexMultipliers;
    readonly limitValues: Float64Array;
  },
): number {
  const sums = multiplyVector(system.rows, x);
  const sided = (value: number, price: number, lower: number, upper: number) =>
    price === 0 ? 0 : Math.abs(price * (value - (price > 0 ? lower : upper)));
  const ofBounds = x.map((value, i) =>
    sided(value, multipliers.bounds[i], system.lower[i], system.upper[i]),
  );
  const ofRows = sums.map((value, r) =>
    sided(value, multipliers.rows[r], system.rowLower[r], system.rowUpper[r]),
  );
  const ofLimits = limitValues.map((value, j) => Math.abs(limits[j].limit - value));
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  return total(ofBounds) + total(ofRows) + dot(multipliers.limits, ofLimits);
}
