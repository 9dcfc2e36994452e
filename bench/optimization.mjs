// Times each kind of optimization beside the Python libraries that do it:
// `npm run bench -- optimization [--growth] [--alone] [words of the task, or numbers of assets]`;
// `--stopped [seeds]` stops searches for few assets after 50 ms instead.
import { cpus, loadavg } from "node:os";
import { argv, stdout } from "node:process";
import { askPeer, leastCpuMs } from "./measure.mjs";
import { fatTailedReturns } from "./optimization/data.mjs";
import { ASSET_COUNTS, CURVES, growthInput, PEER_ASSETS_MAX } from "./optimization/growth.mjs";
import { STOPPED_HEADER, stoppedSearches } from "./optimization/stopped-searches.mjs";
import { comparisonRow, formatMs, formatRatio, formatTable } from "./optimization/table.mjs";
import { TASKS } from "./optimization/tasks.mjs";

// Work shorter than this is repeated until it adds up.
const ENOUGH_MS = 1500;
const RUNS_MAX = 20;
const PEER_CAP_MS = 180_000;
const STOPPED_MS = 50;
const PROOF_MS = 2000;
const STOPPED_SEEDS = [1, 2, 3];
// Code that has not run yet is slow; searches of this seed run first and do not count.
const WARM_UP_SEED = 0;

const options = argv.slice(2);
const words = options.filter((option) => !option.startsWith("--"));
const withPeers = !options.includes("--alone");

stdout.write(`${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}\n`);
if (options.includes("--stopped")) {
  const given = words.map(Number);
  const limits = { limitMs: STOPPED_MS, proofMs: PROOF_MS };
  stoppedSearches({ seeds: [WARM_UP_SEED], limitMs: STOPPED_MS, proofMs: STOPPED_MS }, () => {});
  const seeds = given.length > 0 ? given : STOPPED_SEEDS;
  const rows = stoppedSearches({ seeds, ...limits }, (row) => stdout.write(`${row.join("  ")}\n`));
  stdout.write(`\n${formatTable(rows, STOPPED_HEADER)}`);
} else if (options.includes("--growth")) {
  const header = ["assets", ...CURVES.flatMap(({ title, peer }) => [title, peer])];
  const counts = ASSET_COUNTS.filter((count) => words.length === 0 || words.includes(`${count}`));
  stdout.write(`\n${formatTable(counts.map(measureGrowth), header)}`);
} else {
  const chosen = TASKS.filter(({ name, title }) =>
    words.every((word) => `${name} ${title}`.includes(word)),
  );
  stdout.write(`\n${formatTable(chosen.map(measureTask))}`);
}

function measureTask(task) {
  const returns = task.size === undefined ? undefined : fatTailedReturns(...task.size);
  const input = task.input === undefined ? returns : task.input(returns);
  const { ms, result } = leastTime(() => task.work(input));
  const objective = task.objective(result, input);
  const handed = task.handed?.(input) ?? returns?.values;
  const [rows, cols] = task.size ?? [0, input.expectedReturns?.length ?? 0];
  const answers = (withPeers ? task.peers : []).map((peer) => ({
    peer,
    answer: askPeer("optimization.py", handed, {
      before: [task.name, peer],
      after: [rows, cols],
      capMs: PEER_CAP_MS,
    }),
  }));
  const row = comparisonRow(task, ms, objective, answers);
  stdout.write(`${row.join("  ")}\n`);
  return row;
}

function measureGrowth(assetCount) {
  const input = growthInput(assetCount);
  const row = CURVES.flatMap(({ name, peer, work, days, isHanded }) => {
    const { ms } = leastTime(() => work(input));
    if (!withPeers || assetCount > PEER_ASSETS_MAX) return [formatMs(ms), "–"];
    const handed = isHanded ? estimatesOf(input) : input.returns.values.slice(0, days * assetCount);
    const answer = askPeer("optimization.py", handed, {
      before: [name, peer],
      after: [days, assetCount],
      capMs: PEER_CAP_MS,
    });
    const theirs = answer?.ms;
    const cell = theirs === undefined ? (answer?.error ?? "no Python") : formatMs(theirs);
    return [formatMs(ms), theirs === undefined ? cell : `${cell} (${formatRatio(theirs / ms)})`];
  });
  stdout.write(`${assetCount}  ${row.join("  ")}\n`);
  return [String(assetCount), ...row];
}

function estimatesOf({ problem: { expectedReturns, covariance } }) {
  const numbers = new Float64Array(expectedReturns.length + covariance.values.length);
  numbers.set(expectedReturns);
  numbers.set(covariance.values, expectedReturns.length);
  return numbers;
}

function leastTime(work) {
  const { ms: once, result } = leastCpuMs(work, 1);
  const runs = Math.min(RUNS_MAX, Math.floor(ENOUGH_MS / once));
  return runs < 1 ? { ms: once, result } : leastCpuMs(work, runs);
}
