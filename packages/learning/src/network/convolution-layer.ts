import {
  addInputGradient,
  addTapGradients,
  type CausalTaps,
  convolve,
  reserveTaps,
  type TapShape,
} from "./causal-taps.ts";
import {
  clearFloats,
  copyFloats,
  type Layer,
  type LayerRoom,
  paddedWidth,
  type Session,
} from "./layer.ts";

interface ConvolutionPlaces {
  readonly taps: CausalTaps;
  readonly width: number;
  readonly isResidual: boolean;
  readonly bias: number;
  readonly activation: number;
  readonly out: number;
  readonly inputGradient: number;
  readonly masked: number;
}

/**
 * Makes a dilated causal convolution, rectified: out(t) = max(0, b + Σₖ x(t − k·d) Wₖ), with zeros
 * before the first step. Where widths agree, what comes in is added: a residual connection.
 *
 * @see van den Oord et al. (2016), "WaveNet: A Generative Model for Raw Audio", section 2.1,
 *   arXiv:1609.03499; Bai, Kolter & Koltun (2018), "An Empirical Evaluation of Generic Convolutional
 *   and Recurrent Networks for Sequence Modeling", section 3, arXiv:1803.01271
 */
export function convolutionLayer(room: LayerRoom, shape: Omit<TapShape, "parts">): Layer {
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

function reservePlaces(room: LayerRoom, shape: Omit<TapShape, "parts">): ConvolutionPlaces {
  const { plan, parameters, batchSize, stepCount } = room;
  const { name, inputWidth, width: ownWidth } = shape;
  const width = paddedWidth(ownWidth);
  const isResidual = inputWidth === ownWidth;
  const taps = reserveTaps(room, { ...shape, parts: 1 });
  const bias = { name: `${name}.bias`, rows: 1, parts: 1, width: ownWidth, draw: () => 0 };
  const activation = plan.floats(stepCount * batchSize * width);
  return {
    taps,
    width,
    isResidual,
    bias: parameters.reserve(bias),
    activation,
    out: isResidual ? plan.floats(stepCount * batchSize * width) : activation,
    inputGradient: plan.floats(stepCount * batchSize * taps.input),
    masked: plan.floats(stepCount * batchSize * width),
  };
}

function forward(places: ConvolutionPlaces, session: Session, x: number, batch: number): number {
  const { taps, width, activation, out } = places;
  const { kernels, parameters } = session;
  const rows = taps.stepCount * batch;
  convolve(taps, session, x, activation, batch);
  kernels.addBias(activation, parameters + places.bias, rows, width, true);
  if (places.isResidual) {
    copyFloats(session, x, out, rows * width);
    kernels.addTo(out, activation, rows * width);
  }
  return out;
}

function backward(
  places: ConvolutionPlaces,
  session: Session,
  fed: number,
  gradient: number,
  batch: number,
  needsInput: boolean,
): void {
  const { taps, width, masked, inputGradient } = places;
  const { kernels, gradients } = session;
  const rows = taps.stepCount * batch;
  copyFloats(session, gradient, masked, rows * width);
  kernels.maskRectified(masked, places.activation, rows * width);
  kernels.addColumnSums(masked, gradients + places.bias, rows, width);
  addTapGradients(taps, session, fed, masked, batch);
  if (!needsInput) {
    return;
  }
  if (places.isResidual) {
    copyFloats(session, gradient, inputGradient, rows * width);
  } else {
    clearFloats(session, inputGradient, rows * taps.input);
  }
  addInputGradient(taps, session, masked, inputGradient, batch);
}
