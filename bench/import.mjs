// Measures imports and panels on an embedded PostgreSQL of its own.
//
//   npx tsc --build services/data && node bench/import.mjs [symbols] [days]
//
// Besides our rows per second it prints those of a plain COPY of the same rows into a table with
// the same primary key, which is the bound that the database sets.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { createClient } from "@connectrpc/connect";
import { createDataService } from "@portfolio/data";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { createLogger } from "@portfolio/platform/logger";
import { startEmbeddedPostgres } from "@portfolio/platform/postgres/embedded-postgres";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import pg from "pg";

const require = createRequire(new URL("../services/data/package.json", import.meta.url));
const { from: copyFrom } = require("pg-copy-streams");

const symbolCount = Number(process.argv[2] ?? 500);
const dayCount = Number(process.argv[3] ?? 2520);
const rowCount = symbolCount * dayCount;
const log = createLogger({ name: "bench", level: "error" });

function print(text) {
  process.stdout.write(`${text}\n`);
}

/** Watches for times in which the event loop does not turn. */
function watchPauses() {
  let longestMs = 0;
  let lastMs = performance.now();
  let lastCpu = process.cpuUsage();
  const tick = () => {
    const nowMs = performance.now();
    const { user, system } = process.cpuUsage(lastCpu);
    // Time in which this process did not run is the machine's, not ours.
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, (user + system) / 1000));
    lastMs = nowMs;
    lastCpu = process.cpuUsage();
  };
  const timer = setInterval(tick, 1);
  return () => {
    tick();
    clearInterval(timer);
    return longestMs;
  };
}

async function measure(label, work, { rows } = {}) {
  const endWatch = watchPauses();
  const cpuStart = process.cpuUsage();
  const startMs = performance.now();
  const result = await work();
  const durationMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuStart);
  const pauseMs = endWatch();
  const speed = rows ? `${Math.round(rows / (durationMs / 1000)).toLocaleString("en")} rows/s` : "";
  const figures = [
    `${durationMs.toFixed(1).padStart(9)} ms`,
    `cpu ${((user + system) / 1000).toFixed(0).padStart(6)} ms`,
    `longest pause ${pauseMs.toFixed(1).padStart(6)} ms`,
    speed,
  ];
  print(`${label.padEnd(40)} ${figures.join("  ")}`);
  return { result, durationMs };
}

/** Weekdays from 2013-01-01. */
function weekdays(count) {
  const dates = [];
  for (let time = Date.UTC(2013, 0, 1); dates.length < count; time += 86_400_000) {
    const date = new Date(time);
    if (date.getUTCDay() % 6 !== 0) {
      dates.push(date.toISOString().slice(0, 10));
    }
  }
  return dates;
}

/** Seeded prices: a random walk per symbol (Park and Miller's generator). */
function makePrices() {
  let state = 42;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const prices = Array.from({ length: symbolCount }, () => 20 + 200 * random());
  return weekdays(dayCount).map((date) => {
    for (let i = 0; i < symbolCount; i += 1) {
      prices[i] *= 1 + 0.02 * (random() - 0.498);
    }
    return { date, cells: prices.map((price) => price.toFixed(4)) };
  });
}

function toWide(symbols, rows) {
  const lines = rows.map(({ date, cells }) => `${date},${cells.join(",")}`);
  return `date,${symbols.join(",")}\n${lines.join("\n")}\n`;
}

function toLong(symbols, rows) {
  const lines = rows.flatMap(({ date, cells }) =>
    cells.map((cell, i) => `${date},${symbols[i]},${cell}`),
  );
  return `date,symbol,close\n${lines.join("\n")}\n`;
}

async function copyPlainly(url, rows) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("create table plain (i int, d date, c float8, primary key (i, d))");
    const text = rows
      .flatMap(({ date, cells }) => cells.map((cell, i) => `${i}\t${date}\t${cell}\n`))
      .join("");
    const { durationMs } = await measure(
      "plain COPY with primary key",
      () => pipeline(Readable.from([text]), client.query(copyFrom("copy plain from stdin"))),
      { rows: rowCount },
    );
    await client.query("drop table plain");
    return durationMs;
  } finally {
    await client.end();
  }
}

const home = await mkdtemp(join(tmpdir(), "portfolio-bench-"));
// Started by root, the server has another account, which must be able to enter.
await chmod(home, 0o711);
const server = await startEmbeddedPostgres({ homeDirectory: home, log });
const options = {
  databaseUrl: server.url,
  homeDirectory: home,
  sampleDirectory: new URL("../data", import.meta.url).pathname,
  log,
};
try {
  print(`${symbolCount} symbols × ${dayCount} days = ${rowCount.toLocaleString("en")} prices\n`);
  let { result: service } = await measure("start: migrate and load the sample", () =>
    createDataService(options),
  );
  const connect = () => createClient(PriceService, createLocalTransport(service.registrations, []));
  const symbols = Array.from({ length: symbolCount }, (_, i) => `S${i}`);
  const rows = makePrices();
  const wide = gzipSync(toWide(symbols, rows));
  const long = gzipSync(toLong(symbols, rows));
  const grown = gzipSync(
    toWide(symbols, [...rows, { date: "2024-01-02", cells: symbols.map(() => "50") }]),
  );
  const importFile = (label, bytes, extra = {}) =>
    measure(
      label,
      () =>
        connect().importPrices({
          datasetId: "bench",
          source: { case: "csvBytes", value: bytes },
          ...extra,
        }),
      { rows: rowCount },
    );
  const first = await importFile("first import, wide", wide);
  await importFile("the same file again", wide);
  await importFile("the same prices in long form", long);
  await importFile("one more day for every symbol", grown);
  await importFile("long form into another dataset", long, { datasetId: "other" });
  const plainMs = await copyPlainly(server.url, rows);
  print(`\nfirst import takes ${(first.durationMs / plainMs).toFixed(2)} × a plain COPY\n`);

  const getPanel = () => connect().getPanel({ symbols, dataset: { id: "bench" } });
  await measure("panel from chunks", getPanel);
  await measure("panel from memory", getPanel);
  await service.close();
  service = await createDataService(options);
  await measure("panel from files", getPanel);
  await measure("panel from memory", getPanel);
  await service.close();
} finally {
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
