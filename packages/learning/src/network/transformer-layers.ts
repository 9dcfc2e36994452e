import { attentionLayer } from "./attention-layer.ts";
import { denseLayer } from "./dense-layer.ts";
import type { Layer, LayerRoom } from "./layer.ts";
import { normalizeLayer } from "./normalize-layer.ts";
import { positionLayer } from "./position-layer.ts";
import { residualLayer } from "./residual-layer.ts";

/** The sizes of a transformer. */
export interface TransformerShape {
  /** Columns of each step between the blocks; a multiple of four times the heads. */
  readonly width: number;
  readonly headCount: number;
  /** Rectified units of the two dense layers in a block. */
  readonly innerWidth: number;
  readonly blockCount: number;
}

/**
 * Lays out an encoder: features and positions, then blocks of causal attention and of two dense
 * layers, each normalized before it and added to what came in.
 *
 * @see Vaswani et al. (2017), "Attention Is All You Need", section 3.1, arXiv:1706.03762; Xiong et al.
 *   (2020), "On Layer Normalization in the Transformer Architecture", figure 1b, arXiv:2002.04745
 */
export function transformerLayers(
  room: LayerRoom,
  featureCount: number,
  { width, headCount, innerWidth, blockCount }: TransformerShape,
): Layer[] {
  const steps = { stepCount: room.stepCount, rectifies: false };
  const layers = [
    denseLayer(room, { ...steps, name: "embedding", inputWidth: featureCount, width }),
    positionLayer(room, "position", width),
  ];
  for (let k = 0; k < blockCount; k++) {
    const name = `block${k}`;
    const inner = { ...steps, name: `${name}.inner`, width: innerWidth, rectifies: true };
    const outer = { ...steps, name: `${name}.outer`, inputWidth: innerWidth, width };
    layers.push(
      residualLayer(room, [
        normalizeLayer(room, `${name}.attentionNorm`, width),
        attentionLayer(room, { name: `${name}.attention`, width, headCount }),
      ]),
      residualLayer(room, [
        normalizeLayer(room, `${name}.denseNorm`, width),
        denseLayer(room, { ...inner, inputWidth: width }),
        denseLayer(room, outer),
      ]),
    );
  }
  layers.push(normalizeLayer(room, "norm", width));
  return layers;
}
