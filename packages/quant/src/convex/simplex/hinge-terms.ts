import type { Matrix } from "../../linalg/matrix.ts";
import type { WeightedTerm } from "../program.ts";
import type { AbsoluteTerm } from "../terms/absolute.ts";
import { deviationsOf, type MomentTerm } from "../terms/moment.ts";
import { probabilitiesOf } from "../terms/scenarios.ts";
import type { ConvexTerm } from "../terms/term-forms.ts";

/** Σ φₜ(sign·(Rx)ₜ − offset − τ) + border·τ, minimized over τ, where φₜ has two slopes. */
export interface HingeTerm {
  /** R, shape (T, n). */
  readonly matrix: Matrix;
  readonly sign: 1 | -1;
  readonly offset: number;
  /** Weight of τ; absent means that there is no τ. */
  readonly border: number | undefined;
  /** Slopes below and above 0, length T; an infinite one makes a limit. */
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** A term as hinges, or as a linear function of x. */
export interface PiecewiseParts {
  readonly hinges: readonly HingeTerm[];
  /** Length n. */
  readonly linear: Float64Array;
  readonly constant: number;
}

/** Writes weighted terms as hinges and linear functions; nothing where one is neither. */
export function piecewiseParts(
  terms: readonly WeightedTerm[],
  assets: number,
): PiecewiseParts | undefined {
  const hinges: HingeTerm[] = [];
  const linear = new Float64Array(assets);
  let constant = 0;
  for (const { weight, term } of flattened(terms)) {
    if (term.kind === "absolute") {
      if (!isLinear(term)) {
        return undefined;
      }
      constant += weight * addLinear(term, weight, linear);
      continue;
    }
    const hinge = hingeOf(term, weight);
    if (hinge === undefined) {
      return undefined;
    }
    hinges.push(hinge);
  }
  return { hinges, linear, constant };
}

/** Takes sums apart, and leaves terms of weight 0 out. */
export function flattened(terms: readonly WeightedTerm[]): WeightedTerm[] {
  return terms.flatMap(({ weight, term }) => {
    if (weight === 0) {
      return [];
    }
    return term.kind === "sum"
      ? flattened(term.parts.map((part) => ({ ...part, weight: weight * part.weight })))
      : [{ weight, term }];
  });
}

/** Whether a term is hinges, and no sum. */
export function isHinge(term: ConvexTerm): boolean {
  switch (term.kind) {
    case "conditional-value-at-risk":
      return true;
    case "tail-loss":
      return term.measure.kind === "cvar" || term.measure.kind === "worst-realization";
    case "moment":
      return term.power === 1;
    default:
      return false;
  }
}

function isLinear({ above, below }: AbsoluteTerm): boolean {
  return above.every((cost, i) => cost === -below[i]);
}

/** Adds above·(x − center), and gives its constant. */
function addLinear({ above, center }: AbsoluteTerm, weight: number, linear: Float64Array): number {
  let constant = 0;
  for (let i = 0; i < linear.length; i++) {
    linear[i] += weight * above[i];
    constant -= above[i] * (center?.[i] ?? 0);
  }
  return constant;
}

function hingeOf(term: ConvexTerm, weight: number): HingeTerm | undefined {
  switch (term.kind) {
    case "conditional-value-at-risk":
      return tailHinge(
        term.returns,
        -1,
        weighted(probabilitiesOf(term), weight / (1 - term.confidence)),
        weight,
      );
    case "tail-loss": {
      const sign = term.isGain ? 1 : -1;
      const { measure } = term;
      const probabilities = probabilitiesOf(term);
      if (measure.kind === "cvar") {
        return tailHinge(
          term.returns,
          sign,
          weighted(probabilities, weight / (1 - measure.level)),
          weight,
        );
      }
      const limits = probabilities.map((p) => (p > 0 ? Number.POSITIVE_INFINITY : 0));
      return measure.kind === "worst-realization"
        ? tailHinge(term.returns, sign, limits, weight)
        : undefined;
    }
    case "moment":
      return term.power === 1 ? deviationHinge(term, weight) : undefined;
    default:
      return undefined;
  }
}

/** The mean of the worst, or the worst: Rockafellar & Uryasev 2000. */
function tailHinge(matrix: Matrix, sign: 1 | -1, right: Float64Array, border: number): HingeTerm {
  return { matrix, sign, offset: 0, border, left: new Float64Array(right.length), right };
}

function deviationHinge(term: MomentTerm, weight: number): HingeTerm {
  const { center, downside, divisor } = term;
  const slopes = weighted(probabilitiesOf(term), weight / divisor);
  return {
    matrix: center === "mean" ? deviationsOf(term) : term.returns,
    sign: 1,
    offset: center === "mean" ? 0 : center,
    border: undefined,
    left: slopes.map((slope) => -slope),
    right: downside ? new Float64Array(slopes.length) : slopes,
  };
}

function weighted(values: Float64Array, weight: number): Float64Array {
  return values.map((value) => value * weight);
}
