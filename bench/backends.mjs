// Times an epoch of networks on each backend that is installed, from small to wide, and compares their losses.
// `npm run bench -- backends --names native,webgpu --widths 32,256,1024 --packages FOLDER`.
import { parseArgs } from "node:util";
import { BACKEND_SETTINGS, openBackend, packageImporter } from "@portfolio/backends";
import { normalSource } from "./measure.mjs";

const { values: options } = parseArgs({
  options: {
    names: { type: "string", default: BACKEND_SETTINGS.filter((name) => name !== "auto").join() },
    widths: { type: "string", default: "32,128" },
    packages: { type: "string" },
    rows: { type: "string", default: "2048" },
  },
});
const ROWS = Number(options.rows);
const STEPS = 10;
const EPOCHS = 3;
const FEATURES = 16;

function taskOf(kind, width) {
  const stepCount = kind === "perceptron" ? 1 : STEPS;
  const cols = stepCount * FEATURES;
  const normal = normalSource(1);
  const values = Float64Array.from({ length: ROWS * cols }, normal);
  const targets = Float64Array.from({ length: ROWS }, (_, i) => values[i * cols] + normal());
  const body = kind === "perceptron" ? { kind, widths: [width, width] } : { kind, width };
  const spec = {
    ...{ kind: "networks", memberCount: 1, body, stepCount, loss: { kind: "squared" }, seed: 1 },
    ...{ epochCountMax: EPOCHS, batchSize: 512, learningRate: 1e-3, weightDecay: 0 },
  };
  return { spec, set: { features: { rows: ROWS, cols, values }, targets } };
}

/** @returns The least wall time of an epoch but the first, which compiles, and the last loss. */
async function epochOf(backend, { spec, set }) {
  const training = backend.startTraining(spec, set);
  const times = [];
  let progress;
  do {
    const start = performance.now();
    progress = await training.advance();
    times.push(performance.now() - start);
  } while (!progress.isDone);
  training.close();
  return { ms: Math.min(...times.slice(1)), loss: progress.trainingLoss };
}

const losses = new Map();
for (const name of options.names.split(",")) {
  let backend;
  try {
    ({ backend } = await openBackend(name, packageImporter(options.packages)));
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    continue;
  }
  process.stdout.write(`${name}: ${backend.device}\n`);
  for (const kind of ["perceptron", "lstm"]) {
    for (const width of options.widths.split(",").map(Number)) {
      const { ms, loss } = await epochOf(backend, taskOf(kind, width));
      const key = `${kind} ${width}`;
      if (!losses.has(key)) losses.set(key, loss);
      const difference = Math.abs(loss - losses.get(key)).toExponential(1);
      process.stdout.write(
        `  ${key.padEnd(18)}${ms.toFixed(1).padStart(10)} ms, loss differs by ${difference}\n`,
      );
    }
  }
}
// Dawn keeps the process alive.
process.exit();
