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

/** Sets the state before the first step to 0. */
export function clearState(
  { width, states }: RecurrentGates,
  { kernels }: Session,
  batch: number,
): void {
  kernels.heap.floats.fill(0, states / 4, states / 4 + batch * width);
}

/** Sums over what comes in at a step. */
export function sumInput(
  { input, all, inputWeights }: RecurrentGates,
  { kernels, parameters }: Session,
  { x, sums, step }: { x: number; sums: number; step: number },
  batch: number,
): void {
  const own = x + 4 * step * batch * input;
  kernels.multiply(own, parameters + inputWeights, sums, batch, input, all, false);
}

/** Transposes the weights, which the gradients of what came in and of the states need. */
export function transposeWeights(
  { input, width, all, inputWeights, stateWeights, ...places }: RecurrentGates,
  { kernels, parameters }: Session,
): void {
  kernels.transpose(parameters + inputWeights, places.inputTransposed, input, all);
  kernels.transpose(parameters + stateWeights, places.stateTransposed, width, all);
}

/** Gradients of the sums of a step, by what they are sums over. */
export interface StepGradients {
  readonly step: number;
  readonly inputSums: number;
  readonly stateSums: number;
}

/**
 * Adds to the gradients of the weights what one step says, while its numbers are still near, and
 * computes that of what came in.
 */
export function finishStep(
  gates: RecurrentGates,
  { kernels, gradients }: Session,
  x: number,
  { step, inputSums, stateSums }: StepGradients,
  batch: number,
  needsInput: boolean,
): void {
  const { input, width, all, inputWeights, stateWeights, inputGradient } = gates;
  const before = gates.states + 4 * step * batch * width;
  const inputStart = 4 * step * batch * input;
  const own = x + inputStart;
  kernels.multiplyTransposed(before, stateSums, gradients + stateWeights, batch, width, all, true);
  kernels.multiplyTransposed(own, inputSums, gradients + inputWeights, batch, input, all, true);
  if (needsInput) {
    const to = inputGradient + inputStart;
    kernels.multiply(inputSums, gates.inputTransposed, to, batch, all, input, false);
  }
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
