import { type Layer, type LayerRoom, paddedWidth } from "./layer.ts";

/**
 * Makes a layer that brings each row to mean 0 and variance 1, then scales and shifts its columns.
 *
 * @param ownWidth - Columns, a multiple of 4.
 * @see Ba, Kiros & Hinton (2016), "Layer Normalization", eq. 4, arXiv:1607.06450
 */
export function normalizeLayer(room: LayerRoom, name: string, ownWidth: number): Layer {
  const { plan, parameters, batchSize, stepCount } = room;
  const width = paddedWidth(ownWidth);
  const row = { rows: 1, parts: 1, width: ownWidth };
  const gain = parameters.reserve({ ...row, name: `${name}.gain`, draw: () => 1 });
  const shift = parameters.reserve({ ...row, name: `${name}.shift`, draw: () => 0 });
  const normal = plan.floats(stepCount * batchSize * width);
  const inverses = plan.floats(stepCount * batchSize);
  const out = plan.floats(stepCount * batchSize * width);
  const inputGradient = plan.floats(stepCount * batchSize * width);
  return {
    width,
    forward: ({ kernels, parameters: at }, x, batch) => {
      const rows = stepCount * batch;
      const [scale, move] = [at + gain, at + shift];
      kernels.normalizeForward(x, scale, move, normal, inverses, out, rows, width, ownWidth);
      return out;
    },
    backward: ({ kernels, parameters: at, gradients }, gradient, batch) => {
      const rows = stepCount * batch;
      kernels.addColumnSums(gradient, gradients + shift, rows, width);
      kernels.normalizeBackward(
        gradient,
        at + gain,
        normal,
        inverses,
        gradients + gain,
        inputGradient,
        rows,
        width,
        ownWidth,
      );
      return inputGradient;
    },
  };
}
