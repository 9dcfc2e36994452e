import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import {
  JobService,
  type WatchJobsResponse,
} from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJobsService, type JobsService } from "../src/index.ts";

const UNKNOWN = "01900000-0000-7000-8000-000000000000";
const log = createLogger({ name: "jobs", level: "silent" });

describe("JobService", () => {
  let database: TestDatabase;
  let service: JobsService;
  let client: Client<typeof JobService>;
  /** As another service has it. */
  let open: OpenJobs;
  const shutdown = new AbortController();
  const metrics = { registry: createMetricsRegistry("jobs") };

  beforeAll(async () => {
    database = await createTestDatabase();
    service = await createJobsService({
      databaseUrl: database.url,
      log,
      shutdownSignal: shutdown.signal,
      idleMs: 300,
      metrics,
    });
    open = await openJobs({ databaseUrl: database.url, applicationName: "test", log });
    const interceptors = serverInterceptors({
      area: "jobs",
      log,
      metrics,
      defaultTimeoutMs: 10_000,
      maxTimeoutMs: 10_000,
    });
    client = createClient(JobService, createLocalTransport(service.registrations, interceptors));
  });
  afterAll(async () => {
    await service.close();
    await open.close();
    await database.drop();
  });

  const enqueue = (kind = "test") => open.jobs.enqueue({ kind, payload: Buffer.alloc(0) });
  const claim = async (kind: string) => {
    const job = await open.leases.claim([kind], "tester");
    if (job === undefined) throw new Error("nothing to claim");
    return job;
  };

  it("gets a job as the contract has it", async () => {
    const { id } = await open.jobs.enqueue({
      kind: "shown",
      payload: Buffer.alloc(0),
      title: "A job to show",
      ownerReference: "portfolios/1",
      priority: "interactive",
    });
    const lease = await claim("shown");
    await open.leases.saveProgress(lease, { step: 2, stepCount: 8, message: "Fold 2" });

    const { job } = await client.getJob({ id });

    expect(job).toMatchObject({
      id,
      kind: "shown",
      title: "A job to show",
      state: JobState.RUNNING,
      progress: { step: 2n, stepCount: 8n, message: "Fold 2" },
      attempt: 1,
      ownerReference: "portfolios/1",
      endTime: "",
    });
    expect(job?.startTime).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each(["getJob", "cancelJob", "retryJob"] as const)(
    "%s names an unknown job",
    async (method) => {
      for (const id of [UNKNOWN, "not a UUID"]) {
        await expect(client[method]({ id })).rejects.toSatisfy(
          (error: ConnectError) =>
            error.code === Code.NotFound &&
            error.findDetails(ErrorInfoSchema)[0]?.reason === "JOB_UNKNOWN",
        );
      }
    },
  );

  it("lists pages, newest first, by filter", async () => {
    for (let i = 0; i < 5; i++) await enqueue("listed");
    const pages: string[][] = [];
    let pageToken = "";
    do {
      const page = await client.listJobs({ kinds: ["listed"], pageSize: 2, pageToken });
      pages.push(page.jobs.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");

    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual([...new Set(pages.flat())].sort().reverse());
    const none = await client.listJobs({ kinds: ["listed"], states: [JobState.FAILED] });
    expect(none.jobs).toEqual([]);
    const failure = await client.listJobs({ pageToken: "nonsense" }).catch(ConnectError.from);
    expect(failure).toMatchObject({ code: Code.InvalidArgument });
  });

  it("cancels a job and queues it again", async () => {
    const { id } = await enqueue();

    expect((await client.cancelJob({ id })).job?.state).toBe(JobState.CANCELLED);
    expect((await client.retryJob({ id })).job?.state).toBe(JobState.QUEUED);

    await open.leases.complete(await claim("test"), async () => "results/1");
    const failure = await client.retryJob({ id }).catch(ConnectError.from);
    expect(failure).toMatchObject({ code: Code.FailedPrecondition });
  });

  it("watches a job from its present state to its end", async () => {
    const { id } = await enqueue("watched");
    await enqueue("not watched");
    const watch = watching({ ids: [id] });
    expect((await watch.next()).jobs).toMatchObject([{ id, state: JobState.QUEUED }]);

    const lease = await claim("watched");
    expect((await watch.next()).jobs).toMatchObject([{ id, state: JobState.RUNNING }]);
    await open.leases.saveProgress(lease, { step: 1, stepCount: 2, message: "" });
    expect((await watch.next()).jobs).toMatchObject([{ id, progress: { step: 1n } }]);
    await open.leases.complete(lease, async () => "results/2");

    expect((await watch.next()).jobs).toMatchObject([
      { id, state: JobState.SUCCEEDED, resultReference: "results/2" },
    ]);
    watch.end();
  });

  it("watches jobs that are made later, when none are named", async () => {
    const watch = watching({});
    await watch.next();

    const { id } = await enqueue("made later");

    expect((await watch.next()).jobs).toMatchObject([{ id }]);
    watch.end();
  });

  it("says at times that nothing has changed", async () => {
    const { id } = await enqueue("idle");
    const watch = watching({ ids: [id] });
    await watch.next();

    const { jobs, sequence } = await watch.nextOfAny();

    expect(jobs).toEqual([]);
    expect(sequence).toBeGreaterThan(0n);
    watch.end();
  });

  it("resumes where a stream broke off", async () => {
    const { id } = await enqueue("resumed");
    const watch = watching({ ids: [id] });
    const { sequence } = await watch.next();
    watch.end();
    await client.cancelJob({ id });

    const resumed = watching({ ids: [id], afterSequence: sequence });

    expect((await resumed.next()).jobs).toMatchObject([{ id, state: JobState.CANCELLED }]);
    resumed.end();
  });

  it("refuses to watch a job that does not exist", async () => {
    const watch = watching({ ids: [UNKNOWN] });

    await expect(watch.next()).rejects.toMatchObject({ code: Code.NotFound });
  });

  it("ends its streams when the process stops", async () => {
    const { id } = await enqueue("last");
    const watch = watching({ ids: [id] });
    await watch.next();

    shutdown.abort();

    await expect(watch.next()).rejects.toThrow("the stream has ended");
  });

  function watching(request: Parameters<typeof client.watchJobs>[0]) {
    const ending = new AbortController();
    const stream = client.watchJobs(request, { signal: ending.signal });
    const messages = stream[Symbol.asyncIterator]();
    const nextOfAny = async (): Promise<WatchJobsResponse> => {
      const { done, value } = await messages.next();
      if (done) throw new Error("the stream has ended");
      return value;
    };
    return {
      nextOfAny,
      /** The next message that has jobs. */
      next: async () => {
        let message = await nextOfAny();
        while (message.jobs.length === 0) message = await nextOfAny();
        return message;
      },
      end: () => ending.abort(),
    };
  }
});
