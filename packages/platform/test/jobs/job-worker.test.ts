import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { JobKind } from "../../src/jobs/job-kind.ts";
import { JobWorker } from "../../src/jobs/job-worker.ts";
import { type OpenJobs, openJobs } from "../../src/jobs/open-jobs.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testing/postgres-database.ts";
import { typeScriptArguments } from "../../src/typescript-arguments.ts";
import { workerFile } from "../../src/worker-pool.ts";
import {
  CREATE_EFFECT,
  counting,
  isIn,
  payloadOf,
  silentLog,
  TEST_TIMES,
  untilJob,
} from "./counting-kind.ts";
import type { Counting } from "./counting-worker.ts";

const QUICK: Counting = { steps: 3, stepMs: 1 };
const LONG: Counting = { steps: 1000, stepMs: 20 };

describe("JobWorker", () => {
  let database: TestDatabase;
  let jobs: OpenJobs;
  let admin: pg.Client;
  let worker: JobWorker | undefined;
  /** Of the jobs' processes, in the order of their start. */
  let pids: number[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(CREATE_EFFECT);
    jobs = await openJobs({
      databaseUrl: database.url,
      applicationName: "test",
      log: silentLog,
      leaseMs: TEST_TIMES.leaseMs,
    });
  });
  afterEach(async () => {
    await worker?.close();
    await admin.query("truncate jobs.job, jobs.job_checkpoint, public.effect");
  });
  afterAll(async () => {
    await Promise.all([jobs.close(), admin.end()]);
    await database.drop();
  });

  const start = (kind: JobKind = counting) => {
    pids = [];
    worker = new JobWorker({
      jobs,
      kinds: [kind],
      jobsMax: 2,
      name: "tester",
      log: silentLog,
      times: TEST_TIMES,
      random: () => 0,
      onProcess: (pid) => pids.push(pid),
    });
    return worker;
  };
  const enqueue = (work: Counting) =>
    jobs.jobs.enqueue({ kind: "counting", payload: payloadOf(work) });
  const effectsOf = async (id: string) =>
    (await admin.query("select * from public.effect where job_id = $1", [id])).rows;
  const isUnderWay = ({ progress }: { progress: { step: number } | undefined }) =>
    (progress?.step ?? 0) >= 3;

  it("has a job done, without environment, and its result stored", async () => {
    let preparedCount = 0;
    start({
      ...counting,
      prepare: async ({ payload }) => {
        preparedCount++;
        return payload;
      },
    });
    const { id } = await enqueue(QUICK);

    const done = await untilJob(jobs, id, isIn("succeeded"));

    expect(done).toMatchObject({
      attempt: 1,
      progress: { step: 3, stepCount: 3, message: "Counting" },
      resultReference: `effects/${id}`,
      error: undefined,
    });
    expect(preparedCount).toBe(1);
    const effects = await effectsOf(id);
    expect(effects).toMatchObject([{ first_step: 0, last_step: 3 }]);
    // The loader of TypeScript sets its own.
    const variables: string[] = effects[0]?.environment;
    expect(variables.filter((name) => !/^(NODE_|TSX_)/.test(name))).toEqual([]);
  });

  it("fails a job for good when another attempt would not help", async () => {
    start();
    const { id } = await enqueue({ ...QUICK, failsWith: "failed-precondition" });

    const failed = await untilJob(jobs, id, isIn("failed"));

    expect(failed.error).toEqual({ reason: "TOLD_TO", description: "As it was told." });
    expect(failed.attempt).toBe(1);
  });

  it("tries again when a failure may pass, five times in all", async () => {
    const { id } = await enqueue({ ...QUICK, failsWith: "unavailable" });
    await admin.query("update jobs.job set failure_count = 3");
    start();

    const failed = await untilJob(jobs, id, isIn("failed"));

    expect(failed).toMatchObject({ attempt: 2, error: { reason: "TOLD_TO" } });
  });

  it("keeps the message of a broken handler to itself", async () => {
    start();
    const { id } = await enqueue({ ...QUICK, isBroken: true });

    const { error } = await untilJob(jobs, id, isIn("failed"));

    expect(error?.reason).toBe("JOB_BROKEN");
    expect(error?.description).not.toContain("hunter2");
  });

  it("fails a job whose result cannot be stored", async () => {
    start({ ...counting, saveResult: () => Promise.reject(new Error("no such table")) });
    const { id } = await enqueue(QUICK);

    expect((await untilJob(jobs, id, isIn("failed"))).error?.reason).toBe("JOB_BROKEN");
  });

  it("resumes from the checkpoint after a crash, and takes effect once", async () => {
    start();
    const { id } = await enqueue({ ...QUICK, crashesAtStep: 2, crashesUpToAttempt: 1 });

    const done = await untilJob(jobs, id, isIn("succeeded"));

    expect(done.attempt).toBe(2);
    expect(await effectsOf(id)).toMatchObject([{ first_step: 2, last_step: 3 }]);
  });

  it("quarantines a job that crashes twice at the same step", async () => {
    start();
    const { id } = await enqueue({ ...QUICK, crashesAtStep: 2, crashesUpToAttempt: 9 });

    const job = await untilJob(jobs, id, isIn("quarantined"));

    expect(job.error).toMatchObject({
      reason: "JOB_CRASHED",
      description: "The process of this job died (SIGKILL).",
    });
    expect(job.attempt).toBe(2);
    expect(await effectsOf(id)).toEqual([]);
  });

  it("survives a job that takes too much memory, and does the others", async () => {
    const greedy = await enqueue({ ...QUICK, isGreedy: true });
    await admin.query("update jobs.job set crash_count = 1");
    const modest = await enqueue(QUICK);
    start();

    await untilJob(jobs, modest.id, isIn("succeeded"));
    expect((await untilJob(jobs, greedy.id, isIn("quarantined"))).error?.reason).toBe(
      "JOB_CRASHED",
    );
  });

  it.each([false, true])("cancels a running job, computing all the while: %s", async (isBusy) => {
    start();
    const { id } = await enqueue({ ...LONG, isBusy });
    await untilJob(jobs, id, isUnderWay);

    await jobs.jobs.cancel(id);
    const cancelled = await untilJob(jobs, id, isIn("cancelled"));

    expect(cancelled.resultReference).toBe("");
    await expect.poll(() => isAlive(pids[0])).toBe(false);
  });

  it("hands its jobs back when it closes", async () => {
    start();
    const { id } = await enqueue(LONG);
    await untilJob(jobs, id, isUnderWay);

    await worker?.close();

    expect(await jobs.jobs.find(id)).toMatchObject({ state: "queued", error: undefined });
    expect(isAlive(pids[0])).toBe(false);
  });

  it("is replaced when it is killed: another resumes the job, which takes effect once", async () => {
    const child = startChild(database.url);
    const { id } = await enqueue({ ...LONG, steps: 60, isBusy: true });
    const jobPid = await child.jobPid;
    await untilJob(jobs, id, isUnderWay);

    child.process.kill("SIGKILL");
    start();
    const done = await untilJob(jobs, id, isIn("succeeded"));

    expect(done.attempt).toBe(2);
    const effects = await effectsOf(id);
    expect(effects).toHaveLength(1);
    expect(effects[0]?.first_step).toBeGreaterThanOrEqual(3);
    // The process of the killed worker does not go on computing.
    await expect.poll(() => isAlive(jobPid), { timeout: 5000 }).toBe(false);
  });

  it("ends the work when its lease was taken over", async () => {
    start();
    const { id } = await enqueue(LONG);
    await untilJob(jobs, id, isUnderWay);

    // Another worker has it, as after a pause of this one that outlasted the lease.
    await admin.query(
      "update jobs.job set fence = nextval('jobs.job_fence'), lease_owner = 'other' where id = $1",
      [id],
    );

    await expect.poll(() => isAlive(pids[0]), { timeout: 5000 }).toBe(false);
    expect(await jobs.jobs.find(id)).toMatchObject({ state: "running", error: undefined });
  });
});

interface WorkerChild {
  readonly process: ChildProcess;
  /** Of the first job that it starts. */
  readonly jobPid: Promise<number>;
}

function startChild(databaseUrl: string): WorkerChild {
  const file = fileURLToPath(workerFile("./counting-child", import.meta.url));
  const child = spawn(process.execPath, [...typeScriptArguments(), file, databaseUrl], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const jobPid = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve(Number(line)));
  });
  return { process: child, jobPid };
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error("no process was started");
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
