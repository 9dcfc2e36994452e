import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OpenJobs, openJobs } from "../../src/jobs/open-jobs.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testing/postgres-database.ts";
import { silentLog } from "./counting-kind.ts";

describe("the upkeep of jobs", () => {
  let database: TestDatabase;
  let open: OpenJobs;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    open = await openJobs({ databaseUrl: database.url, applicationName: "test", log: silentLog });
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  beforeEach(() =>
    admin.query("truncate jobs.job, jobs.job_archive, jobs.job_checkpoint, jobs.worker"),
  );
  afterAll(async () => {
    await Promise.all([open.close(), admin.end()]);
    await database.drop();
  });

  const enqueue = () => open.jobs.enqueue({ kind: "test", payload: Buffer.alloc(0) });
  const claim = async (workerId?: number) => {
    const job = await open.leases.claim(["test"], "tester", workerId);
    if (job === undefined) throw new Error("nothing to claim");
    return job;
  };
  const missing = async () =>
    (await admin.query("select id from jobs.worker where missing_since is not null")).rows.length;

  describe("presence of workers", () => {
    it("gives away the jobs of a worker as soon as its connection has ended", async () => {
      // As of a process that was killed: its lock went with its connection, and it says nothing.
      const { rows } = await admin.query<{ id: number }>(
        "insert into jobs.worker (name) values ('killed') returning id",
      );
      const { id } = await enqueue();
      await claim(rows[0]?.id);
      expect(await open.leases.reclaimExpired()).toBe(0);

      await expect.poll(() => open.leases.reclaimExpired(), { timeout: 10_000 }).toBe(1);
      expect(await open.jobs.find(id)).toMatchObject({
        state: "queued",
        error: { reason: "WORKER_LOST" },
      });
    });

    it("leaves the jobs to a worker that connects again", async () => {
      const presence = open.enter("flapping");
      await expect.poll(() => presence.workerId).toBeDefined();
      await enqueue();
      await claim(presence.workerId);

      await admin.query(
        `select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and objid = $1 and objsubid = 2`,
        [presence.workerId],
      );
      await expect
        .poll(async () => {
          await open.leases.reclaimExpired();
          return await missing();
        })
        .toBe(1);
      await expect
        .poll(
          async () => {
            await open.leases.reclaimExpired();
            return await missing();
          },
          { timeout: 10_000 },
        )
        .toBe(0);

      await presence.leave();
      expect((await admin.query("select id from jobs.worker")).rows).toEqual([]);
    });
  });

  describe("the outbox of pointers", () => {
    const take = async () => (await open.dispatches.takeDue(100)).map(({ jobId }) => jobId);

    it("tells of a job once, and again when the broker did not confirm", async () => {
      const { id } = await enqueue();

      expect(await take()).toEqual([id]);
      expect(await take()).toEqual([]);
      await open.dispatches.giveBack([{ tenantId: "default", jobId: id, kind: "test" }]);
      expect(await take()).toEqual([id]);
    });

    it("tells of it again when it is queued again, and not before it may start", async () => {
      const { id } = await enqueue();
      await take();
      await open.leases.retryLater(await claim(), { reason: "X", description: "" }, 60_000);
      expect(await take()).toEqual([]);

      await admin.query("update jobs.job set run_time = clock_timestamp()");

      expect(await take()).toEqual([id]);
    });

    it("tells of it ever less often while nobody takes it", async () => {
      const { id } = await enqueue();
      await take();
      const pass = (seconds: number) =>
        admin.query(
          `update jobs.job set run_time = run_time - $1 * interval '1 second',
             dispatch_time = dispatch_time - $1 * interval '1 second'`,
          [seconds],
        );

      await pass(31);
      expect(await take()).toEqual([id]);
      await pass(31);
      expect(await take()).toEqual([]);
      await pass(31);
      expect(await take()).toEqual([id]);
    });

    it("says nothing of jobs that run or have ended", async () => {
      await enqueue();
      await claim();

      expect(await take()).toEqual([]);
    });
  });

  describe("the archive", () => {
    it("takes jobs that ended long ago, and shows them as before", async () => {
      const ended = await enqueue();
      await open.leases.complete(await claim(), async () => "results/1");
      await admin.query("update jobs.job set end_time = end_time - interval '31 days'");
      const recent = await enqueue();
      await open.leases.complete(await claim(), async () => "results/2");
      const before = await open.jobs.find(ended.id);

      expect(await open.archive.moveEnded(30)).toBe(1);
      expect(await open.archive.moveEnded(30)).toBe(0);

      expect(await open.jobs.find(ended.id)).toEqual(before);
      expect((await open.jobs.list({}, 10, undefined)).map(({ id }) => id)).toEqual([
        recent.id,
        ended.id,
      ]);
      expect((await open.jobs.findMany([ended.id])).map(({ id }) => id)).toEqual([ended.id]);
    });

    it("leaves alone what waits or runs, however old", async () => {
      await enqueue();
      await enqueue();
      await claim();
      await admin.query("update jobs.job set create_time = create_time - interval '1 year'");

      expect(await open.archive.moveEnded(0)).toBe(0);
    });

    it("refuses to retry a job of the archive", async () => {
      const { id } = await enqueue();
      await open.leases.fail(await claim(), { reason: "X", description: "" });
      await admin.query("update jobs.job set end_time = end_time - interval '31 days'");
      await open.archive.moveEnded(30);

      await expect(open.jobs.retry(id)).rejects.toMatchObject({ reason: "JOB_ARCHIVED" });
    });

    it("forgets what has served its time", async () => {
      await admin.query(
        "insert into jobs.worker (name, missing_since) values ('old', now() - interval '2 hours')",
      );
      await admin.query(
        "insert into jobs.inbox values ('old', gen_random_uuid(), now() - interval '31 days')",
      );

      await open.archive.forget();

      expect((await admin.query("select * from jobs.worker")).rows).toEqual([]);
      expect((await admin.query("select * from jobs.inbox")).rows).toEqual([]);
    });
  });

  it("counts what waits and since when", async () => {
    await enqueue();
    await enqueue();
    await admin.query("update jobs.job set run_time = run_time - interval '90 seconds'");
    await claim();

    const { jobs, outboxCount, outboxAgeSeconds } = await open.figures();

    const queued = jobs.find(({ state }) => state === "queued");
    expect(queued).toMatchObject({ kind: "test", count: 1 });
    expect(queued?.ageSeconds).toBeGreaterThanOrEqual(90);
    expect(jobs.find(({ state }) => state === "running")).toMatchObject({
      count: 1,
      ageSeconds: 0,
    });
    expect([outboxCount, outboxAgeSeconds]).toEqual([0, 0]);
  });
});
