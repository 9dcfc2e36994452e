import type { NetworkBody } from "@portfolio/learning";
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import {
  convolve,
  dense,
  type Graph,
  lastStep,
  normalize,
  partsOf,
  rowsOf,
  type Steps,
  stepsOf,
} from "./layers.ts";

type BodyOf<Kind extends NetworkBody["kind"]> = Extract<NetworkBody, { kind: Kind }>;

/**
 * Computes the forecasts of a network, from the parameters that `packages/learning` trains.
 *
 * @param x - Features in standard deviations, shape (T, B, D).
 * @returns Forecasts in standard deviations, length B.
 */
export function networkForward(graph: Graph, body: NetworkBody, x: Tensor3D): Tensor1D {
  const { tf } = graph;
  const out = dense(graph, "output", bodyForward(graph, body, x));
  return tf.reshape(out, [x.shape[1]]);
}

function bodyForward(graph: Graph, body: NetworkBody, x: Tensor3D): Tensor2D {
  const { tf } = graph;
  switch (body.kind) {
    case "perceptron":
      return body.widths.reduce(
        (rows, _, k) => tf.relu(dense(graph, `dense${k}`, rows)),
        rowsOf(graph, x),
      );
    case "lstm":
      return lstm(graph, x, body.width);
    case "gru":
      return gru(graph, x, body.width);
    case "temporal-convolution":
      return temporalConvolution(graph, body, x);
    case "wavenet":
      return wavenet(graph, body, x);
    case "transformer":
      return transformer(graph, body, x);
  }
}

function lstm(graph: Graph, x: Tensor3D, width: number): Tensor2D {
  const { tf, parameter } = graph;
  const batch = x.shape[1];
  let h: Tensor2D = tf.zeros([batch, width]);
  let c: Tensor2D = tf.zeros([batch, width]);
  for (const step of tf.unstack(x) as Tensor2D[]) {
    const sums = tf.add(
      tf.matMul(step, parameter("lstm.inputWeights")),
      tf.matMul(h, parameter("lstm.stateWeights")),
    );
    const [input, forget, candidate, output] = quarters(
      graph,
      tf.add(sums, parameter("lstm.bias")),
    );
    c = tf.add(tf.mul(tf.sigmoid(forget), c), tf.mul(tf.sigmoid(input), tf.tanh(candidate)));
    h = tf.mul(tf.sigmoid(output), tf.tanh(c));
  }
  return h;
}

function gru(graph: Graph, x: Tensor3D, width: number): Tensor2D {
  const { tf, parameter } = graph;
  let h: Tensor2D = tf.zeros([x.shape[1], width]);
  const biases = quarters(graph, parameter("gru.bias"));
  for (const step of tf.unstack(x) as Tensor2D[]) {
    const fromInput = partsOf(graph, tf.matMul(step, parameter("gru.inputWeights")), 3);
    const fromState = partsOf(graph, tf.matMul(h, parameter("gru.stateWeights")), 3);
    const [xReset, xUpdate, xNew] = fromInput as [Tensor2D, Tensor2D, Tensor2D];
    const [hReset, hUpdate, hNew] = fromState as [Tensor2D, Tensor2D, Tensor2D];
    const reset = tf.sigmoid(tf.add(tf.add(xReset, hReset), biases[0]));
    const update = tf.sigmoid(tf.add(tf.add(xUpdate, hUpdate), biases[1]));
    const inner = tf.mul(reset, tf.add(hNew, biases[3]));
    const candidate = tf.tanh(tf.add(tf.add(xNew, biases[2]), inner));
    h = tf.add(tf.mul(tf.sub(1, update), candidate), tf.mul(update, h));
  }
  return h;
}

function quarters(graph: Graph, x: Tensor2D) {
  return partsOf(graph, x, 4) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
}

function temporalConvolution(
  graph: Graph,
  { tapCount, dilations }: BodyOf<"temporal-convolution">,
  x: Tensor3D,
): Tensor2D {
  const { tf, parameter } = graph;
  const steps = sizesOf(x);
  let own = x;
  for (const [k, dilation] of dilations.entries()) {
    const name = `convolution${k}`;
    const sums = convolve(graph, name, own, { tapCount, dilation });
    const activation = tf.relu(tf.add(sums, parameter(`${name}.bias`))) as Tensor2D;
    const isResidual = own.shape[2] === activation.shape[1];
    const out = isResidual ? tf.add(activation, rowsOf(graph, own)) : activation;
    own = stepsOf(graph, out as Tensor2D, steps);
  }
  return lastStep(graph, own);
}

