import type { Network } from "./build-network.ts";

/** How parameters follow their gradients. */
export interface OptimizerRule {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly absolutePenalty?: number;
  readonly gradientNormMax?: number;
}

/** What the optimizer remembers. */
export interface OptimizerState {
  /** Moving means of gradients and of their squares, one for each parameter. */
  readonly means: Float32Array;
  readonly squares: Float32Array;
  readonly stepCount: number;
}

const MEAN_KEPT = 0.9;
const SQUARE_KEPT = 0.999;

/**
 * Makes Adam with decoupled weight decay, in the first two spare rooms of a network. An absolute
 * penalty is its proximal step after Adam's, decoupled likewise: it does not grow with gradients.
 *
 * @see Parikh & Boyd (2014), "Proximal Algorithms", section 6.5.2, doi:10.1561/2400000003
 */
export function adamOptimizer(network: Network, rule: OptimizerRule, start: OptimizerState) {
  const { session, spare, gradients } = network;
  const { kernels } = session;
  const length = gradients.length;
  const view = (offset: number) => kernels.heap.floats.subarray(offset / 4, offset / 4 + length);
  const [means, squares] = spare;
  let stepCount = 0;
  // Products and not powers: what Math.pow gives depends on the host.
  let meanPower = 1;
  let squarePower = 1;
  const count = () => {
    stepCount++;
    meanPower *= MEAN_KEPT;
    squarePower *= SQUARE_KEPT;
  };
  view(means).set(start.means);
  view(squares).set(start.squares);
  while (stepCount < start.stepCount) {
    count();
  }
  return {
    step: () => {
      count();
      limitNorm(gradients, rule.gradientNormMax);
      kernels.adamStep(
        session.parameters,
        session.gradients,
        means,
        squares,
        length,
        rule.learningRate / (1 - meanPower),
        1 / (1 - squarePower),
        rule.learningRate * rule.weightDecay,
      );
      shrink(network.parameters, rule.learningRate * (rule.absolutePenalty ?? 0));
    },
    state: (): OptimizerState => ({
      means: view(means).slice(),
      squares: view(squares).slice(),
      stepCount,
    }),
  };
}

/** Brings all nearer to 0 by a distance, and to 0 those that are nearer. */
function shrink(parameters: Float32Array, distance: number): void {
  if (distance === 0) {
    return;
  }
  for (let k = 0; k < parameters.length; k++) {
    const value = parameters[k];
    parameters[k] = value > distance ? value - distance : Math.min(0, value + distance);
  }
}

function limitNorm(gradients: Float32Array, normMax: number | undefined): void {
  if (normMax === undefined) {
    return;
  }
  let squares = 0;
  for (let k = 0; k < gradients.length; k++) {
    squares += gradients[k] * gradients[k];
  }
  const norm = Math.sqrt(squares);
  if (norm > normMax) {
    const factor = normMax / norm;
    for (let k = 0; k < gradients.length; k++) {
      gradients[k] *= factor;
    }
  }
}
