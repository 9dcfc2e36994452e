import { denseLayer } from "./dense-layer.ts";
import { clearFloats, type Layer, type LayerRoom, paddedWidth } from "./layer.ts";

/** The shape of an attention. */
export interface AttentionShape {
  readonly name: string;
  /** Columns that come in and out; a multiple of four times the heads. */
  readonly width: number;
  readonly headCount: number;
}

/**
 * Makes a layer in which each step attends to itself and to those before it:
 * softmax(QK'/√d) V for each head, then xW + b over the heads side by side.
 *
 * @see Vaswani et al. (2017), "Attention Is All You Need", eq. 1, arXiv:1706.03762
 */
export function attentionLayer(room: LayerRoom, { name, width, headCount }: AttentionShape): Layer {
  const { plan, batchSize, stepCount } = room;
  const dense = { inputWidth: width, width, rectifies: false, stepCount };
  const all = denseLayer(room, { ...dense, name: `${name}.all`, parts: 3 });
  const mix = denseLayer(room, { ...dense, name: `${name}.mix` });
  const padded = paddedWidth(width);
  const rowCount = stepCount * batchSize;
  const shares = plan.floats(batchSize * headCount * stepCount * 4 * Math.ceil(stepCount / 4));
  const out = plan.floats(rowCount * padded);
  const allGradient = plan.floats(rowCount * all.width);
  const headWidth = width / headCount;
  const scale = 1 / Math.sqrt(headWidth);
  const sizes = [stepCount, padded, headCount, headWidth, scale] as const;
  let fed = 0;
  return {
    width: padded,
    forward: (session, x, batch) => {
      fed = all.forward(session, x, batch);
      session.kernels.attentionForward(fed, shares, out, batch, ...sizes);
      return mix.forward(session, out, batch);
    },
    backward: (session, gradient, batch, needsInput) => {
      const inner = mix.backward(session, gradient, batch, true);
      clearFloats(session, allGradient, stepCount * batch * all.width);
      session.kernels.attentionBackward(fed, shares, inner, allGradient, batch, ...sizes);
      return all.backward(session, allGradient, batch, needsInput);
    },
  };
}
