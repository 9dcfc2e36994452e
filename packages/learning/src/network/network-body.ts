import { ArgumentError } from "@portfolio/quant";
import { convolutionLayer } from "./convolution-layer.ts";
import { denseLayer } from "./dense-layer.ts";
import { gruLayer } from "./gru-layer.ts";
import type { Layer, LayerRoom } from "./layer.ts";
import { lstmLayer } from "./lstm-layer.ts";
import { lastStepLayer } from "./recurrent-gates.ts";
import { type TransformerShape, transformerLayers } from "./transformer-layers.ts";
import { type WavenetShape, wavenetLayer } from "./wavenet-layer.ts";

/** What lies between the features and the forecast. */
export type NetworkBody =
  /** Dense layers, rectified. */
  | { readonly kind: "perceptron"; readonly widths: readonly number[] }
  /** Long short-term memory over the steps; its last state is read. */
  | { readonly kind: "lstm"; readonly width: number }
  /** Gated recurrent units over the steps; their last state is read. */
  | { readonly kind: "gru"; readonly width: number }
  /** Causal convolutions, one for each dilation; the last step is read. */
  | {
      readonly kind: "temporal-convolution";
      readonly width: number;
      readonly tapCount: number;
      readonly dilations: readonly number[];
    }
  /** Gated causal convolutions, one block for each dilation; what they add up to at the last step is read. */
  | ({ readonly kind: "wavenet" } & WavenetShape)
  /** Blocks of causal attention; the last step is read. */
  | ({ readonly kind: "transformer" } & TransformerShape);

const WIDTH_MAX = 4096;

/**
 * Lays out the layers of a network with one forecast.
 *
 * @param featureCount - Features of a step.
 * @throws {ArgumentError} A width, a number of taps, heads or blocks, or a dilation is not valid.
 */
export function networkLayers(body: NetworkBody, featureCount: number, room: LayerRoom): Layer[] {
  requireCounts(sizesOf(body));
  switch (body.kind) {
    case "perceptron":
      return perceptronLayers(body.widths, featureCount * room.stepCount, room);
    case "lstm":
      return readLast(
        [lstmLayer(room, { name: "lstm", inputWidth: featureCount, width: body.width })],
        body.width,
        room,
      );
    case "gru":
      return readLast(
        [gruLayer(room, { name: "gru", inputWidth: featureCount, width: body.width })],
        body.width,
        room,
      );
    case "temporal-convolution":
      return readLast(convolutionLayers(body, featureCount, room), body.width, room);
    case "wavenet":
      return wavenetLayers(body, featureCount, room);
    case "transformer":
      return readLast(transformerLayers(room, featureCount, body), body.width, room);
  }
}

function perceptronLayers(own: readonly number[], inputWidth: number, room: LayerRoom): Layer[] {
  const widths = [inputWidth, ...own];
  const hidden = own.map((width, k) =>
    denseLayer(room, {
      name: `dense${k}`,
      inputWidth: widths[k],
      width,
      rectifies: true,
      stepCount: 1,
    }),
  );
  return [...hidden, outputLayer(room, widths[widths.length - 1])];
}

function convolutionLayers(
  { width, tapCount, dilations }: Extract<NetworkBody, { kind: "temporal-convolution" }>,
  featureCount: number,
  room: LayerRoom,
): Layer[] {
  return dilations.map((dilation, k) =>
    convolutionLayer(room, {
      name: `convolution${k}`,
      inputWidth: k === 0 ? featureCount : width,
      width,
      tapCount,
      dilation,
    }),
  );
}

function wavenetLayers(shape: WavenetShape, featureCount: number, room: LayerRoom): Layer[] {
  const { width, skipWidth } = shape;
  const each = { name: "embedding", inputWidth: featureCount, width, rectifies: false };
  const head = { name: "head", inputWidth: skipWidth, width: skipWidth, rectifies: true };
  return [
    denseLayer(room, { ...each, stepCount: room.stepCount }),
    wavenetLayer(room, shape),
    denseLayer(room, { ...head, stepCount: 1 }),
    outputLayer(room, skipWidth),
  ];
}

/** Adds the forecast from the last step. */
function readLast(layers: readonly Layer[], width: number, room: LayerRoom): Layer[] {
  const last = lastStepLayer(room, layers[layers.length - 1].width);
  return [...layers, last, outputLayer(room, width)];
}

function outputLayer(room: LayerRoom, inputWidth: number): Layer {
  const shape = { name: "output", inputWidth, width: 1, rectifies: false, stepCount: 1 };
  return denseLayer(room, shape);
}

function sizesOf(body: NetworkBody): readonly number[] {
  switch (body.kind) {
    case "perceptron":
      return [...body.widths];
    case "lstm":
    case "gru":
      return [body.width];
    case "temporal-convolution":
      return [body.width, body.tapCount, ...requireDilations(body.dilations)];
    case "wavenet":
      return [body.width, body.skipWidth, body.tapCount, ...requireDilations(body.dilations)];
    case "transformer":
      requireHeads(body);
      return [body.width, body.innerWidth, body.blockCount];
  }
}

function requireDilations(dilations: readonly number[]): readonly number[] {
  if (dilations.length === 0) {
    throw new ArgumentError("a temporal convolution needs a dilation");
  }
  return dilations;
}

/** Vectors of a head are taken four numbers at a time. */
function requireHeads({ width, headCount }: TransformerShape): void {
  requireCounts([width, headCount]);
  if (width % (4 * headCount) !== 0) {
    throw new ArgumentError(
      `width of a transformer: ${width} is not a multiple of four times its ${headCount} heads`,
    );
  }
}

function requireCounts(sizes: readonly number[]): void {
  for (const size of sizes) {
    if (!(Number.isInteger(size) && size >= 1 && size <= WIDTH_MAX)) {
      throw new ArgumentError(`size of a layer: ${size} is not an integer in [1, ${WIDTH_MAX}]`);
    }
  }
}
