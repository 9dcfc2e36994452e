// Trainings under faults: workers are killed at random points; each training becomes exactly one version.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  Baseline,
  TargetKind,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { pointerMessage } from "@portfolio/platform/amqp/amqp-job-pointers";
import { AmqpPublisher } from "@portfolio/platform/amqp/amqp-publisher";
import type { JobState } from "@portfolio/platform/jobs/job";
import { createLogger } from "@portfolio/platform/logger";
import { hasRabbitmq } from "@portfolio/platform/testing/rabbitmq-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultSystem, startFaultSystem, untilItWorks } from "./fault-system.ts";

const TRAINER = fileURLToPath(new URL("./fault-trainer.mjs", import.meta.url));
const JOBS = Number(process.env["FAULT_TRAININGS"] ?? 30);
const KILLS = 10;
const isWanted = hasRabbitmq || process.env["CI"] === "true";

describe.runIf(isWanted)("trainings over RabbitMQ", () => {
  let system: FaultSystem;
  const trainers: ChildProcess[] = [];

  beforeAll(async () => {
    system = await startFaultSystem([]);
  });
  afterAll(async () => {
    for (const trainer of trainers) trainer.kill("SIGKILL");
    await system?.stop();
  });

  const startTrainer = () => {
    const { url } = system.rabbitmq;
    const child = spawn(process.execPath, [TRAINER, system.databaseUrl, url], { stdio: "inherit" });
    trainers.push(child);
    return child;
  };
  const listJobs = (states: readonly JobState[]) =>
    untilItWorks(() => system.open.jobs.list({ states }, JOBS, undefined));
  /** Counts jobs that have not ended. */
  const countLeft = async () => {
    const broken = await listJobs(["quarantined"]);
    // Two kills before the first checkpoint look like a job that kills its process.
    for (const { id } of broken) await untilItWorks(() => system.open.jobs.retry(id));
    return (await listJobs(["queued", "running"])).length;
  };

  it("become one version each although workers are killed and pointers come twice", async ({
    signal,
  }) => {
    const ids: string[] = [];
    for (let k = 0; k < JOBS; k++) {
      const { id } = await system.open.jobs.enqueue({ kind: "training", payload: specOf(k) });
      ids.push(id);
    }
    await publishAgain(system, ids.toReversed());
    const workers = [startTrainer(), startTrainer()];

    for (let kills = 0, left = JOBS; left > 0; left = await countLeft()) {
      signal.throwIfAborted();
      if (kills < KILLS && left <= JOBS * (1 - (kills + 1) / (KILLS + 1))) {
        workers[kills % 2]?.kill("SIGKILL");
        workers[kills % 2] = startTrainer();
        kills++;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    const jobs = await system.open.jobs.findMany(ids);
    const failures = jobs.filter(({ state }) => state !== "succeeded");
    expect(failures.map(({ error }) => error)).toEqual([]);
    const { rows } = await system.open.pool.query<{ job_id: string; number: number }>(
      "select job_id, number from training.version order by number",
    );
    expect(rows.map(({ job_id }) => job_id).sort()).toEqual(ids.toSorted());
    expect(rows.map(({ number }) => number)).toEqual(ids.map((_, k) => k + 1));
    expect(new Set(jobs.map(({ resultReference }) => resultReference)).size).toBe(JOBS);
  });
});

/** A training of a rule that learns nothing: short, and unlike the others. */
function specOf(seed: number): Uint8Array {
  return toBinary(
    TrainingSpecSchema,
    create(TrainingSpecSchema, {
      modelId: "faults",
      target: { kind: TargetKind.RANK, horizonDays: 5 },
      symbols: ["A", "B", "C"],
      dataset: { id: "sample", revision: 3 },
      learner: { method: { case: "baseline", value: { rule: Baseline.MOMENTUM } } },
      validation: { scheme: { case: "walkForward", value: { foldCount: 2 } } },
      stepDays: 5,
      seed,
    }),
  );
}

async function publishAgain({ rabbitmq }: FaultSystem, ids: readonly string[]): Promise<void> {
  const log = createLogger({ name: "test", level: "silent" });
  const publisher = new AmqpPublisher({ url: rabbitmq.url, name: "duplicates", log });
  await publisher.connected();
  await publisher.ensureQueue("jobs.training");
  for (const jobId of ids) {
    await publisher.publish(pointerMessage({ tenantId: "default", jobId, kind: "training" }));
  }
  await publisher.close();
}
