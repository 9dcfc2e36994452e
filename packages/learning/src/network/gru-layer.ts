import type { Layer, LayerRoom, Session } from "./layer.ts";
import {
  clearState,
  type Fed,
  finishStep,
  type RecurrentGates,
  type RecurrentShape,
  reserveGates,
  sumInput,
  transposeWeights,
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
      backward(places, session, { x: fed.x, gradient }, batch, needsInput);
      addLastBias(places, session);
      return places.inputGradient;
    },
  };
}

function forward(places: GruPlaces, session: Session, x: number, batch: number): number {
  const { stepCount, width, all, stateWeights, bias, inputSums, stateSums, states } = places;
  const { kernels, parameters } = session;
  const block = 4 * batch * width;
  clearState(places, session, batch);
  for (let t = 0; t < stepCount; t++) {
    const before = states + t * block;
    const u = stateSums + 3 * t * block;
    kernels.multiply(before, parameters + stateWeights, u, batch, width, all, false);
    const z = inputSums + 3 * t * block;
    sumInput(places, session, { x, sums: z, step: t }, batch);
    kernels.gruForward(z, u, parameters + bias, before, before + block, batch, width);
  }
  return states + block;
}

function backward(
  places: GruPlaces,
  session: Session,
  { x, gradient }: { x: number; gradient: number },
  batch: number,
  needsInput: boolean,
): void {
  const { stepCount, width, all, bias, stateTransposed, states, biasSums } = places;
  const { kernels, gradients } = session;
  const block = 4 * batch * width;
  transposeWeights(places, session);
  kernels.heap.floats.fill(0, biasSums / 4, biasSums / 4 + all);
  for (let t = stepCount - 1; t >= 0; t--) {
    const inputSums = places.inputSums + 3 * t * block;
    const stateSums = places.stateSums + 3 * t * block;
    const own = gradient + t * block;
    kernels.gruBackward(inputSums, stateSums, states + t * block, own, batch, width);
    kernels.addColumnSums(inputSums, gradients + bias, batch, all);
    kernels.addColumnSums(stateSums, biasSums, batch, all);
    finishStep(places, session, x, { step: t, inputSums, stateSums }, batch, needsInput);
    if (t > 0) {
      kernels.addTo(own - block, own, batch * width);
      kernels.multiply(stateSums, stateTransposed, own - block, batch, all, width, true);
    }
  }
}

/** Three biases are of the sums over what came in, the fourth is inside the reset gate. */
function addLastBias({ width, all, bias, biasSums }: GruPlaces, session: Session): void {
  const { kernels, gradients } = session;
  kernels.addTo(gradients + bias + 4 * all, biasSums + 8 * width, width);
}
