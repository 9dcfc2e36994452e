import { type Layer, type LayerRoom, paddedWidth } from "./layer.ts";
import { glorotUniform } from "./parameter-plan.ts";

/** The shape of a dense layer. */
export interface DenseShape {
  readonly name: string;
  /** Columns that come in, without what fills them up. */
  readonly inputWidth: number;
  /** Columns of each part that comes out. */
  readonly width: number;
  /** Results side by side, each filled up; 1 unless given. */
  readonly parts?: number;
  /** Whether negative sums become 0. */
  readonly rectifies: boolean;
  /** Steps it is applied to, one by one alike. */
  readonly stepCount: number;
}

/** Makes a layer xW + b, of each row by itself. */
export function denseLayer(room: LayerRoom, shape: DenseShape): Layer {
  const { inputWidth, rectifies, stepCount, parts = 1 } = shape;
  const input = paddedWidth(inputWidth);
  const width = parts * paddedWidth(shape.width);
  const weights = room.parameters.reserve({
    name: `${shape.name}.weights`,
    rows: inputWidth,
    parts,
    width: shape.width,
    draw: glorotUniform(inputWidth, shape.width),
  });
  const bias = room.parameters.reserve({
    name: `${shape.name}.bias`,
    rows: 1,
    parts,
    width: shape.width,
    draw: () => 0,
  });
  const rowCount = room.batchSize * stepCount;
  const out = room.plan.floats(rowCount * width);
  const inputGradient = room.plan.floats(rowCount * input);
  const transposed = room.plan.floats(input * width);
  let fed = 0;
  return {
    width,
    forward: ({ kernels, parameters }, x, batch) => {
      fed = x;
      const rows = batch * stepCount;
      kernels.multiply(x, parameters + weights, out, rows, input, width, false);
      kernels.addBias(out, parameters + bias, rows, width, rectifies);
      return out;
    },
    backward: ({ kernels, parameters, gradients }, gradient, batch, needsInput) => {
      const rows = batch * stepCount;
      if (rectifies) {
        kernels.maskRectified(gradient, out, rows * width);
      }
      kernels.addColumnSums(gradient, gradients + bias, rows, width);
      kernels.multiplyTransposed(fed, gradient, gradients + weights, rows, input, width, true);
      if (needsInput) {
        kernels.transpose(parameters + weights, transposed, input, width);
        kernels.multiply(gradient, transposed, inputGradient, rows, width, input, false);
      }
      return inputGradient;
    },
  };
}
