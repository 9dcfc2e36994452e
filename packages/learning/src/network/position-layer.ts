import { copyFloats, type Layer, type LayerRoom, paddedWidth } from "./layer.ts";
import { glorotUniform } from "./parameter-plan.ts";

/**
 * Makes a layer that adds to each step a row of its own, which is learned.
 *
 * @see Gehring et al. (2017), "Convolutional Sequence to Sequence Learning", section 3.1,
 *   arXiv:1705.03122
 */
export function positionLayer(room: LayerRoom, name: string, ownWidth: number): Layer {
  const { plan, parameters, batchSize, stepCount } = room;
  const width = paddedWidth(ownWidth);
  const rows = parameters.reserve({
    name: `${name}.rows`,
    rows: stepCount,
    parts: 1,
    width: ownWidth,
    draw: glorotUniform(stepCount, ownWidth),
  });
  const out = plan.floats(stepCount * batchSize * width);
  return {
    width,
    forward: (session, x, batch) => {
      copyFloats(session, x, out, stepCount * batch * width);
      for (let t = 0; t < stepCount; t++) {
        const row = session.parameters + rows + 4 * t * width;
        session.kernels.addBias(out + 4 * t * batch * width, row, batch, width, false);
      }
      return out;
    },
    backward: ({ kernels, gradients }, gradient, batch) => {
      for (let t = 0; t < stepCount; t++) {
        const to = gradients + rows + 4 * t * width;
        kernels.addColumnSums(gradient + 4 * t * batch * width, to, batch, width);
      }
      return gradient;
    },
  };
}
