import type { Layer, LayerRoom, Session } from "./layer.ts";
import {
  type Fed,
  finishGradients,
  type RecurrentGates,
  type RecurrentShape,
  reserveGates,
  startSteps,
} from "./recurrent-gates.ts";

interface GruPlaces extends RecurrentGates {
  readonly inputSums: number;
  readonly stateSums: number;
  readonly biasSums: number;
}

/**
 * Makes a layer of gated recurrent units; the state after each step comes out.
 *
 * The reset gate acts on the product of the state and its weights, with a bias of its own.
 *
 * @see Cho et al. (2014), "Learning Phrase Representations using RNN Encoder-Decoder", eqs. 5 to 8,
 *   arXiv:1406.1078
 */
export function gruLayer(room: LayerRoom, shape: RecurrentShape): Layer {
  const { plan, batchSize, stepCount } = room;
  const gates = reserveGates(room, shape, 3, () => 0);
  const places: GruPlaces = {
    ...gates,
    inputSums: plan.floats(stepCount * batchSize * gates.all),
    stateSums: plan.floats(stepCount * batchSize * gates.all),
    biasSums: plan.floats(gates.all),
  };
  const fed: Fed = { x: 0 };
  return {
    width: gates.width,
    forward: (session, x, batch) => {
      fed.x = x;
      return forward(places, session, x, batch);
    },
    backward: (session, gradient, batch, needsInput) => {
      backwardSteps(places, session, gradient, batch);
      addBiasGradients(places, session, batch);
      const operands = { ...places, x: fed.x };
      return finishGradients(places, session, operands, batch, needsInput);
    },
  };
}

function forward(places: GruPlaces, session: Session, x: number, batch: number): number {
  const { stepCount, width, all, stateWeights, bias, inputSums, stateSums, states } = places;
  const { kernels, parameters } = session;
  const block = 4 * batch * width;
  startSteps(places, session, x, inputSums, batch);
  for (let t = 0; t < stepCount; t++) {
    const before = states + t * block;
    const u = stateSums + 3 * t * block;
    kernels.multiply(before, parameters + stateWeights, u, batch, width, all, false);
    const z = inputSums + 3 * t * block;
    kernels.gruForward(z, u, parameters + bias, before, before + block, batch, width);
  }
  return states + block;
}

function backwardSteps(
  places: GruPlaces,
  { kernels, parameters }: Session,
  gradient: number,
  batch: number,
): void {
  const { stepCount, width, all, stateWeights, stateTransposed } = places;
  const { inputSums, stateSums, states } = places;
  const block = 4 * batch * width;
  kernels.transpose(parameters + stateWeights, stateTransposed, width, all);
  for (let t = stepCount - 1; t >= 0; t--) {
    const u = stateSums + 3 * t * block;
    const own = gradient + t * block;
    kernels.gruBackward(inputSums + 3 * t * block, u, states + t * block, own, batch, width);
    if (t > 0) {
      kernels.addTo(own - block, own, batch * width);
      kernels.multiply(u, stateTransposed, own - block, batch, all, width, true);
    }
  }
}

/** Three biases are of the sums over what came in, the fourth is inside the reset gate. */
function addBiasGradients(places: GruPlaces, session: Session, batch: number): void {
  const { stepCount, width, all, bias, inputSums, stateSums, biasSums } = places;
  const { kernels, gradients } = session;
  const rows = stepCount * batch;
  kernels.addColumnSums(inputSums, gradients + bias, rows, all);
  kernels.heap.floats.fill(0, biasSums / 4, biasSums / 4 + all);
  kernels.addColumnSums(stateSums, biasSums, rows, all);
  kernels.addTo(gradients + bias + 4 * all, biasSums + 8 * width, width);
}
