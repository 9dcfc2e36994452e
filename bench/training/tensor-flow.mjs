// An epoch of the same network in TensorFlow.js.
import { createRequire } from "node:module";
import { join } from "node:path";
import { env } from "node:process";
import { leastCpuMsOf } from "../measure.mjs";

/**
 * Times epochs of a network.
 *
 * @returns For each backend the least CPU time of an epoch, or nothing where TensorFlow.js is not at hand.
 */
export async function tensorFlowEpochs(network) {
  const tf = loadTensorFlow();
  if (tf === undefined) return undefined;
  const times = {};
  for (const [backend, epochs] of Object.entries(network.peers)) {
    await tf.core.setBackend(backend);
    // It falls back to another backend without a word.
    if (tf.core.getBackend() !== backend) throw new Error(`there is no backend ${backend}`);
    times[`tfjs ${backend}`] = { ms: await epochMs(tf, network, epochs) };
  }
  return times;
}

function loadTensorFlow() {
  if (env.PORTFOLIO_TFJS === undefined) return undefined;
  const require = createRequire(join(env.PORTFOLIO_TFJS, "package.json"));
  const part = (name) => require(`@tensorflow/tfjs-${name}`);
  part("backend-cpu");
  part("backend-wasm");
  return { core: part("core"), layers: part("layers") };
}

async function epochMs({ core, layers }, network, epochs) {
  const { rows, stepCount, featureCount, body, values, targets, batchSize } = network;
  const isSequence = body.kind !== "perceptron";
  const shape = isSequence ? [stepCount, featureCount] : [featureCount];
  const model = layers.sequential();
  if (isSequence) {
    model.add(
      layers.layers[body.kind]({
        units: body.width,
        inputShape: shape,
        recurrentInitializer: "glorotUniform",
      }),
    );
  } else {
    for (const units of body.widths) {
      model.add(layers.layers.dense({ units, activation: "relu", inputShape: shape }));
    }
  }
  model.add(layers.layers.dense({ units: 1 }));
  model.compile({ optimizer: core.train.adam(1e-3), loss: "meanSquaredError" });
  const x = core.tensor(Float32Array.from(values), [rows, ...shape]);
  const y = core.tensor(Float32Array.from(targets), [rows, 1]);
  const options = { epochs: 1, batchSize, verbose: 0 };
  const ms = await leastCpuMsOf(() => model.fit(x, y, options), epochs);
  core.dispose([x, y]);
  model.dispose();
  return ms;
}