function wavenet(graph: Graph, { tapCount, dilations }: BodyOf<"wavenet">, x: Tensor3D): Tensor2D {
  const { tf, parameter } = graph;
  const steps = sizesOf(x);
  let own = dense(graph, "embedding", rowsOf(graph, x));
  let skips: Tensor2D | undefined;
  for (const [k, dilation] of dilations.entries()) {
    const name = `wavenet${k}`;
    const sequence = stepsOf(graph, own, steps);
    const sums = convolve(graph, name, sequence, { tapCount, dilation });
    const [filter, gate] = partsOf(graph, tf.add(sums, parameter(`${name}.bias`)), 2) as [
      Tensor2D,
      Tensor2D,
    ];
    const gated = tf.mul(tf.tanh(filter), tf.sigmoid(gate)) as Tensor2D;
    const last = lastStep(graph, stepsOf(graph, gated, steps));
    const skip: Tensor2D = tf.matMul(last, parameter(`${name}.skip`));
    skips = skips === undefined ? skip : tf.add(skips, skip);
    if (k < dilations.length - 1) {
      const mixed = tf.matMul(gated, parameter(`${name}.mix`));
      own = tf.add(own, tf.add(mixed, parameter(`${name}.mixBias`)));
    }
  }
  const sum = tf.relu(tf.add(skips ?? own, parameter("skip.bias"))) as Tensor2D;
  return tf.relu(dense(graph, "head", sum));
}

function transformer(
  graph: Graph,
  { headCount, blockCount }: BodyOf<"transformer">,
  x: Tensor3D,
): Tensor2D {
  const { tf, parameter } = graph;
  const steps = sizesOf(x);
  const embedded = stepsOf(graph, dense(graph, "embedding", rowsOf(graph, x)), steps);
  const position = tf.expandDims(parameter("position.rows"), 1);
  let own = rowsOf(graph, tf.add(embedded, position));
  for (let k = 0; k < blockCount; k++) {
    const name = `block${k}`;
    const attended = attention(
      graph,
      `${name}.attention`,
      normalize(graph, `${name}.attentionNorm`, own),
      { ...steps, headCount },
    );
    own = tf.add(own, attended);
    const inner = dense(graph, `${name}.inner`, normalize(graph, `${name}.denseNorm`, own));
    own = tf.add(own, dense(graph, `${name}.outer`, tf.relu(inner)));
  }
  return lastStep(graph, stepsOf(graph, normalize(graph, "norm", own), steps));
}

// Far below any score: the exponential of it is 0.
const HIDDEN = -1e9;

function attention(
  graph: Graph,
  name: string,
  x: Tensor2D,
  { stepCount, batch, headCount }: Steps & { readonly headCount: number },
): Tensor2D {
  const { tf } = graph;
  const width = x.shape[1];
  const headWidth = width / headCount;
  const heads = partsOf(graph, dense(graph, `${name}.all`, x), 3).map((part) => {
    const apart = tf.reshape(part, [stepCount, batch, headCount, headWidth]);
    const together = tf.transpose(apart, [1, 2, 0, 3]);
    return tf.reshape(together, [batch * headCount, stepCount, headWidth]) as Tensor3D;
  });
  const [queries, keys, values] = heads as [Tensor3D, Tensor3D, Tensor3D];
  const scores = tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(headWidth));
  const later = Array.from({ length: stepCount }, (_, t) =>
    Array.from({ length: stepCount }, (__, s) => (s > t ? HIDDEN : 0)),
  );
  const shares = tf.softmax(tf.add(scores, tf.tensor2d(later))) as Tensor3D;
  const attended = tf.reshape(tf.matMul(shares, values), [batch, headCount, stepCount, headWidth]);
  const rows = tf.reshape(tf.transpose(attended, [2, 0, 1, 3]), [stepCount * batch, width]);
  return dense(graph, `${name}.mix`, rows as Tensor2D);
}

function sizesOf(x: Tensor3D): Steps {
  return { stepCount: x.shape[0], batch: x.shape[1] };
}
