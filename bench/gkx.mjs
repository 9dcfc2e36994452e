// Trains every kind of model on the simulated panels of Gu, Kelly & Xiu and prints the share of the variance of returns that
// each explains out of sample, beside theirs. `npm run bench -- gkx --seeds 30 --models lasso,perceptron --first 31 --laws linear`.
import { parseArgs } from "node:util";
import {
  elasticNetPath,
  predictLinear,
  predictNetwork,
  predictTrees,
  ridgePath,
  simulatePanel,
  startBoosting,
  startNetworkTraining,
  streamSeed,
} from "@portfolio/learning";

const { values: options } = parseArgs({
  options: {
    first: { type: "string", default: "1" },
    seeds: { type: "string", default: "30" },
    laws: { type: "string", default: "linear,nonlinear" },
    models: { type: "string", default: "OLS,ridge,lasso,trees,perceptron,oracle" },
  },
});
const [FIRST, SEEDS] = [Number(options.first), Number(options.seeds)];
const MODELS = options.models.split(",");
const SHAPE = { assetCount: 200, monthCount: 180, characteristicCount: 100 };
// R² out of sample in per cent, models (a) and (b) with 100 characteristics, in their Internet Appendix.
const PUBLISHED = {
  linear: { OLS: -1.35, ridge: 3.39, lasso: 4.25, trees: 3.37, perceptron: 4.28, oracle: 5.52 },
  nonlinear: { OLS: -7.75, ridge: 0.23, lasso: 0.61, trees: 3.22, perceptron: 2.59, oracle: 5.4 },
};
const LOSS = { kind: "squared" };
const MEMBERS = 5;
/** Shares of a step by which weights shrink to 0. */
const PENALTIES = [0.25, 0.35, 0.5];

/** The months from one to before another. */
function monthsOf({ features, targets, dates }, from, to) {
  const { cols, values } = features;
  const [start, end] = [from * SHAPE.assetCount, to * SHAPE.assetCount];
  return {
    features: { rows: end - start, cols, values: values.subarray(start * cols, end * cols) },
    targets: targets.subarray(start, end),
    dates: dates.subarray(start, end),
  };
}

/** Adds each observation with all signs changed, so that the intercept is 0, as theirs is. */
function mirrored({ features, targets }) {
  const both = (values) => {
    const all = new Float64Array(2 * values.length);
    all.set(values);
    for (let k = 0; k < values.length; k++) all[values.length + k] = -values[k];
    return all;
  };
  const { rows, cols, values } = features;
  return { features: { rows: 2 * rows, cols, values: both(values) }, targets: both(targets) };
}

/** In per cent of the squares of what is forecast, as they measure it. */
function explained(forecasts, targets) {
  const errors = forecasts.reduce((sum, f, i) => sum + (targets[i] - f) ** 2, 0);
  return 100 * (1 - errors / targets.reduce((sum, y) => sum + y * y, 0));
}

/** The model of a path that does best on what is held out. */
function best(models, { features, targets }) {
  const scores = models.map((model) => explained(predictLinear(model, features), targets));
  return models[scores.indexOf(Math.max(...scores))];
}

function finished(training) {
  while (!training.advance().isDone);
  return training.model();
}

/** How each model forecasts the last third, from the first, chosen by the second. */
const FORECASTS = {
  OLS: ({ train, test }) => predictLinear(ridgePath(mirrored(train), [0])[0], test.features),
  ridge: ({ train, held, test }) => {
    const penalties = Array.from({ length: 25 }, (_, k) => 10 ** (k / 4));
    return predictLinear(best(ridgePath(mirrored(train), penalties), held), test.features);
  },
  lasso: ({ train, held, test }) => {
    const strengths = Array.from({ length: 25 }, (_, k) => 0.01 * 10 ** (-k / 8));
    const path = strengths.map((strength) => ({ strength, absoluteShare: 1 }));
    return predictLinear(best(elasticNetPath(mirrored(train), path), held), test.features);
  },
  trees,
  perceptron,
  oracle: ({ expectations }) => expectations,
};

function trees({ train, held, test, seed }) {
  const found = [1, 2, 4].map((depthMax) => {
    const spec = { loss: LOSS, treeCountMax: 300, depthMax, learningRate: 0.1, leafPenalty: 1 };
    const rest = { gainMin: 0, coverMin: 20, rowShare: 0.5, featureShare: 0.5, patience: 30, seed };
    const training = startBoosting({ ...spec, ...rest }, train, { validation: held });
    return { model: finished(training), loss: training.progress().bestLoss };
  });
  const tree = found.reduce((least, own) => (own.loss < least.loss ? own : least)).model;
  return predictTrees(tree, test.features);
}

/** The mean of a few perceptrons, whose absolute penalty is chosen by what is held out, as theirs is. */
function perceptron({ train, held, test, seed }) {
  const ensembles = PENALTIES.map((absolutePenalty) => {
    const trainings = Array.from({ length: MEMBERS }, (_, member) => {
      const training = startNetworkTraining(
        {
          body: { kind: "perceptron", widths: [32] },
          stepCount: 1,
          loss: LOSS,
          epochCountMax: 100,
          batchSize: 3000,
          learningRate: 0.01,
          weightDecay: 0,
          absolutePenalty,
          patience: 10,
          seed: streamSeed(seed, member),
        },
        train,
        { validation: held },
      );
      return { model: finished(training), loss: training.progress().bestLoss };
    });
    const loss = trainings.reduce((sum, own) => sum + own.loss, 0);
    return { models: trainings.map(({ model }) => model), loss };
  });
  const { models } = ensembles.reduce((least, own) => (own.loss < least.loss ? own : least));
  const all = models.map((model) => predictNetwork(model, test.features));
  return all[0].map((_, i) => all.reduce((sum, own) => sum + own[i] / all.length, 0));
}

const third = SHAPE.monthCount / 3;
for (const law of options.laws.split(",")) {
  const results = {};
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const panel = simulatePanel(SHAPE, law, seed);
    const parts = {
      seed,
      train: monthsOf(panel, 0, third),
      held: monthsOf(panel, third, 2 * third),
      test: monthsOf(panel, 2 * third, 3 * third),
      expectations: panel.expectations.subarray(2 * third * SHAPE.assetCount),
    };
    for (const name of MODELS) {
      results[name] ??= [];
      results[name].push(explained(FORECASTS[name](parts), parts.test.targets));
    }
  }
  process.stdout.write(`${law} law, ${SEEDS} panels: R² out of sample, %\n`);
  for (const [name, own] of Object.entries(results)) {
    const mean = own.reduce((sum, x) => sum + x / own.length, 0);
    const variance = own.reduce((sum, x) => sum + (x - mean) ** 2 / (own.length - 1), 0);
    const error = Math.sqrt(variance / own.length);
    const theirs = PUBLISHED[law][name];
    process.stdout.write(
      `  ${name.padEnd(11)}${mean.toFixed(2).padStart(7)} ± ${error.toFixed(2)}   published ${theirs.toFixed(2).padStart(6)}\n`,
    );
  }
}
