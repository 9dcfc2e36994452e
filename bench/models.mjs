// Trains every default version, and its baselines, on the sample's real prices, and prints how each did on days that its
// training had not seen: the tables of docs/models.md. `npm run bench -- models`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { StartDefaultTrainingsRequestSchema } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { nativeTrainer } from "../packages/learning/dist/src/index.js";
import { learnerTitle } from "../services/training/dist/src/app/training-text.js";
import { trainVersion } from "../services/training/dist/src/domain/train-version.js";
import { defaultSpecs } from "../services/training/dist/src/rpc/convert/default-specs.js";
import { readTrainingDraft } from "../services/training/dist/src/rpc/convert/read-training-draft.js";

/** Days that default trainings use. */
const DAYS_MAX = 4300;
const SAMPLE = join(import.meta.dirname, "..", "data", "sample.csv.gz");
const STOCK_COUNT = 20;

const prices = readSample();
const request = create(StartDefaultTrainingsRequestSchema, {});
for (const { modelId, specs } of defaultSpecs(request, prices.symbols, prices.dates[0])) {
  const results = [];
  const parents = [];
  for (const spec of specs) {
    const draft = readTrainingDraft(spec, "");
    const result = await measured(learnerTitle(draft.spec.learner), draft.spec, []);
    results.push(result);
    if (!isBaseline(draft.spec.learner)) {
      parents.push({ ...result.outcome, number: results.length, spec: draft.spec });
    }
  }
  const versions = parents.map(({ number }) => number);
  const method = modelId.startsWith("rank") ? "skill" : "equal";
  const learner = { kind: "combination", versions, method };
  results.push(
    await measured(`Combination of ${versions.length}`, { ...parents[0].spec, learner }, parents),
  );
  process.stdout.write(`\n${modelId}, ${prices.dates[0]} to ${prices.dates.at(-1)}\n\n`);
  process.stdout.write(modelId.startsWith("rank") ? rankTable(results) : volatilityTable(results));
}

function isBaseline({ kind }) {
  return kind === "baseline" || kind === "exponential-volatility";
}

async function measured(title, spec, parents) {
  const start = process.cpuUsage();
  const tried = { count: 1, sharpes: [] };
  const steps = trainVersion({ spec, ...prices, tried, parents }, nativeTrainer, undefined);
  let next = await steps.next();
  while (!next.done) next = await steps.next();
  const { user, system } = process.cpuUsage(start);
  const outcome = next.value;
  const find = (name) =>
    outcome.metrics.find((metric) => metric.name === name && metric.fold === 0);
  process.stderr.write(`${title}: ${((user + system) / 1e6).toFixed(1)} s\n`);
  return { title, cpuSeconds: (user + system) / 1e6, outcome, find };
}

function rankTable(results) {
  const head = [
    "version",
    "rank IC",
    "± s.e.",
    "ICIR a year",
    "over momentum, p",
    "over reversal, p",
    "long-short Sharpe",
    "CPU s",
  ];
  const ordered = results.toSorted((a, b) => value(b, "rank_ic") - value(a, "rank_ic"));
  return table(
    head,
    ordered.map((result) => [
      result.title,
      figure(value(result, "rank_ic"), 4),
      figure(result.find("rank_ic")?.standardError, 4),
      figure(value(result, "icir_per_year"), 2),
      compared(result, "momentum"),
      compared(result, "reversal"),
      figure(value(result, "long_short_sharpe"), 2),
      result.cpuSeconds.toFixed(1),
    ]),
  );
}

function volatilityTable(results) {
  const head = [
    "version",
    "QLIKE",
    "over rolling year, p",
    "over EWMA, p",
    "R² over rolling year",
    "rank IC",
    "slope",
    "CPU s",
  ];
  const ordered = results.toSorted((a, b) => value(a, "qlike") - value(b, "qlike"));
  return table(
    head,
    ordered.map((result) => [
      result.title,
      figure(value(result, "qlike"), 4),
      compared(result, "rolling_variance"),
      compared(result, "exponential"),
      figure(value(result, "r2_oos"), 3),
      figure(value(result, "rank_ic"), 3),
      figure(value(result, "calibration_slope"), 2),
      result.cpuSeconds.toFixed(1),
    ]),
  );
}

function value(result, name) {
  return result.find(name)?.value;
}

/** Gain over a baseline and the p-value of no difference. */
function compared(result, rival) {
  const gain = value(result, `gain_${rival}`);
  return gain === 0 ? "–" : `${figure(gain, 4)}, ${figure(value(result, `dm_p_${rival}`), 3)}`;
}

function figure(number, digits) {
  return number === undefined ? "–" : number.toFixed(digits);
}

function table(head, rows) {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

function readSample() {
  const [header, ...lines] = gunzipSync(readFileSync(SAMPLE))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const symbols = header.split(",").slice(1, STOCK_COUNT + 1);
  const rows = lines.map((line) => line.split(",")).slice(-DAYS_MAX);
  const values = Float64Array.from(
    rows.flatMap((cells) =>
      symbols.map((_, j) => (cells[j + 1] === "" ? Number.NaN : Number(cells[j + 1]))),
    ),
  );
  return {
    symbols,
    dates: rows.map(([date]) => date),
    closes: { rows: rows.length, cols: symbols.length, values },
  };
}
