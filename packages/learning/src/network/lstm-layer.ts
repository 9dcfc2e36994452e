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

interface LstmPlaces extends RecurrentGates {
  readonly sums: number;
  readonly cells: number;
  readonly cellTanhs: number;
  readonly cellGradient: number;
}

/**
 * Makes a layer of long short-term memory; the state after each step comes out.
 *
 * The forget gates start with a bias of 1.
 *
 * @see Hochreiter & Schmidhuber (1997), "Long Short-Term Memory", doi:10.1162/neco.1997.9.8.1735;
 *   Gers et al. (2000), "Learning to Forget", eqs. 1 to 7, doi:10.1162/089976600300015015
 */
export function lstmLayer(room: LayerRoom, shape: RecurrentShape): Layer {
  const { plan, batchSize, stepCount } = room;
  const gates = reserveGates(room, shape, 4, (_, __, part) => (part === 1 ? 1 : 0));
  const places: LstmPlaces = {
    ...gates,
    sums: plan.floats(stepCount * batchSize * gates.all),
    cells: plan.floats((stepCount + 1) * batchSize * gates.width),
    cellTanhs: plan.floats(stepCount * batchSize * gates.width),
    cellGradient: plan.floats(batchSize * gates.width),
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
      return places.inputGradient;
    },
  };
}

function forward(places: LstmPlaces, session: Session, x: number, batch: number): number {
  const { stepCount, width, all, stateWeights, bias, sums, cells, cellTanhs, states } = places;
  const { kernels, parameters } = session;
  const block = 4 * batch * width;
  kernels.heap.floats.fill(0, cells / 4, cells / 4 + batch * width);
  clearState(places, session, batch);
  for (let t = 0; t < stepCount; t++) {
    const z = sums + 4 * t * block;
    sumInput(places, session, { x, sums: z, step: t }, batch);
    const before = t * block;
    kernels.multiply(states + before, parameters + stateWeights, z, batch, width, all, true);
    kernels.lstmForward(
      z,
      parameters + bias,
      cells + before,
      cells + before + block,
      cellTanhs + before,
      states + before + block,
      batch,
      width,
    );
  }
  return states + block;
}

function backward(
  places: LstmPlaces,
  session: Session,
  { x, gradient }: { x: number; gradient: number },
  batch: number,
  needsInput: boolean,
): void {
  const { stepCount, width, all, bias, stateTransposed } = places;
  const { sums, cells, cellTanhs, cellGradient } = places;
  const { kernels, gradients } = session;
  const block = 4 * batch * width;
  kernels.heap.floats.fill(0, cellGradient / 4, cellGradient / 4 + batch * width);
  transposeWeights(places, session);
  for (let t = stepCount - 1; t >= 0; t--) {
    const z = sums + 4 * t * block;
    const own = gradient + t * block;
    const before = t * block;
    kernels.lstmBackward(z, cells + before, cellTanhs + before, own, cellGradient, batch, width);
    kernels.addColumnSums(z, gradients + bias, batch, all);
    const step = { step: t, inputSums: z, stateSums: z };
    finishStep(places, session, x, step, batch, needsInput);
    if (t > 0) {
      kernels.multiply(z, stateTransposed, own - block, batch, all, width, true);
    }
  }
}
