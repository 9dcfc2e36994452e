import { type Layer, type LayerRoom, paddedWidth, type Session } from "./layer.ts";
import { glorotUniform } from "./parameter-plan.ts";

/** The shape of a causal convolution. */
export interface ConvolutionShape {
  readonly name: string;
  readonly inputWidth: number;
  readonly width: number;
  /** Steps that are seen at a time, from 1. */
  readonly tapCount: number;
  /** Steps from one that is seen to the next, from 1. */
  readonly dilation: number;
}

interface ConvolutionPlaces {
  readonly stepCount: number;
  readonly input: number;
  readonly width: number;
  readonly isResidual: boolean;
  /** Weights by the lag that they meet. */
  readonly taps: readonly { readonly lag: number; readonly weights: number }[];
  readonly bias: number;
  readonly activation: number;
  readonly out: number;
  readonly inputGradient: number;
  readonly masked: number;
  readonly transposed: number;
}

/**
 * Makes a dilated causal convolution, rectified: out(t) = max(0, b + Σₖ x(t − k·d) Wₖ), with zeros
 * before the first step. Where widths agree, what comes in is added: a residual connection.
 *
 * @see van den Oord et al. (2016), "WaveNet: A Generative Model for Raw Audio", section 2.1,
 *   arXiv:1609.03499; Bai, Kolter & Koltun (2018), "An Empirical Evaluation of Generic Convolutional
 *   and Recurrent Networks for Sequence Modeling", section 3, arXiv:1803.01271
 */
export function convolutionLayer(room: LayerRoom, shape: ConvolutionShape): Layer {
  const places = reservePlaces(room, shape);
  let fed = 0;
  return {
    width: places.width,
    forward: (session, x, batch) => {
      fed = x;
      return forward(places, session, x, batch);
    },
    backward: (session, gradient, batch, needsInput) => {
      backward(places, session, fed, gradient, batch, needsInput);
      return places.inputGradient;
    },
  };
}

function reservePlaces(
  { plan, parameters, batchSize, stepCount }: LayerRoom,
  { name, inputWidth, width: ownWidth, tapCount, dilation }: ConvolutionShape,
): ConvolutionPlaces {
  const input = paddedWidth(inputWidth);
  const width = paddedWidth(ownWidth);
  const isResidual = inputWidth === ownWidth;
  const matrix = { parts: 1, width: ownWidth };
  const draw = glorotUniform(inputWidth * tapCount, ownWidth);
  const taps = Array.from({ length: tapCount }, (_, k) => ({
    lag: k * dilation,
    weights: parameters.reserve({ ...matrix, name: `${name}.weights${k}`, rows: inputWidth, draw }),
  }));
  const bias = parameters.reserve({ ...matrix, name: `${name}.bias`, rows: 1, draw: () => 0 });
  const activation = plan.floats(stepCount * batchSize * width);
  return {
    stepCount,
    input,
    width,
    isResidual,
    taps: taps.filter(({ lag }) => lag < stepCount),
    bias,
    activation,
    out: isResidual ? plan.floats(stepCount * batchSize * width) : activation,
    inputGradient: plan.floats(stepCount * batchSize * input),
    masked: plan.floats(stepCount * batchSize * width),
    transposed: plan.floats(input * width),
  };
}

function forward(places: ConvolutionPlaces, session: Session, x: number, batch: number): number {
  const { stepCount, input, width, taps, activation, out } = places;
  const { kernels, parameters } = session;
  const rows = stepCount * batch;
  for (const { lag, weights } of taps) {
    const to = activation + 4 * lag * batch * width;
    kernels.multiply(x, parameters + weights, to, rows - lag * batch, input, width, lag > 0);
  }
  kernels.addBias(activation, parameters + places.bias, rows, width, true);
  if (places.isResidual) {
    copyFloats(kernels.heap.floats, x, out, rows * width);
    kernels.addTo(out, activation, rows * width);
  }
  return out;
}

function backward(
  places: ConvolutionPlaces,
  { kernels, parameters, gradients }: Session,
  fed: number,
  gradient: number,
  batch: number,
  needsInput: boolean,
): void {
  const { stepCount, input, width, taps, isResidual, masked, transposed, inputGradient } = places;
  const rows = stepCount * batch;
  copyFloats(kernels.heap.floats, gradient, masked, rows * width);
  kernels.maskRectified(masked, places.activation, rows * width);
  kernels.addColumnSums(masked, gradients + places.bias, rows, width);
  if (needsInput && isResidual) {
    copyFloats(kernels.heap.floats, gradient, inputGradient, rows * width);
  }
  for (const { lag, weights } of taps) {
    const from = masked + 4 * lag * batch * width;
    const count = rows - lag * batch;
    kernels.multiplyTransposed(fed, from, gradients + weights, count, input, width, true);
    if (needsInput) {
      kernels.transpose(parameters + weights, transposed, input, width);
      const adds = lag > 0 || isResidual;
      kernels.multiply(from, transposed, inputGradient, count, width, input, adds);
    }
  }
}

function copyFloats(floats: Float32Array, from: number, to: number, count: number): void {
  floats.copyWithin(to / 4, from / 4, from / 4 + count);
}
