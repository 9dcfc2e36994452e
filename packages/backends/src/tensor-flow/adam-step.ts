import type { NetworkSpec } from "@portfolio/learning";
import type { NamedTensorMap, Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensor-flow.ts";
import type { Variables } from "./variables.ts";

const MEAN_KEPT = 0.9;
const SQUARE_KEPT = 0.999;
const EPSILON = 1e-7;

/** What Adam works on: parameters, and the moving means of gradients and of their squares. */
export interface AdamVariables {
  readonly parameters: Variables;
  readonly means: Variables;
  readonly squares: Variables;
}

/**
 * Takes a step of Adam with decoupled weight decay, as `packages/learning` does.
 *
 * @param gradients - By the own names of the variables of parameters.
 * @param step - Number of the step, from 1.
 */
export function adamStep(
  tf: TensorFlow,
  { parameters, means, squares }: AdamVariables,
  gradients: NamedTensorMap,
  { learningRate, weightDecay, absolutePenalty = 0, gradientNormMax }: NetworkSpec,
  step: number,
): void {
  const stepSize = learningRate / (1 - MEAN_KEPT ** step);
  const correction = 1 / (1 - SQUARE_KEPT ** step);
  const kept = 1 - learningRate * weightDecay;
  const reach = learningRate * absolutePenalty;
  const limit =
    gradientNormMax && shrinkage(tf, Object.values(gradients).filter(Boolean), gradientNormMax);
  for (const [name, parameter] of parameters.byName) {
    const mean = means.byName.get(name);
    const square = squares.byName.get(name);
    if (mean === undefined || square === undefined) {
      throw new Error(`the network has no parameter ${name}`);
    }
    // There is none of what no forecast depends on, such as a tap beyond the first step.
    const own = gradients[parameter.name] ?? tf.zerosLike(parameter);
    const gradient = limit ? tf.mul(own, limit) : own;
    mean.assign(tf.add(tf.mul(mean, MEAN_KEPT), tf.mul(gradient, 1 - MEAN_KEPT)));
    const squared = tf.mul(tf.square(gradient), 1 - SQUARE_KEPT);
    square.assign(tf.add(tf.mul(square, SQUARE_KEPT), squared));
    const size = tf.add(tf.sqrt(tf.mul(square, correction)), EPSILON);
    const move = tf.div(tf.mul(mean, stepSize), size);
    const moved = tf.sub(tf.mul(parameter, kept), move);
    parameter.assign(absolutePenalty > 0 ? nearerToZero(tf, moved, reach) : moved);
  }
}

/** Brings numbers nearer to 0 by a distance, and to 0 those that are nearer. */
function nearerToZero(tf: TensorFlow, values: Tensor, distance: number): Tensor {
  return tf.mul(tf.sign(values), tf.relu(tf.sub(tf.abs(values), distance)));
}

/** The factor that brings the norm of all gradients down to a largest one. */
function shrinkage(tf: TensorFlow, gradients: readonly Tensor[], normMax: number): Scalar {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)) as Scalar);
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
  return tf.minimum(1, tf.div(normMax, tf.maximum(norm, EPSILON * normMax)));
}
