// From a ready page to an optimization by what a champion forecasts: starts the whole system on an empty folder, trains the
// default versions with one call, and prints when each phase was over. `npm run bench -- first-models`.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/prepare.mjs";

const POLL_MS = 200;
/** Smaller weights count as nothing. */
const HELD_MIN = 1e-6;
const ENDED = new Set(["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_QUARANTINED"]);

const home = await mkdtemp(join(tmpdir(), "portfolio-first-models-"));
const ports = [
  "PORT",
  "DATA_GRPC_PORT",
  "OPTIMIZATION_GRPC_PORT",
  "JOBS_GRPC_PORT",
  "TRAINING_GRPC_PORT",
];
const system = spawn(process.execPath, ["services/local/dist/src/main.js"], {
  cwd: root,
  env: {
    ...process.env,
    PORTFOLIO_HOME: home,
    ...Object.fromEntries(ports.map((name) => [name, "0"])),
  },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const url = await readyUrl();
  await measure(url);
} finally {
  system.kill("SIGTERM");
  await new Promise((resolve) => system.once("close", resolve));
  await rm(home, { recursive: true, force: true });
}

async function measure(url) {
  const start = performance.now();
  const say = (what) => {
    process.stdout.write(
      `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${what}\n`,
    );
  };
  const call = async (method, request) => {
    const response = await fetch(`${url}/portfolio.${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
    return response.json();
  };
  say("ready");
  const { jobs } = await call("training.v1.TrainingService/StartDefaultTrainings", {});
  say(`${jobs.length} trainings started`);
  const told = new Set();
  const models = new Set(jobs.map(({ ownerReference }) => ownerReference));
  while (told.size < jobs.length + models.size) {
    const page = await call("jobs.v1.JobService/ListJobs", { pageSize: 100 });
    for (const job of page.jobs.filter(({ id, state }) => ENDED.has(state) && !told.has(id))) {
      told.add(job.id);
      say(`${job.title}: ${job.state.replace("JOB_STATE_", "").toLowerCase()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  for (const model of models) {
    const id = model.slice("models/".length);
    const { model: found } = await call("training.v1.ModelService/GetModel", { id });
    say(`${id}: ${found.aliases.map(({ name, version }) => `${name} ${version}`).join(", ")}`);
  }
  const returns = await call("training.v1.ForecastService/GetForecasts", {
    version: { modelId: "rank-21d" },
  });
  say(`${returns.forecasts.length} forecasts by ${nameOf(returns.source)}`);
  const { provenance, weights } = await call(
    "optimization.v1.OptimizationService/OptimizePortfolio",
    byForecasts(returns.forecasts.map(({ symbol }) => symbol)),
  );
  const held = weights.filter(({ weight }) => weight > HELD_MIN).length;
  say(`${held} assets held by ${provenance.forecasts.map(nameOf).join(" and ")}`);
}

function byForecasts(symbols) {
  const version = (modelId) => ({ version: { modelId } });
  return {
    symbols,
    expectedReturns: { forecast: version("rank-21d") },
    covariance: { forecastVolatility: version("volatility-21d") },
    objective: { maximumSharpe: {} },
  };
}

function nameOf({ modelId, version, asOfDate }) {
  return `${modelId}, version ${version}, as of ${asOfDate}`;
}

function readyUrl() {
  return new Promise((resolve, reject) => {
    let text = "";
    system.stdout.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const url = /Open (http:\/\/\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    });
    system.once("close", () => reject(new Error("the system did not start")));
  });
}
