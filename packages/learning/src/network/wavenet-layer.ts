import {
  addInputGradient,
  addTapGradients,
  type CausalTaps,
  convolve,
  reserveTaps,
} from "./causal-taps.ts";
import {
  clearFloats,
  copyFloats,
  type Layer,
  type LayerRoom,
  paddedWidth,
  type Session,
} from "./layer.ts";
import { glorotUniform } from "./parameter-plan.ts";

/** The sizes of a WaveNet. */
export interface WavenetShape {
  /** Columns of each step between the blocks. */
  readonly width: number;
  /** Columns of what the blocks add up to. */
  readonly skipWidth: number;
  readonly tapCount: number;
  /** One block for each. */
  readonly dilations: readonly number[];
}

interface Block {
  readonly taps: CausalTaps;
  readonly bias: number;
  readonly skip: number;
  /** Weights and bias of what the next block gets; absent in the last. */
  readonly mix: { readonly weights: number; readonly bias: number } | undefined;
  readonly sums: number;
  readonly gated: number;
  readonly out: number;
}

interface WavenetPlaces {
  readonly stepCount: number;
  readonly width: number;
  readonly skipWidth: number;
  readonly blocks: readonly Block[];
  readonly skipBias: number;
  readonly skips: number;
  readonly inputGradient: number;
  readonly gatedGradient: number;
  readonly mixTransposed: number;
  readonly skipTransposed: number;
}

/**
 * Makes a stack of gated causal convolutions: z = tanh(W∗x)·σ(V∗x) in each block; the next gets
 * x + zU + b, and out comes max(0, c + Σ zS) over the blocks, at the last step only.
 *
 * @see van den Oord et al. (2016), "WaveNet: A Generative Model for Raw Audio", eq. 2 and figure 4,
 *   arXiv:1609.03499
 */
export function wavenetLayer(room: LayerRoom, shape: WavenetShape): Layer {
  const places = reservePlaces(room, shape);
  let fed = 0;
  return {
    width: places.skipWidth,
    forward: (session, x, batch) => {
      fed = x;
      return forward(places, session, x, batch);
    },
    backward: (session, gradient, batch, needsInput) =>
      backward(places, session, { fed, gradient }, batch, needsInput),
  };
}

function reservePlaces(room: LayerRoom, shape: WavenetShape): WavenetPlaces {
  const { plan, parameters, batchSize, stepCount } = room;
  const width = paddedWidth(shape.width);
  const skipWidth = paddedWidth(shape.skipWidth);
  const last = shape.dilations.length - 1;
  return {
    stepCount,
    width,
    skipWidth,
    blocks: shape.dilations.map((dilation, k) =>
      reserveBlock(room, shape, dilation, k, k === last),
    ),
    skipBias: parameters.reserve({
      name: "skip.bias",
      rows: 1,
      parts: 1,
      width: shape.skipWidth,
      draw: () => 0,
    }),
    skips: plan.floats(batchSize * skipWidth),
    inputGradient: plan.floats(stepCount * batchSize * width),
    gatedGradient: plan.floats(stepCount * batchSize * width),
    mixTransposed: plan.floats(width * width),
    skipTransposed: plan.floats(width * skipWidth),
  };
}

function reserveBlock(
  room: LayerRoom,
  { width: ownWidth, skipWidth, tapCount }: WavenetShape,
  dilation: number,
  k: number,
  isLast: boolean,
): Block {
  const { plan, parameters, batchSize, stepCount } = room;
  const name = `wavenet${k}`;
  const rowCount = stepCount * batchSize;
  const width = paddedWidth(ownWidth);
  const matrix = (end: string, columns: number) =>
    parameters.reserve({
      name: `${name}.${end}`,
      rows: ownWidth,
      parts: 1,
      width: columns,
      draw: glorotUniform(ownWidth, columns),
    });
  const bias = (end: string, parts: number) =>
    parameters.reserve({ name: `${name}.${end}`, rows: 1, parts, width: ownWidth, draw: () => 0 });
  return {
    taps: reserveTaps(room, {
      name,
      inputWidth: ownWidth,
      width: ownWidth,
      parts: 2,
      tapCount,
      dilation,
    }),
    bias: bias("bias", 2),
    skip: matrix("skip", skipWidth),
    mix: isLast ? undefined : { weights: matrix("mix", ownWidth), bias: bias("mixBias", 1) },
    sums: plan.floats(rowCount * 2 * width),
    gated: plan.floats(rowCount * width),
    out: plan.floats(isLast ? 0 : rowCount * width),
  };
}

