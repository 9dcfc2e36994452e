import { type LayerRoom, paddedWidth, type Session } from "./layer.ts";
import { glorotUniform } from "./parameter-plan.ts";

/** The shape of the weights of a causal convolution. */
export interface TapShape {
  readonly name: string;
  readonly inputWidth: number;
  /** Columns of each part that comes out. */
  readonly width: number;
  /** Results side by side. */
  readonly parts: number;
  /** Steps that are seen at a time, from 1. */
  readonly tapCount: number;
  /** Steps from one that is seen to the next, from 1. */
  readonly dilation: number;
}

/** Weights of a causal convolution and what its gradients need. */
export interface CausalTaps {
  readonly stepCount: number;
  /** Floats of a row that comes in, and of one that comes out. */
  readonly input: number;
  readonly all: number;
  /** Weights by the lag that they meet. */
  readonly taps: readonly { readonly lag: number; readonly weights: number }[];
  readonly transposed: number;
}

/** Reserves the weights; taps that reach before the first step meet nothing. */
export function reserveTaps(
  { plan, parameters, stepCount }: LayerRoom,
  shape: TapShape,
): CausalTaps {
  const { name, inputWidth, width, parts, tapCount, dilation } = shape;
  const input = paddedWidth(inputWidth);
  const all = parts * paddedWidth(width);
  const draw = glorotUniform(inputWidth * tapCount, width);
  const taps = Array.from({ length: tapCount }, (_, k) => ({
    lag: k * dilation,
    weights: parameters.reserve({
      name: `${name}.weights${k}`,
      rows: inputWidth,
      parts,
      width,
      draw,
    }),
  }));
  const seen = taps.filter(({ lag }) => lag < stepCount);
  return { stepCount, input, all, taps: seen, transposed: plan.floats(input * all) };
}

/** Computes Σₖ x(t − k·d) Wₖ at every step, with zeros before the first. */
export function convolve(
  { stepCount, input, all, taps }: CausalTaps,
  { kernels, parameters }: Session,
  x: number,
  sums: number,
  batch: number,
): void {
  for (const { lag, weights } of taps) {
    const to = sums + 4 * lag * batch * all;
    const rows = (stepCount - lag) * batch;
    kernels.multiply(x, parameters + weights, to, rows, input, all, lag > 0);
  }
}

/** Adds to the gradients of the weights. */
export function addTapGradients(
  { stepCount, input, all, taps }: CausalTaps,
  { kernels, gradients }: Session,
  x: number,
  sumGradients: number,
  batch: number,
): void {
  for (const { lag, weights } of taps) {
    const from = sumGradients + 4 * lag * batch * all;
    const rows = (stepCount - lag) * batch;
    kernels.multiplyTransposed(x, from, gradients + weights, rows, input, all, true);
  }
}

/** Adds to the gradient of what came in. */
export function addInputGradient(
  { stepCount, input, all, taps, transposed }: CausalTaps,
  { kernels, parameters }: Session,
  sumGradients: number,
  inputGradient: number,
  batch: number,
): void {
  for (const { lag, weights } of taps) {
    const from = sumGradients + 4 * lag * batch * all;
    const rows = (stepCount - lag) * batch;
    kernels.transpose(parameters + weights, transposed, input, all);
    kernels.multiply(from, transposed, inputGradient, rows, all, input, true);
  }
}
