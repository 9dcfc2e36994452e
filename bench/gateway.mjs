// Measures the gateway on a small unary JSON call beside a plain Fastify JSON proxy.
//
// Run `npx tsc --build gateway` first, then `node bench/gateway.mjs [requests per round]`.
// CPU time per request, of each process, is the figure to trust: the load generator shares
// the machine, so requests per second are a lower bound.
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus, loadavg } from "node:os";

const REQUEST_COUNT = Number(process.argv[2] ?? 20_000);
const WARM_UP_COUNT = Math.ceil(REQUEST_COUNT / 2);
const ROUND_COUNT = 3;
const CONNECTION_COUNT = 32;
const PATH = "/portfolio.data.v1.InstrumentService/GetInstrument";
const BODY = '{"symbol":"AAPL"}';
const ANSWER_TIMEOUT_MS = 120_000;

const SETUPS = [
  { name: "gateway, backend in process", front: "gateway-inproc" },
  { name: "gateway alone (backend without interceptors)", front: "gateway-bare" },
  { name: "gateway, backend over gRPC", front: "gateway-grpc", backend: "grpc-backend" },
  { name: "Connect's own handler (connect-node)", front: "connect-node" },
  { name: "Fastify answering itself", front: "fastify-backend" },
  { name: "Fastify JSON proxy", front: "fastify-proxy", backend: "fastify-backend" },
];

const children = [];
process.on("exit", () => {
  for (const child of children) {
    child.kill();
  }
});

function spawn(file, ...args) {
  const child = fork(new URL(`gateway/${file}`, import.meta.url), args.map(String));
  children.push(child);
  return child;
}

async function ask(child, message) {
  const answer = once(child, "message", { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  child.send(message);
  return (await answer)[0];
}

async function start(role, ...args) {
  const child = spawn("server.mjs", role, ...args);
  const [{ port }] = await once(child, "message", {
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  return { child, port };
}

async function cpuMicros(servers) {
  const answers = await Promise.all(servers.map(({ child }) => ask(child, "cpu")));
  return answers.map((answer) => answer.cpuMicros);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function measure(setup, load) {
  const backend = setup.backend && (await start(setup.backend));
  const front = await start(setup.front, backend?.port ?? 0);
  const servers = backend ? [front, backend] : [front];
  const task = { port: front.port, path: PATH, body: BODY, connectionCount: CONNECTION_COUNT };
  await ask(load, { ...task, requestCount: WARM_UP_COUNT });
  const rounds = [];
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    const before = await cpuMicros(servers);
    const { wallMs, p50Ms, p99Ms } = await ask(load, { ...task, requestCount: REQUEST_COUNT });
    const after = await cpuMicros(servers);
    const [frontMicros, backendMicros = 0] = after.map(
      (value, i) => (value - before[i]) / REQUEST_COUNT,
    );
    rounds.push({
      frontMicros,
      backendMicros,
      perSecond: (REQUEST_COUNT / wallMs) * 1000,
      p50Ms,
      p99Ms,
    });
  }
  for (const { child } of servers) {
    child.kill();
  }
  const of = (key) => median(rounds.map((round) => round[key]));
  return {
    name: setup.name,
    frontMicros: of("frontMicros"),
    backendMicros: of("backendMicros"),
    perSecond: of("perSecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
  };
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

const load = spawn("load.mjs");
const results = [];
for (const setup of SETUPS) {
  results.push(await measure(setup, load));
}

print(
  `${REQUEST_COUNT} requests a round, median of ${ROUND_COUNT}, ${CONNECTION_COUNT} in flight; ` +
    `Node ${process.version}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}`,
);
print("| setup | CPU µs, front | CPU µs, both | requests/s | p50 ms | p99 ms |");
print("|---|---|---|---|---|---|");
for (const result of results) {
  const both = result.frontMicros + result.backendMicros;
  print(
    `| ${result.name} | ${result.frontMicros.toFixed(0)} | ${both.toFixed(0)} | ` +
      `${result.perSecond.toFixed(0)} | ${result.p50Ms.toFixed(1)} | ${result.p99Ms.toFixed(1)} |`,
  );
}
const [inProcess, , overGrpc, connectNode, , proxy] = results;
const total = (result) => result.frontMicros + result.backendMicros;
const ratio = (a, b) => `${(a / b).toFixed(2)}×`;
print(
  `gateway with backend in process / Fastify proxy and backend, CPU: ${ratio(total(inProcess), total(proxy))}`,
);
print(
  `gateway over gRPC / Fastify proxy, CPU of the front alone: ${ratio(overGrpc.frontMicros, proxy.frontMicros)}`,
);
print(
  `gateway with backend in process / connect-node, CPU: ${ratio(total(inProcess), total(connectNode))}`,
);
process.exit(0);
