import type { PointLossKind } from "@portfolio/learning";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensor-flow.ts";

/** Computes the loss of each residual y − f, as `packages/learning` does. */
export function pointLosses(tf: TensorFlow, loss: PointLossKind, residuals: Tensor1D): Tensor1D {
  switch (loss.kind) {
    case "squared":
      return tf.div(tf.square(residuals), 2);
    case "huber": {
      const size = tf.abs(residuals);
      // ½c² + δ(|r| − c) with c = min(|r|, δ) is both branches at once.
      const core = tf.minimum(size, loss.threshold);
      const tail = tf.mul(tf.sub(size, core), loss.threshold);
      return tf.add(tf.div(tf.square(core), 2), tail);
    }
    case "quantile": {
      const above = tf.mul(tf.relu(residuals), loss.level);
      return tf.add(above, tf.mul(tf.relu(tf.neg(residuals)), 1 - loss.level));
    }
  }
}
