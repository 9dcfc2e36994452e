import { ArgumentError, randomSource } from "@portfolio/quant";
import { dateStarts } from "../date-starts.ts";
import { streamSeed } from "../stream-seed.ts";
import type { TrainingSet } from "../training-set.ts";
import type { Derivatives } from "./histogram.ts";
import type { Objective } from "./objective.ts";

/** Takes one pair: the better one, the worse one, and its share of the loss. */
type PairVisitor = (better: number, worse: number, share: number) => void;

interface RankedDates {
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  readonly starts: Int32Array;
  readonly partnersMax: number;
  readonly seed: number;
}

/**
 * Makes the pairwise logistic loss ln(1 + e^(fⱼ − fᵢ)) over the pairs of a date with yᵢ > yⱼ.
 *
 * Shares are such that every observation takes part with about its weight, whatever the size of
 * its date. Where a date has more than `partnersMax` others, each observation meets that many
 * drawn ones, anew for each tree. Equal targets make no pair.
 *
 * @param set - With dates; without, all observations are ranked together.
 * @throws {ArgumentError} The number of partners is not an integer from 1.
 * @see Burges et al. (2005), "Learning to rank using gradient descent", eq. 3,
 *   doi:10.1145/1102351.1102363
 */
export function rankingObjective(set: TrainingSet, partnersMax: number, seed: number): Objective {
  if (!(Number.isInteger(partnersMax) && partnersMax >= 1)) {
    throw new ArgumentError(`${partnersMax} partners, not an integer from 1`);
  }
  const dates: RankedDates = {
    targets: set.targets,
    weights: set.weights ?? new Float64Array(set.targets.length).fill(1),
    starts: dateStarts(set.dates, set.targets.length),
    partnersMax,
    seed,
  };
  return {
    base: 0,
    derive: (forecasts, tree, out) => {
      derivePairs(dates, forecasts, tree, out);
    },
    loss: (forecasts) => meanPairLoss(dates, forecasts),
  };
}

function derivePairs(
  dates: RankedDates,
  forecasts: Float64Array,
  tree: number,
  { gradients, curvatures }: Derivatives,
): void {
  gradients.fill(0);
  curvatures.fill(0);
  visitPairs(dates, tree, (better, worse, share) => {
    const doubt = 1 / (1 + Math.exp(forecasts[better] - forecasts[worse]));
    const curvature = share * doubt * (1 - doubt);
    gradients[better] -= share * doubt;
    gradients[worse] += share * doubt;
    curvatures[better] += curvature;
    curvatures[worse] += curvature;
  });
}

/** The loss of one fixed draw of pairs, over the sum of their shares; 0 when there is no pair. */
function meanPairLoss(dates: RankedDates, forecasts: Float64Array): number {
  let loss = 0;
  let total = 0;
  visitPairs(dates, -1, (better, worse, share) => {
    const margin = forecasts[better] - forecasts[worse];
    loss += share * (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))));
    total += share;
  });
  return total > 0 ? loss / total : 0;
}

function visitPairs(dates: RankedDates, tree: number, visit: PairVisitor): void {
  const { starts, partnersMax, seed } = dates;
  const draw = randomSource(streamSeed(seed, tree));
  for (let d = 0; d + 1 < starts.length; d++) {
    const others = starts[d + 1] - starts[d] - 1;
    if (others <= partnersMax) {
      visitAllPairs(dates, starts[d], starts[d + 1], visit);
    } else {
      visitDrawnPairs(dates, starts[d], starts[d + 1], draw, visit);
    }
  }
}

function visitAllPairs(dates: RankedDates, start: number, end: number, visit: PairVisitor): void {
  for (let i = start; i < end; i++) {
    for (let j = i + 1; j < end; j++) {
      visitPair(dates, i, j, 1 / (end - start - 1), visit);
    }
  }
}

function visitDrawnPairs(
  dates: RankedDates,
  start: number,
  end: number,
  draw: () => number,
  visit: PairVisitor,
): void {
  const others = end - start - 1;
  for (let i = start; i < end; i++) {
    for (let k = 0; k < dates.partnersMax; k++) {
      const j = start + Math.floor(draw() * others);
      // Each observation draws, and is drawn by others as often on average.
      visitPair(dates, i, j < i ? j : j + 1, 1 / (2 * dates.partnersMax), visit);
    }
  }
}

function visitPair(
  { targets, weights }: RankedDates,
  i: number,
  j: number,
  share: number,
  visit: PairVisitor,
): void {
  if (targets[i] > targets[j]) {
    visit(i, j, (share * (weights[i] + weights[j])) / 2);
  } else if (targets[j] > targets[i]) {
    visit(j, i, (share * (weights[i] + weights[j])) / 2);
  }
}
