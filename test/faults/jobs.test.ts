// Jobs under faults: workers, broker and database are killed; every accepted job must take effect exactly once.
import type { ChildProcess } from "node:child_process";
import { pointerMessage } from "@portfolio/platform/amqp/amqp-job-pointers";
import { AmqpPublisher } from "@portfolio/platform/amqp/amqp-publisher";
import { createLogger } from "@portfolio/platform/logger";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { hasRabbitmq } from "@portfolio/platform/testing/rabbitmq-server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { historyFaults } from "./check-history.ts";
import { type FaultSystem, startFaultSystem, untilItWorks } from "./fault-system.ts";

const SEED = Number(process.env["FAULT_SEED"] ?? 20_261_122);
const QUICK = { steps: 3, stepMs: 5 };
const ACK_TIMEOUT_MS = 5000;
const PATIENCE = { timeout: 90_000, interval: 100 };
const isWanted = hasRabbitmq || process.env["CI"] === "true";

describe.runIf(isWanted)(`jobs over RabbitMQ (FAULT_SEED=${SEED})`, () => {
  let system: FaultSystem;
  let workers: ChildProcess[] = [];
  const random = seededRandom(SEED);

  beforeAll(async () => {
    system = await startFaultSystem([`consumer_timeout = ${ACK_TIMEOUT_MS}`]);
  });
  afterEach(() => {
    for (const worker of workers) worker.kill("SIGKILL");
    workers = [];
  });
  afterAll(() => system?.stop());

  const startWorkers = (count: number) => {
    for (let i = 0; i < count; i++) workers.push(system.startWorker());
  };
  const unfinished = () =>
    untilItWorks(async () => (await system.open.jobs.unfinished()).jobs.length);
  const untilAllEnded = () => expect.poll(unfinished, PATIENCE).toBe(0);
  const faultsOf = async (ids: readonly string[]) => {
    const all = new Set(ids);
    const history = await untilItWorks(() => system.history());
    return historyFaults(
      history.filter(({ jobId }) => all.has(jobId)),
      all,
    );
  };
  /** Two kills before the first checkpoint look like a job that kills its process. */
  const retryQuarantined = () =>
    untilItWorks(async () => {
      const found = await system.open.jobs.list({ states: ["quarantined"] }, 100, undefined);
      for (const { id } of found) await system.open.jobs.retry(id);
    });

  it("take effect once although workers are killed and pointers come twice and out of order", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 200; i++) {
      // Every tenth kills its own process as well.
      ids.push(await system.accept(i % 10 === 0 ? { ...QUICK, dieAtStep: i % 3 } : QUICK));
    }
    const publisher = new AmqpPublisher({
      url: system.rabbitmq.url,
      name: "duplicates",
      log: createLogger({ name: "test", level: "silent" }),
    });
    await publisher.connected();
    await publisher.ensureQueue("jobs.fault");
    const shuffled = ids.map((id) => ({ id, at: random() })).sort((a, b) => a.at - b.at);
    for (const { id: jobId } of shuffled) {
      const pointer = { tenantId: "default", jobId, kind: "fault" };
      await publisher.publish(pointerMessage(pointer, newRequestId()));
    }
    await publisher.close();
    startWorkers(3);

    let killCount = 0;
    while ((await unfinished()) > 0) {
      await new Promise((resolve) => setTimeout(resolve, 500 + random() * 2000));
      const index = Math.floor(random() * workers.length);
      workers[index]?.kill("SIGKILL");
      workers[index] = system.startWorker();
      killCount++;
      await retryQuarantined();
    }

    expect(killCount).toBeGreaterThan(3);
    expect(await faultsOf(ids)).toEqual([]);
  });

  it("are there although the broker is killed while they are asked for", async () => {
    startWorkers(2);
    const ids: string[] = [];
    for (let i = 0; i < 60; i++) {
      if (i === 15) await system.rabbitmq.kill();
      if (i === 40) await system.rabbitmq.start();
      ids.push(await system.accept(QUICK));
    }
    await untilAllEnded();

    expect(await faultsOf(ids)).toEqual([]);
  });

  it("survive that the database is killed", async () => {
    startWorkers(2);
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) {
      if (i === 10 || i === 30) system.killDatabase();
      ids.push(await system.accept(QUICK));
    }
    while ((await unfinished()) > 0) {
      await retryQuarantined();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }

    expect(await faultsOf(ids)).toEqual([]);
  });

  it("go on beside one that kills every process it is given", async () => {
    startWorkers(2);
    const poison = await system.accept({ ...QUICK, dieAtStep: 1, diesAlways: true });
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push(await system.accept(QUICK));
    await untilAllEnded();

    expect(await faultsOf(ids)).toEqual([]);
    const job = await system.open.jobs.find(poison);
    expect(job).toMatchObject({ state: "quarantined", error: { reason: "JOB_CRASHED" } });
    expect(job?.attempt).toBeLessThanOrEqual(3);
  });

  it("may take longer than the broker waits for an acknowledgement", async () => {
    startWorkers(2);
    const id = await system.accept({ steps: 9, stepMs: 1000 });
    await untilAllEnded();

    expect(await system.open.jobs.find(id)).toMatchObject({ state: "succeeded", attempt: 1 });
    expect(await faultsOf([id])).toEqual([]);
  });

  it("are taken up by another worker soon after theirs was killed", async () => {
    const delaysMs: number[] = [];
    for (let i = 0; i < 5; i++) {
      startWorkers(1);
      const id = await system.accept({ steps: 100, stepMs: 100 });
      const attemptOf = async () => (await system.open.jobs.find(id))?.attempt;
      await expect.poll(attemptOf, { timeout: 60_000, interval: 20 }).toBe(1);
      const [first] = workers.splice(0);
      startWorkers(1);
      // The other one is ready: it has taken up and done a job.
      const probe = await system.accept(QUICK);
      const stateOf = async () => (await system.open.jobs.find(probe))?.state;
      await expect.poll(stateOf, { timeout: 60_000 }).toBe("succeeded");

      const killMs = performance.now();
      first?.kill("SIGKILL");
      await expect.poll(attemptOf, { timeout: 60_000, interval: 10 }).toBe(2);
      delaysMs.push(performance.now() - killMs);

      await system.open.jobs.cancel(id);
      await untilAllEnded();
      for (const worker of workers.splice(0)) worker.kill("SIGKILL");
    }

    const shown = delaysMs.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(", ");
    process.stdout.write(`jobs of killed workers were taken up after ${shown}\n`);
    // A fraction of the lease of 30 s, however loaded the machine is.
    expect(Math.max(...delaysMs)).toBeLessThan(15_000);
  });
});

it.skipIf(isWanted)("has no RabbitMQ to run against: apt-get install rabbitmq-server", () => {
  expect(hasRabbitmq).toBe(false);
});

/** Numbers from 0 to 1. @see Steele & Vigna (2021), "Computationally easy, spectrally good multipliers", LCG of 32 bits. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 0x915f77f5) + 1) >>> 0;
    return state / 2 ** 32;
  };
}
