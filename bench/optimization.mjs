// Times each kind of optimization beside the Python libraries that do it:
// `npm run bench -- optimization [--growth] [--alone] [words of the task]`.
import { cpus, loadavg } from "node:os";
import { argv, stdout } from "node:process";
import { askPeer, leastCpuMs } from "./measure.mjs";
import { fatTailedReturns } from "./optimization/data.mjs";
import { comparisonRow, formatTable } from "./optimization/table.mjs";
import { TASKS } from "./optimization/tasks.mjs";

// Work shorter than this is repeated until it adds up.
const ENOUGH_MS = 1500;
const RUNS_MAX = 20;
const PEER_CAP_MS = 180_000;

const options = argv.slice(2);
const words = options.filter((option) => !option.startsWith("--"));
const withPeers = !options.includes("--alone");

stdout.write(`${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}\n`);
const chosen = TASKS.filter(({ name, title }) =>
  words.every((word) => `${name} ${title}`.includes(word)),
);
stdout.write(`\n${formatTable(chosen.map(measureTask))}`);

function measureTask(task) {
  const returns = task.size === undefined ? undefined : fatTailedReturns(...task.size);
  const input = task.input === undefined ? returns : task.input(returns);
  const { ms: once } = leastCpuMs(() => task.work(input), 1);
  const runs = Math.min(RUNS_MAX, Math.max(1, Math.floor(ENOUGH_MS / once)));
  const { ms, result } = leastCpuMs(() => task.work(input), runs);
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
  const row = comparisonRow(task, Math.min(ms, once), objective, answers);
  stdout.write(`${row.join("  ")}\n`);
  return row;
}
