import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLAIM } from "../../src/jobs/claim-statement.ts";
import { type OpenJobs, openJobs } from "../../src/jobs/open-jobs.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testing/postgres-database.ts";
import { silentLog } from "./counting-kind.ts";

describe("the order of claims", () => {
  let database: TestDatabase;
  let open: OpenJobs;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    open = await openJobs({ databaseUrl: database.url, applicationName: "test", log: silentLog });
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  beforeEach(() => admin.query("truncate jobs.job, jobs.job_checkpoint"));
  afterAll(async () => {
    await Promise.all([open.close(), admin.end()]);
    await database.drop();
  });

  const enqueue = (
    tenantId: string,
    priority: "background" | "normal" | "interactive" = "normal",
  ) => open.jobsOf(tenantId).enqueue({ kind: "test", payload: Buffer.alloc(0), priority });
  const claim = async () => {
    const job = await open.leases.claim(["test"], "tester");
    if (job === undefined) throw new Error("nothing to claim");
    return job;
  };
  const claimMany = async (count: number) => {
    const tenants: string[] = [];
    for (let i = 0; i < count; i++) tenants.push((await claim()).tenantId);
    return tenants;
  };

  it("gives tenants turns, however many jobs one of them has", async () => {
    for (let i = 0; i < 100; i++) await enqueue("many");
    await enqueue("few");
    await enqueue("some");
    await enqueue("some");

    expect(await claimMany(6)).toEqual(["many", "few", "some", "many", "some", "many"]);
  });

  it("gives turns by time when jobs end before the next is claimed", async () => {
    for (let i = 0; i < 10; i++) await enqueue("many");
    for (let i = 0; i < 2; i++) await enqueue("few");
    const tenants: string[] = [];
    for (let i = 0; i < 5; i++) {
      const job = await claim();
      tenants.push(job.tenantId);
      await open.leases.complete(job, async () => "");
    }

    expect(tenants).toEqual(["many", "few", "many", "few", "many"]);
  });

  it("gives the urgent first, whoever has more running", async () => {
    await enqueue("calm");
    await enqueue("urgent", "interactive");
    await enqueue("urgent", "interactive");

    expect(await claimMany(3)).toEqual(["urgent", "urgent", "calm"]);
  });

  it("lets nothing wait for ever: what waits gains urgency", async () => {
    const old = await enqueue("patient", "background");
    await admin.query("update jobs.job set run_time = run_time - interval '41 minutes'");
    for (let i = 0; i < 100; i++) await enqueue("patient", "interactive");

    expect((await claim()).jobId).toBe(old.id);
  });

  it("shows a tenant its own jobs alone", async () => {
    const { id } = await enqueue("one");

    expect(await open.jobsOf("other").find(id)).toBeUndefined();
    expect(await open.jobsOf("other").list({}, 10, undefined)).toEqual([]);
    expect(await open.jobsOf("other").cancel(id)).toBeUndefined();
    expect(await open.jobsOf("one").find(id)).toMatchObject({ state: "queued" });
  });

  it("is found among very many jobs without looking at all of them", async () => {
    await admin.query(`
      insert into jobs.job (tenant_id, id, kind, title, owner_reference, payload, payload_digest,
        priority, state, run_time)
      select 'tenant ' || i % 20, gen_random_uuid(), 'test', '', '', '', '', 5, 'queued',
        clock_timestamp() - interval '1 second'
      from generate_series(1, 20000) as i`);
    await admin.query("analyze jobs.job");

    const { rows } = await admin.query<{ "QUERY PLAN": string }>(`explain (analyze) ${CLAIM}`, [
      ["test"],
      "tester",
      30_000,
      null,
    ]);

    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toMatch(/job_queued/);
    expect(plan).not.toMatch(/Seq Scan on job/);
  });
});
