import { copyFloats, type Layer, type LayerRoom } from "./layer.ts";

/**
 * Makes a layer that adds to what comes in what other layers make of it, step by step.
 *
 * @param layers - The last one's width is that of what comes in.
 * @see He et al. (2016), "Deep Residual Learning for Image Recognition", eq. 1, arXiv:1512.03385
 */
export function residualLayer(
  { plan, batchSize, stepCount }: LayerRoom,
  layers: readonly Layer[],
): Layer {
  const { width } = layers[layers.length - 1];
  const out = plan.floats(stepCount * batchSize * width);
  const kept = plan.floats(stepCount * batchSize * width);
  return {
    width,
    forward: (session, x, batch) => {
      const added = layers.reduce((own, layer) => layer.forward(session, own, batch), x);
      copyFloats(session, x, out, stepCount * batch * width);
      session.kernels.addTo(out, added, stepCount * batch * width);
      return out;
    },
    backward: (session, gradient, batch, needsInput) => {
      const length = stepCount * batch * width;
      copyFloats(session, gradient, kept, length);
      const inner = layers.reduceRight(
        (own, layer, k) => layer.backward(session, own, batch, k > 0 || needsInput),
        gradient,
      );
      if (needsInput) {
        session.kernels.addTo(kept, inner, length);
      }
      return kept;
    },
  };
}
