// kill -9 of workers and of their jobs' processes at random: every job must take effect exactly once.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "@portfolio/platform/postgres/embedded-postgres";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

const JOBS = 24;
const STEPS = 12;
const WORKERS = 2;
const KILL_INTERVAL_MS = 1500;
const SEED = Number(process.env["FAULT_SEED"] ?? 20_261_122);
const CHILD = fileURLToPath(new URL("./job-worker-child.mjs", import.meta.url));

const log = createLogger({ name: "test", level: "silent" });
let home: string;
let database: EmbeddedPostgres;
let open: OpenJobs;
let admin: pg.Client;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "portfolio-jobs-"));
  database = await startEmbeddedPostgres({ homeDirectory: home, log });
  open = await openJobs({ databaseUrl: database.url, applicationName: "test", log });
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  // Without a key: a second effect of a job is to show.
  await admin.query("create table public.effect (job_id uuid, fence bigint, last_step int)");
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await admin.end();
  await open.close();
  await database.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

it(`has every job take effect exactly once, whatever is killed (FAULT_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const ids: string[] = [];
  for (let i = 0; i < JOBS; i++) {
    // A third of the jobs kill their own process as well, at one step or another.
    const payload = Buffer.from(i % 3 === 0 ? [i % STEPS] : []);
    ids.push((await open.jobs.enqueue({ kind: "counting", payload })).id);
  }
  for (let i = 0; i < WORKERS; i++) workers.push(startWorker());

  let killCount = 0;
  let unfinishedCount = JOBS;
  const endMs = performance.now() + 90_000;
  while (unfinishedCount > 0 && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, random() * 2 * KILL_INTERVAL_MS));
    const index = Math.floor(random() * WORKERS);
    workers[index]?.kill("SIGKILL");
    workers[index] = startWorker();
    killCount++;
    // Two kills of one job before its first checkpoint look like a job that kills its process.
    for (const { id } of await open.jobs.list({ states: ["quarantined"] }, 100, undefined)) {
      await open.jobs.retry(id);
    }
    unfinishedCount = (await open.jobs.unfinished()).jobs.length;
  }

  const jobs = await open.jobs.list({}, 2 * JOBS, undefined);
  const effects = await admin.query<{ job_id: string; last_step: number }>(
    "select job_id, last_step from public.effect",
  );
  expect(jobs.map(({ state }) => state)).toEqual(ids.map(() => "succeeded"));
  expect(effects.rows.map((effect) => effect.job_id).sort()).toEqual([...ids].sort());
  expect(effects.rows.every((effect) => effect.last_step === STEPS)).toBe(true);
  // The faults were there: some jobs were taken up more than once.
  expect(killCount).toBeGreaterThan(0);
  expect(jobs.some(({ attempt }) => attempt > 1)).toBe(true);
}, 120_000);

function startWorker(): ChildProcess {
  return spawn(process.execPath, [CHILD, database.url], { stdio: "inherit" });
}

/** Numbers from 0 to 1. @see Steele & Vigna (2021), "Computationally easy, spectrally good multipliers", LCG of 32 bits. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 0x915f77f5) + 1) >>> 0;
    return state / 2 ** 32;
  };
}
