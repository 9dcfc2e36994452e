import { ArgumentError } from "@portfolio/quant";
import { convolutionLayer } from "./convolution-layer.ts";
import { denseLayer } from "./dense-layer.ts";
import { gruLayer } from "./gru-layer.ts";
import type { Layer, LayerRoom } from "./layer.ts";
import { lstmLayer } from "./lstm-layer.ts";
import { lastStepLayer } from "./recurrent-gates.ts";

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
    };

const WIDTH_MAX = 4096;

/**
 * Lays out the layers of a network with one forecast.
 *
 * @param featureCount - Features of a step.
 * @throws {ArgumentError} A width, a number of taps or a dilation is not valid, or a perceptron is
 *   given sequences.
 */
export function networkLayers(body: NetworkBody, featureCount: number, room: LayerRoom): Layer[] {
  requireCounts(sizesOf(body));
  if (body.kind === "perceptron") {
    const widths = [featureCount * room.stepCount, ...body.widths];
    const hidden = body.widths.map((width, k) =>
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
  const layers = sequenceLayers(body, featureCount, room);
  const last = lastStepLayer(room, layers[layers.length - 1].width);
  return [...layers, last, outputLayer(room, body.width)];
}

function sequenceLayers(
  body: Exclude<NetworkBody, { kind: "perceptron" }>,
  featureCount: number,
  room: LayerRoom,
): Layer[] {
  const { width } = body;
  switch (body.kind) {
    case "lstm":
      return [lstmLayer(room, { name: "lstm", inputWidth: featureCount, width })];
    case "gru":
      return [gruLayer(room, { name: "gru", inputWidth: featureCount, width })];
    case "temporal-convolution":
      return body.dilations.map((dilation, k) =>
        convolutionLayer(room, {
          name: `convolution${k}`,
          inputWidth: k === 0 ? featureCount : width,
          width,
          tapCount: body.tapCount,
          dilation,
        }),
      );
  }
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
      if (body.dilations.length === 0) {
        throw new ArgumentError("a temporal convolution needs a dilation");
      }
      return [body.width, body.tapCount, ...body.dilations];
  }
}

function requireCounts(sizes: readonly number[]): void {
  for (const size of sizes) {
    if (!(Number.isInteger(size) && size >= 1 && size <= WIDTH_MAX)) {
      throw new ArgumentError(`size of a layer: ${size} is not an integer in [1, ${WIDTH_MAX}]`);
    }
  }
}
