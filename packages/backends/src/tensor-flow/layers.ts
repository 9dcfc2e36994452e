import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensor-flow.ts";

/** The parameters of a network, and what computes with them. */
export interface Graph {
  readonly tf: TensorFlow;
  /**
   * Finds a matrix of parameters by name, shape (rows, parts · width).
   *
   * @throws {Error} There is none.
   */
  readonly parameter: (name: string) => Tensor2D;
}

/** Sizes of a sequence of steps, each a block of rows. */
export interface Steps {
  readonly stepCount: number;
  readonly batch: number;
}

/** Computes xW + b. */
export function dense({ tf, parameter }: Graph, name: string, x: Tensor2D): Tensor2D {
  return tf.add(tf.matMul(x, parameter(`${name}.weights`)), parameter(`${name}.bias`));
}

/** Puts the steps of a sequence below each other, shape (T·B, D). */
export function rowsOf({ tf }: Graph, x: Tensor3D): Tensor2D {
  const [stepCount, batch, width] = x.shape;
  return tf.reshape(x, [stepCount * batch, width]);
}

/** Takes rows apart into the steps of a sequence, shape (T, B, D). */
export function stepsOf({ tf }: Graph, rows: Tensor2D, { stepCount, batch }: Steps): Tensor3D {
  return tf.reshape(rows, [stepCount, batch, rows.shape[1]]);
}

/** Takes the last step of a sequence. */
export function lastStep({ tf }: Graph, x: Tensor3D): Tensor2D {
  const [stepCount, batch, width] = x.shape;
  return tf.reshape(tf.slice(x, [stepCount - 1, 0, 0], [1, batch, width]), [batch, width]);
}

/** Splits columns into parts of the same width. */
export function partsOf({ tf }: Graph, x: Tensor2D, count: number): Tensor2D[] {
  const [rows, columns] = x.shape;
  const width = columns / count;
  return Array.from({ length: count }, (_, k) => tf.slice(x, [0, k * width], [rows, width]));
}

/** Computes Σₖ x(t − k·d) Wₖ at every step, with zeros before the first. */
export function convolve(
  graph: Graph,
  name: string,
  x: Tensor3D,
  { tapCount, dilation }: { readonly tapCount: number; readonly dilation: number },
): Tensor2D {
  const { tf, parameter } = graph;
  const [stepCount, batch, width] = x.shape;
  const seenCount = Math.min(tapCount, Math.ceil(stepCount / dilation));
  return Array.from({ length: seenCount }, (_, k) => k)
    .map((k) => {
      const lag = k * dilation;
      const seen = tf.slice(x, [0, 0, 0], [stepCount - lag, batch, width]);
      const product: Tensor2D = tf.matMul(rowsOf(graph, seen), parameter(`${name}.weights${k}`));
      const before: Tensor2D = tf.zeros([lag * batch, product.shape[1]]);
      return lag === 0 ? product : tf.concat([before, product], 0);
    })
    .reduce((sum, product) => tf.add(sum, product));
}

/** Brings rows to mean 0 and variance 1, scales and shifts them. */
export function normalize({ tf, parameter }: Graph, name: string, x: Tensor2D): Tensor2D {
  const centered = tf.sub(x, tf.mean(x, 1, true));
  const variance = tf.mean(tf.mul(centered, centered), 1, true);
  const normal = tf.div(centered, tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(normal, parameter(`${name}.gain`)), parameter(`${name}.shift`));
}