function forward(places: WavenetPlaces, session: Session, fed: number, batch: number): number {
  const { stepCount, width, skipWidth, skips } = places;
  const { kernels, parameters } = session;
  const rows = stepCount * batch;
  const last = 4 * (rows - batch) * width;
  let x = fed;
  for (const [k, { taps, bias, skip, mix, sums, gated, out }] of places.blocks.entries()) {
    convolve(taps, session, x, sums, batch);
    kernels.gatedForward(sums, parameters + bias, gated, rows, width);
    kernels.multiply(gated + last, parameters + skip, skips, batch, width, skipWidth, k > 0);
    if (mix !== undefined) {
      copyFloats(session, x, out, rows * width);
      kernels.multiply(gated, parameters + mix.weights, out, rows, width, width, true);
      kernels.addBias(out, parameters + mix.bias, rows, width, false);
      x = out;
    }
  }
  kernels.addBias(skips, parameters + places.skipBias, batch, skipWidth, true);
  return skips;
}

function backward(
  places: WavenetPlaces,
  session: Session,
  { fed, gradient }: { fed: number; gradient: number },
  batch: number,
  needsInput: boolean,
): number {
  const { stepCount, width, skipWidth, blocks, inputGradient, gatedGradient } = places;
  const { kernels, gradients } = session;
  const rows = stepCount * batch;
  kernels.maskRectified(gradient, places.skips, batch * skipWidth);
  kernels.addColumnSums(gradient, gradients + places.skipBias, batch, skipWidth);
  clearFloats(session, inputGradient, rows * width);
  for (let k = blocks.length - 1; k >= 0; k--) {
    const { taps, bias, sums } = blocks[k];
    const x = k === 0 ? fed : blocks[k - 1].out;
    deriveGated(places, session, blocks[k], gradient, batch);
    kernels.gatedBackward(sums, gatedGradient, rows, width);
    kernels.addColumnSums(sums, gradients + bias, rows, 2 * width);
    addTapGradients(taps, session, x, sums, batch);
    if (k > 0 || needsInput) {
      addInputGradient(taps, session, sums, inputGradient, batch);
    }
  }
  return inputGradient;
}

/** Computes the gradient of what a block's gates let through, from its two uses. */
function deriveGated(
  places: WavenetPlaces,
  session: Session,
  { mix, skip, gated }: Block,
  gradient: number,
  batch: number,
): void {
  const { stepCount, width, skipWidth, inputGradient, gatedGradient } = places;
  const { mixTransposed, skipTransposed } = places;
  const { kernels, parameters, gradients } = session;
  const rows = stepCount * batch;
  const last = 4 * (rows - batch) * width;
  if (mix === undefined) {
    clearFloats(session, gatedGradient, rows * width);
  } else {
    const weights = gradients + mix.weights;
    kernels.transpose(parameters + mix.weights, mixTransposed, width, width);
    kernels.multiply(inputGradient, mixTransposed, gatedGradient, rows, width, width, false);
    kernels.multiplyTransposed(gated, inputGradient, weights, rows, width, width, true);
    kernels.addColumnSums(inputGradient, gradients + mix.bias, rows, width);
  }
  const toSkip = gradients + skip;
  kernels.transpose(parameters + skip, skipTransposed, width, skipWidth);
  kernels.multiply(gradient, skipTransposed, gatedGradient + last, batch, skipWidth, width, true);
  kernels.multiplyTransposed(gated + last, gradient, toSkip, batch, width, skipWidth, true);
}
