import { ArgumentError } from "../../errors.ts";
import { type Matrix, takeRows } from "../../linalg/matrix.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { checkScenarios, portfolioReturns, typicalSize } from "./scenarios.ts";

/** What is known of a scenario: its loss counts in part, in full, or not at all. */
export const OPEN = 0;
export const KEPT = 1;
export const LOST = 2;

/**
 * A bound from below on the loss that at most some scenarios exceed: the least v that no kept
 * scenario exceeds, and open ones by Σ (lossₜ − v)₊/reachₜ ≤ room. Without open scenarios it is the
 * largest loss of those that are kept.
 *
 * It bounds the value at risk where no loss can exceed that by more than its reach: the scenarios
 * that do are then at most `room`, the count of scenarios that may, less the lost ones.
 *
 * @see Rockafellar & Uryasev (2000), doi:10.21314/JOR.2000.038, for the form; Luedtke (2014),
 *   doi:10.1007/s10107-013-0684-6, for the relaxation
 */
export interface CountedLossTerm {
  readonly kind: "counted-loss";
  /** Shape (T, n). */
  readonly returns: Matrix;
  /** OPEN, KEPT or LOST, length T; not all are lost. */
  readonly states: Int8Array;
  /** Over 0, length T. */
  readonly reaches: Float64Array;
  /** At least 0; over 0 where scenarios are open. */
  readonly room: number;
}

/** v with v ≥ lossₜ for kept t, and uₜ ≥ 0, uₜ ≥ lossₜ − v, Σ uₜ/reachₜ ≤ room for open t. */
export const countedLossForm: TermForm<CountedLossTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    const { rows } = term.returns;
    if (term.states.length !== rows || term.reaches.length !== rows) {
      throw new ArgumentError(`${term.states.length} states of ${rows} scenarios`);
    }
    if (!term.reaches.every((reach) => reach > 0 && reach < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError("a reach is not over 0");
    }
    if (term.states.every((state) => state === LOST)) {
      throw new ArgumentError("no scenario is left to count");
    }
  },

  compile(term, builder) {
    const unit = typicalSize(term.returns) * builder.unit;
    const worst = builder.addBorder();
    const kept = rowsOf(term, KEPT);
    if (kept.length > 0) {
      builder.addBlock({
        matrix: takeRows(term.returns, kept),
        cones: [{ kind: "nonnegative" }],
        linkCoefficients: Float64Array.of(1 / unit),
        locals: 0,
        localCoefficients: new Float64Array(),
        borders: [[worst, [1]]],
        offsets: new Float64Array(1),
      });
    }
    if (rowsOf(term, OPEN).length > 0) {
      limitExcess(term, { worst, unit }, builder);
    }
    return { borders: [[worst, unit]] };
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const worst = rowsOf(term, KEPT).reduce((most, t) => Math.max(most, -returns[t]), -Infinity);
    return Math.max(worst, openBound(term, returns));
  },
};

/** Adds uₜ ≥ 0, uₜ + yₜ + v ≥ 0 and room − Σ uₜ/reachₜ ≥ 0. */
function limitExcess(
  term: CountedLossTerm,
  { worst, unit }: { readonly worst: number; readonly unit: number },
  builder: ConicBuilder,
): void {
  const open = rowsOf(term, OPEN);
  const block = builder.addBlock({
    matrix: takeRows(term.returns, open),
    cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
    linkCoefficients: Float64Array.of(0, 1 / unit),
    locals: 1,
    localCoefficients: Float64Array.of(1, 1),
    borders: [[worst, [0, 1]]],
    offsets: new Float64Array(2),
  });
  const weights = Float64Array.from(open, (t) => -unit / term.reaches[t]);
  builder.addRow("nonnegative", { offset: term.room, locals: [{ block, weights }] });
}

/** Finds the least v with Σ (lossₜ − v)₊/reachₜ ≤ room over open scenarios. */
function openBound(term: CountedLossTerm, returns: Float64Array): number {
  const order = rowsOf(term, OPEN).sort((s, t) => returns[s] - returns[t]);
  let [scaled, inverse, bound] = [0, 0, -Infinity];
  for (const t of order) {
    if (-returns[t] <= bound) {
      break;
    }
    scaled -= returns[t] / term.reaches[t];
    inverse += 1 / term.reaches[t];
    bound = (scaled - term.room) / inverse;
  }
  return bound;
}

function rowsOf({ states }: CountedLossTerm, state: number): Int32Array {
  return Int32Array.from(states.keys()).filter((t) => states[t] === state);
}
