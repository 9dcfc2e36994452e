import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClaimedJob } from "../../src/jobs/job-leases.ts";
import { type OpenJobs, openJobs } from "../../src/jobs/open-jobs.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testing/postgres-database.ts";
import { silentLog } from "./counting-kind.ts";

const UNKNOWN = "01900000-0000-7000-8000-000000000000";
const ERROR = { reason: "SOME_REASON", description: "Something." };

describe("jobs on PostgreSQL", () => {
  let database: TestDatabase;
  let open: OpenJobs;
  /** Of leases that are over as soon as they begin. */
  let expiring: OpenJobs;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = { databaseUrl: database.url, applicationName: "test", log: silentLog };
    [open, expiring] = await Promise.all([openJobs(options), openJobs({ ...options, leaseMs: 0 })]);
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  beforeEach(() => admin.query("truncate jobs.job, jobs.job_checkpoint"));
  afterAll(async () => {
    await Promise.all([open.close(), expiring.close(), admin.end()]);
    await database.drop();
  });

  const enqueue = (options: Partial<Parameters<OpenJobs["jobs"]["enqueue"]>[0]> = {}) =>
    open.jobs.enqueue({ kind: "test", payload: Buffer.from("payload"), ...options });
  const claim = async (from = open): Promise<ClaimedJob> => {
    const job = await from.leases.claim(["test"], "tester");
    if (job === undefined) throw new Error("nothing to claim");
    return job;
  };
  const stateOf = async (id: string) => (await open.jobs.find(id))?.state;

  it("makes a job and gives it to one worker", async () => {
    const made = await enqueue({ title: "A test", ownerReference: "portfolios/1" });

    const claimed = await claim();

    expect(made).toMatchObject({ kind: "test", title: "A test", state: "queued", attempt: 0 });
    expect(claimed).toMatchObject({ jobId: made.id, attempt: 1, checkpoint: undefined });
    expect(Buffer.from(claimed.payload).toString()).toBe("payload");
    expect(await open.leases.claim(["test"], "another")).toBeUndefined();
    expect(await open.jobs.find(made.id)).toMatchObject({ state: "running", attempt: 1 });
  });

  it("makes one job of repeated calls, and refuses the key for another", async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => enqueue({ idempotencyKey: "key" })),
    );

    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await expect(
      enqueue({ idempotencyKey: "key", payload: Buffer.from("other") }),
    ).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
    expect((await enqueue({ idempotencyKey: "key", kind: "other" })).id).not.toBe(made[0]?.id);
  });

  it("refuses a payload over 256 KiB", async () => {
    await enqueue({ payload: Buffer.alloc(256 * 1024) });

    await expect(enqueue({ payload: Buffer.alloc(256 * 1024 + 1) })).rejects.toMatchObject({
      reason: "JOB_PAYLOAD_TOO_LARGE",
    });
  });

  it("gives the urgent first, then the old, and only kinds that are asked for", async () => {
    const background = await enqueue({ priority: "background" });
    const normal = await enqueue();
    const later = await enqueue();
    const interactive = await enqueue({ priority: "interactive" });
    await enqueue({ kind: "other", priority: "interactive" });

    const claimed = [await claim(), await claim(), await claim(), await claim()];

    expect(claimed.map(({ jobId }) => jobId)).toEqual(
      [interactive, normal, later, background].map(({ id }) => id),
    );
    expect(await open.leases.claim(["test"], "tester")).toBeUndefined();
  });

  it("never gives a job to two of many workers", async () => {
    await Promise.all(Array.from({ length: 40 }, () => enqueue()));

    const claimed = await Promise.all(
      Array.from({ length: 60 }, () => open.leases.claim(["test"], "w")),
    );

    const ids = claimed.flatMap((job) => (job ? [job.jobId] : []));
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
  });

  it("ignores all that a worker writes whose lease was taken over", async () => {
    const { id } = await enqueue();
    const zombie = await claim(expiring);
    await expiring.leases.reclaimExpired();
    const owner = await claim();
    const { leases } = open;
    let saveCount = 0;

    const written = [
      await leases.saveProgress(zombie, { step: 1, stepCount: 2, message: "" }),
      await leases.saveCheckpoint(zombie, Buffer.from("x")),
      await leases.complete(zombie, async () => `results/${++saveCount}`),
      await leases.fail(zombie, ERROR),
      await leases.retryLater(zombie, ERROR, 0),
      await leases.crash(zombie, ERROR, 0),
      await leases.cancel(zombie),
      await leases.release(zombie),
      (await leases.extend(zombie)).isHeld,
      (await leases.check(zombie)).isHeld,
    ];

    expect(written).toEqual(written.map(() => false));
    expect(saveCount).toBe(0);
    expect(owner.fence).toBeGreaterThan(zombie.fence);
    expect(await leases.complete(owner, async () => "results/9")).toBe(true);
    expect(await open.jobs.find(id)).toMatchObject({
      state: "succeeded",
      resultReference: "results/9",
      progress: undefined,
      error: undefined,
    });
  });

  it("stores the result and the end of the job together or not at all", async () => {
    await admin.query("create table public.result (job_id uuid primary key)");
    const { id } = await enqueue();
    const job = await claim();
    const save = async (client: { query(text: string, values: unknown[]): unknown }) => {
      await client.query("insert into public.result values ($1)", [id]);
      return `results/${id}`;
    };

    const failing = open.leases.complete(job, async (client) => {
      await save(client);
      throw new Error("after the insert");
    });
    await expect(failing).rejects.toThrow("after the insert");
    expect((await admin.query("select * from public.result")).rowCount).toBe(0);
    expect(await stateOf(id)).toBe("running");

    // Again, as after a commit whose answer was lost: the primary key would refuse a second result.
    expect(await open.leases.complete(job, save)).toBe(true);
    expect(await open.leases.complete(job, save)).toBe(true);
    expect((await admin.query("select * from public.result")).rowCount).toBe(1);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("quarantines a job at the second crash without a checkpoint between", async () => {
    const { id } = await enqueue();
    await open.leases.crash(await claim(), ERROR, 0);
    const second = await claim();
    await open.leases.saveCheckpoint(second, Buffer.from("1"));
    await open.leases.crash(second, ERROR, 0);
    expect(await stateOf(id)).toBe("queued");

    const third = await claim();
    expect(Buffer.from(third.checkpoint ?? []).toString()).toBe("1");
    await open.leases.crash(third, ERROR, 0);

    expect(await open.jobs.find(id)).toMatchObject({ state: "quarantined", error: ERROR });
    await open.jobs.retry(id);
    expect(await claim()).toMatchObject({ jobId: id, attempt: 4 });
  });

  it("counts a silent worker as a crash", async () => {
    const { id } = await enqueue();
    await claim(expiring);
    expect(await expiring.leases.reclaimExpired()).toBe(1);
    expect(await open.jobs.find(id)).toMatchObject({
      state: "queued",
      error: { reason: "WORKER_LOST" },
    });

    await claim(expiring);
    await expiring.leases.reclaimExpired();

    expect(await stateOf(id)).toBe("quarantined");
  });

  it("leaves a lease alone that is extended", async () => {
    const { id } = await enqueue();
    const job = await claim(expiring);

    expect(await open.leases.extend(job)).toEqual({ isHeld: true, isCancelRequested: false });

    expect(await open.leases.reclaimExpired()).toBe(0);
    expect(await stateOf(id)).toBe("running");
  });

  it("cancels a queued job at once and asks the worker of a running one", async () => {
    const queued = await enqueue();
    expect(await open.jobs.cancel(queued.id)).toMatchObject({ state: "cancelled" });
    expect(await open.leases.claim(["test"], "w")).toBeUndefined();

    const running = await enqueue();
    const job = await claim();
    expect(await open.jobs.cancel(running.id)).toMatchObject({
      state: "running",
      cancelRequested: true,
    });
    expect((await open.leases.check(job)).isCancelRequested).toBe(true);
    // A crash after that does not bring it back.
    await open.leases.crash(job, ERROR, 0);

    expect(await stateOf(running.id)).toBe("cancelled");
    expect((await open.jobs.cancel(running.id))?.state).toBe("cancelled");
    expect(await open.jobs.cancel(UNKNOWN)).toBeUndefined();
  });

  it("queues a finished job again, from its checkpoint, unless it has succeeded", async () => {
    const { id } = await enqueue();
    const job = await claim();
    await open.leases.saveCheckpoint(job, Buffer.from("7"));
    await open.leases.fail(job, ERROR);
    expect(await open.jobs.find(id)).toMatchObject({ state: "failed", error: ERROR });

    expect(await open.jobs.retry(id)).toMatchObject({ state: "queued", endTime: undefined });
    expect(await open.jobs.retry(id)).toMatchObject({ state: "queued" });
    const again = await claim();
    expect(Buffer.from(again.checkpoint ?? []).toString()).toBe("7");
    await open.leases.complete(again, async () => "results/1");

    await expect(open.jobs.retry(id)).rejects.toMatchObject({ reason: "JOB_SUCCEEDED" });
    expect(await open.jobs.retry(UNKNOWN)).toBeUndefined();
  });

  it("waits before another attempt", async () => {
    const { id } = await enqueue();
    await open.leases.retryLater(await claim(), ERROR, 60_000);

    expect(await open.leases.claim(["test"], "w")).toBeUndefined();
    const { runTime } = (await open.jobs.find(id)) ?? {};
    expect(Date.parse(runTime ?? "")).toBeGreaterThan(Date.now() + 30_000);
  });

  it("tells progress and from its pace the end", async () => {
    const { id } = await enqueue();
    const job = await claim();
    await open.leases.saveProgress(job, { step: 2, stepCount: 10, message: "Fold 2" });
    expect((await open.jobs.find(id))?.estimatedEndTime).toBeUndefined();
    // By hand: 4 steps took 8 s, so that 4 more take 8 s.
    await open.leases.saveProgress(job, { step: 6, stepCount: 10, message: "Fold 6" });
    await admin.query(
      `update jobs.job set progress_first_time = '2024-01-02 03:04:00Z',
        progress_time = '2024-01-02 03:04:08Z'`,
    );

    expect(await open.jobs.find(id)).toMatchObject({
      progress: { step: 6, stepCount: 10, message: "Fold 6", updateTime: "2024-01-02T03:04:08Z" },
      estimatedEndTime: "2024-01-02T03:04:16.000Z",
    });
  });

  it("lists the newest first, by state, kind and owner", async () => {
    const first = await enqueue({ ownerReference: "portfolios/1" });
    const second = await enqueue();
    const other = await enqueue({ kind: "other" });
    const ids = async (...filter: Parameters<OpenJobs["jobs"]["list"]>) =>
      (await open.jobs.list(...filter)).map(({ id }) => id);
    await open.jobs.cancel(second.id);

    expect(new Set(await ids({}, 10, undefined))).toEqual(new Set([other.id, second.id, first.id]));
    expect(await ids({}, 1, undefined)).toHaveLength(1);
    expect(await ids({ states: ["cancelled"] }, 10, undefined)).toEqual([second.id]);
    expect(await ids({ kinds: ["other"] }, 10, undefined)).toEqual([other.id]);
    expect(await ids({ ownerReference: "portfolios/1" }, 10, undefined)).toEqual([first.id]);
    expect(await ids({}, 10, "00000000-0000-7000-8000-000000000000")).toEqual([]);
  });

  it("misses no change, even one that commits after later ones", async () => {
    const early = await enqueue();
    const late = await enqueue();
    const { sequence, jobs } = await open.jobs.unfinished();
    expect(jobs).toHaveLength(2);

    await admin.query("begin");
    await admin.query(
      `update jobs.job set title = 'slow',
        change_transaction = pg_current_xact_id()::text::bigint where id = $1`,
      [early.id],
    );
    await open.jobs.cancel(late.id);
    const first = await open.jobs.changesSince(sequence);
    await admin.query("commit");
    const second = await open.jobs.changesSince(first.sequence);

    expect(first.jobs.map(({ id }) => id)).toContain(late.id);
    expect(first.jobs.find(({ id }) => id === early.id)?.title).not.toBe("slow");
    expect(second.jobs.find(({ id }) => id === early.id)?.title).toBe("slow");
    // Any other transaction of the server that is under way makes it repeat what it told.
    let { sequence: latest } = second;
    await expect
      .poll(async () => {
        const changes = await open.jobs.changesSince(latest);
        latest = changes.sequence;
        return changes.jobs;
      })
      .toEqual([]);
    // Of another server, whose transactions count from elsewhere.
    expect((await open.jobs.changesSince(2 ** 52)).jobs).toHaveLength(2);
  });
});
