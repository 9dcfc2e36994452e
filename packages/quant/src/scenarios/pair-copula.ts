import { studentQuantileTable } from "../distributions/student-quantile-table.ts";
import { kendallTau } from "../statistics/kendall-tau.ts";
import {
  CLAYTON,
  FRANK,
  GAUSSIAN,
  GUMBEL,
  type PairFamily,
  STUDENT_T,
  studentPairLogLikelihood,
} from "./pair-families.ts";

export type PairFamilyName =
  | "independence"
  | "gaussian"
  | "studentT"
  | "clayton"
  | "gumbel"
  | "frank";

/** The dependence of two uniform variables u and v. */
export interface PairCopula {
  readonly family: PairFamilyName;
  readonly theta: number;
  /** Degrees of freedom of Student's; 0 for the others. */
  readonly degrees: number;
  /** Whether 1 − u, or 1 − v, takes the place of u, or v. */
  readonly flipsU: boolean;
  readonly flipsV: boolean;
}

const FAMILIES: Readonly<Record<Exclude<PairFamilyName, "independence">, PairFamily>> = {
  gaussian: GAUSSIAN,
  studentT: STUDENT_T,
  clayton: CLAYTON,
  gumbel: GUMBEL,
  frank: FRANK,
};

// Uniform numbers closer to an end count as this far from it: quantiles stay finite.
const END = 1e-12;

function inside(u: number): number {
  return Math.min(1 - END, Math.max(END, u));
}

/** Computes P(U ≤ u | V = v), within 1e-12 … 1 − 1e-12. */
export function conditionalProbability(copula: PairCopula, u: number, v: number): number {
  if (copula.family === "independence") {
    return inside(u);
  }
  const { theta, degrees, flipsU, flipsV } = copula;
  const given = inside(flipsV ? 1 - v : v);
  const { conditional } = FAMILIES[copula.family];
  const probability = conditional(inside(flipsU ? 1 - u : u), given, theta, degrees);
  return inside(flipsU ? 1 - probability : probability);
}

/** Finds the u with P(U ≤ u | V = v) = w, within 1e-12 … 1 − 1e-12. */
export function conditionalQuantile(copula: PairCopula, w: number, v: number): number {
  if (copula.family === "independence") {
    return inside(w);
  }
  const { theta, degrees, flipsU, flipsV } = copula;
  const given = inside(flipsV ? 1 - v : v);
  const { inverse } = FAMILIES[copula.family];
  const u = inverse(inside(flipsU ? 1 - w : w), given, theta, degrees);
  return inside(flipsU ? 1 - u : u);
}

/** The same dependence with u and v in each other's place. */
export function transposed(copula: PairCopula): PairCopula {
  // Every family is symmetric but for the flips.
  return { ...copula, flipsU: copula.flipsV, flipsV: copula.flipsU };
}

/** Computes the logarithm of the density at (u, v). */
export function pairLogDensity(copula: PairCopula, u: number, v: number): number {
  if (copula.family === "independence") {
    return 0;
  }
  const { theta, degrees, flipsU, flipsV } = copula;
  const { logDensity } = FAMILIES[copula.family];
  return logDensity(inside(flipsU ? 1 - u : u), inside(flipsV ? 1 - v : v), theta, degrees);
}

// Beyond, densities have no digits left.
const TAU_MAX = 0.95;
const DEGREES = [2.5, 4, 7, 12, 25] as const;
const NORMAL_AT_95 = 1.959963984540054;

export const INDEPENDENCE: PairCopula = {
  family: "independence",
  theta: 0,
  degrees: 0,
  flipsU: false,
  flipsV: false,
};

/**
 * Chooses the copula of two series of uniform numbers.
 *
 * Independence, where Kendall's τ is not different from 0 at 95 %. Else parameters follow from τ, and
 * Akaike's criterion chooses among Gaussian, Student's t with 2.5, 4, 7, 12 or 25 degrees of freedom,
 * Frank's, and Clayton's and Gumbel's turned to either tail.
 *
 * @see Genest & Favre (2007), "Everything you always wanted to know about copula modeling but were
 *   afraid to ask", doi:10.1061/(ASCE)1084-0699(2007)12:4(347)
 */
export function fitPairCopula(u: Float64Array, v: Float64Array): PairCopula {
  const count = u.length;
  const tau = Math.max(-TAU_MAX, Math.min(TAU_MAX, kendallTau(u, v)));
  const deviation = Math.sqrt((2 * (2 * count + 5)) / (9 * count * (count - 1)));
  if (Math.abs(tau) <= NORMAL_AT_95 * deviation) {
    return INDEPENDENCE;
  }
  let best = INDEPENDENCE;
  let bestCriterion = 0;
  for (const candidate of candidates(tau)) {
    const parameters = candidate.family === "studentT" ? 2 : 1;
    const criterion = 2 * parameters - 2 * logLikelihood(candidate, u, v);
    if (criterion < bestCriterion) {
      best = candidate;
      bestCriterion = criterion;
    }
  }
  return best;
}

function candidates(tau: number): readonly PairCopula[] {
  const plain = { degrees: 0, flipsU: false, flipsV: false };
  const rho = GAUSSIAN.parameterOf(tau);
  const elliptical: PairCopula[] = [
    { ...plain, family: "gaussian", theta: rho },
    { ...plain, family: "frank", theta: FRANK.parameterOf(tau) },
    ...DEGREES.map(
      (degrees): PairCopula => ({ ...plain, family: "studentT", theta: rho, degrees }),
    ),
  ];
  // One of the two tails, with u turned where dependence is negative.
  const turns = [false, true].map((flipsV) => ({ flipsV, flipsU: tau < 0 ? !flipsV : flipsV }));
  const size = Math.abs(tau);
  return [
    ...elliptical,
    ...turns.flatMap((turn): PairCopula[] => [
      { degrees: 0, ...turn, family: "clayton", theta: CLAYTON.parameterOf(size) },
      { degrees: 0, ...turn, family: "gumbel", theta: GUMBEL.parameterOf(size) },
    ]),
  ];
}

const tables = new Map<number, (probability: number) => number>();

function quantileTable(degrees: number): (probability: number) => number {
  const table = tables.get(degrees) ?? studentQuantileTable(degrees);
  tables.set(degrees, table);
  return table;
}

function logLikelihood(copula: PairCopula, u: Float64Array, v: Float64Array): number {
  if (copula.family === "studentT") {
    const { theta, degrees } = copula;
    const quantile = quantileTable(degrees);
    return studentPairLogLikelihood(u.map(quantile), v.map(quantile), theta, degrees);
  }
  let sum = 0;
  for (let t = 0; t < u.length; t++) {
    sum += pairLogDensity(copula, u[t], v[t]);
  }
  return sum;
}
