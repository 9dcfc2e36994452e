import { type Layer, type LayerRoom, paddedWidth, type Session } from "./layer.ts";
import { glorotUniform, type ParameterBlock } from "./parameter-plan.ts";

/** The shape of a recurrent layer. */
export interface RecurrentShape {
  readonly name: string;
  readonly inputWidth: number;
  readonly width: number;
}

/** Sizes in floats, and places in bytes, of what recurrent layers have in common. */
export interface RecurrentGates {
  readonly stepCount: number;
  readonly input: number;
  readonly width: number;
  /** Width of all gates together. */
  readonly all: number;
  readonly inputWeights: number;
  readonly stateWeights: number;
  readonly bias: number;
  /** The state before the first step, which is 0, and after each step. */
  readonly states: number;
  readonly inputGradient: number;
  readonly inputTransposed: number;
  readonly stateTransposed: number;
}

/** Reserves parameters and memory for the gates of a layer. */
export function reserveGates(
  { parameters, plan, batchSize, stepCount }: LayerRoom,
  { name, inputWidth, width: ownWidth }: RecurrentShape,
  gateCount: number,
  drawBias: ParameterBlock["draw"],
): RecurrentGates {
  const input = paddedWidth(inputWidth);
  const width = paddedWidth(ownWidth);
  const all = gateCount * width;
  const matrix = { parts: gateCount, width: ownWidth };
  return {
    stepCount,
    input,
    width,
    all,
    inputWeights: parameters.reserve({
      ...matrix,
      name: `${name}.inputWeights`,
      rows: inputWidth,
      draw: glorotUniform(inputWidth, gateCount * ownWidth),
    }),
    stateWeights: parameters.reserve({
      ...matrix,
      name: `${name}.stateWeights`,
      rows: ownWidth,
      draw: glorotUniform(ownWidth, gateCount * ownWidth),
    }),
    bias: parameters.reserve({
      name: `${name}.bias`,
      rows: 1,
      parts: 4,
      width: ownWidth,
      draw: drawBias,
    }),
    states: plan.floats((stepCount + 1) * batchSize * width),
    inputGradient: plan.floats(stepCount * batchSize * input),
    inputTransposed: plan.floats(input * all),
    stateTransposed: plan.floats(width * all),
  };
}

/** What a recurrent layer was fed with last. */
export interface Fed {
  x: number;
}

/** Sums over what comes in, for all steps at once; the state before the first becomes 0. */
export function startSteps(
  gates: RecurrentGates,
  { kernels, parameters }: Session,
  x: number,
  sums: number,
  batch: number,
): void {
  const { stepCount, input, width, all, inputWeights, states } = gates;
  kernels.heap.floats.fill(0, states / 4, states / 4 + batch * width);
  kernels.multiply(x, parameters + inputWeights, sums, stepCount * batch, input, all, false);
}

/**
 * Adds to the gradients of the weights, and computes that of what came in.
 *
 * @param inputSums - Gradients of the sums over what came in, of all steps.
 * @param stateSums - Those of the sums over the states.
 */
export function finishGradients(
  gates: RecurrentGates,
  { kernels, parameters, gradients }: Session,
  { x, inputSums, stateSums }: { x: number; inputSums: number; stateSums: number },
  batch: number,
  needsInput: boolean,
): number {
  const { stepCount, input, width, all, inputWeights, stateWeights, states } = gates;
  const rows = stepCount * batch;
  kernels.multiplyTransposed(states, stateSums, gradients + stateWeights, rows, width, all, true);
  kernels.multiplyTransposed(x, inputSums, gradients + inputWeights, rows, input, all, true);
  if (needsInput) {
    kernels.transpose(parameters + inputWeights, gates.inputTransposed, input, all);
    kernels.multiply(
      inputSums,
      gates.inputTransposed,
      gates.inputGradient,
      rows,
      all,
      input,
      false,
    );
  }
  return gates.inputGradient;
}

/** Makes a layer that lets the last step through, and nothing of those before. */
export function lastStepLayer({ plan, batchSize, stepCount }: LayerRoom, width: number): Layer {
  const inputGradient = plan.floats(stepCount * batchSize * width);
  return {
    width,
    forward: (_, x, batch) => x + 4 * (stepCount - 1) * batch * width,
    backward: ({ kernels }, gradient, batch) => {
      const { floats } = kernels.heap;
      const last = inputGradient / 4 + (stepCount - 1) * batch * width;
      floats.fill(0, inputGradient / 4, last);
      floats.copyWithin(last, gradient / 4, gradient / 4 + batch * width);
      return inputGradient;
    },
  };
}
