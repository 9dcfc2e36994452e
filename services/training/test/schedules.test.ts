import { type Client, createClient } from "@connectrpc/connect";
import {
  ScheduledWork,
  ScheduleService,
} from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDueSchedules, type ScheduleDeps } from "../src/app/schedules.ts";
import {
  aliasRequest,
  failureOf,
  openRegistry,
  type RegistryFixture,
  versionDraft,
} from "./registry-fixture.ts";

const WEEKDAYS = {
  modelId: "scheduled",
  work: ScheduledWork.MONITORING,
  cron: "30 18 * * 1-5",
  timeZone: "America/New_York",
};

let fixture: RegistryFixture;
let client: Client<typeof ScheduleService>;
beforeAll(async () => {
  fixture = await openRegistry();
  client = createClient(ScheduleService, fixture.transport);
  await fixture.registry.addVersion(versionDraft("scheduled"));
  await fixture.registry.setAlias(aliasRequest("scheduled", 1), undefined);
}, 60_000);
afterAll(() => fixture.close());

/** Follows schedules as if it were another time. */
function runAt(now: string): Promise<number> {
  const deps: ScheduleDeps = {
    ...fixture,
    ...{ jobs: fixture.jobs.jobs, now: () => now, newId: refuse },
    ...{ prices: fixture.prices, retrainingDraft: refuse },
  };
  return runDueSchedules(deps);
}

function refuse(): never {
  throw new Error("nothing of this is to be asked for");
}

const jobsOf = () => fixture.jobs.jobs.list({ kinds: ["monitoring"] }, 100, undefined);

describe("schedules", () => {
  it("are created, changed, listed and deleted", async () => {
    const { schedule } = await client.createSchedule({ spec: WEEKDAYS });
    const id = schedule?.id ?? "";
    expect(schedule?.spec).toMatchObject({ ...WEEKDAYS, isOff: false });
    expect(Date.parse(schedule?.nextTime ?? "")).toBeGreaterThan(Date.now());

    const off = await client.updateSchedule({ id, spec: { ...WEEKDAYS, isOff: true } });
    expect(off.schedule?.nextTime).toBe("");
    expect((await client.listSchedules({})).schedules.map((each) => each.id)).toEqual([id]);
    await client.deleteSchedule({ id });
    await client.deleteSchedule({ id });
    expect((await client.listSchedules({})).schedules).toEqual([]);
    const failure = await failureOf(client.updateSchedule({ id, spec: WEEKDAYS }));
    expect(failure.reason).toBe("SCHEDULE_UNKNOWN");
  });

  it("make up once for what was missed, by one of several processes", async () => {
    const { schedule } = await client.createSchedule({ spec: WEEKDAYS });
    const before = (await jobsOf()).length;
    // Two weeks without a process, then three at once.
    const later = new Date(Date.parse(schedule?.nextTime ?? "") + 14 * 86_400_000).toISOString();
    const counts = await Promise.all([runAt(later), runAt(later), runAt(later)]);

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await jobsOf()).length).toBe(before + 1);
    const [ran] = (await client.listSchedules({})).schedules;
    expect(ran?.lastTime).toBe(schedule?.nextTime);
    expect(Date.parse(ran?.nextTime ?? "")).toBeGreaterThan(Date.parse(later));
    expect((await jobsOf())[0]?.id).toBe(ran?.lastJobId);
    expect(await runAt(later)).toBe(0);
    await client.deleteSchedule({ id: ran?.id ?? "" });
  });

  it("start one job for a time, also if that was not noted", async () => {
    const { schedule } = await client.createSchedule({ spec: WEEKDAYS });
    const before = (await jobsOf()).length;
    const due = schedule?.nextTime ?? "";
    await runAt(due);
    // As a process leaves it that ends after it has made the job and before it commits.
    await fixture.pool.query("update training.schedule set next_time = $1", [due]);
    expect(await runAt(due)).toBe(1);

    expect((await jobsOf()).length).toBe(before + 1);
    await client.deleteSchedule({ id: schedule?.id ?? "" });
  });

  it("say what went wrong, and go on", async () => {
    await fixture.registry.addVersion(versionDraft("headless"));
    const { schedule } = await client.createSchedule({
      spec: { ...WEEKDAYS, modelId: "headless" },
    });
    await runAt(schedule?.nextTime ?? "");

    const [ran] = (await client.listSchedules({})).schedules;
    expect(ran).toMatchObject({ lastJobId: "", lastTime: schedule?.nextTime });
    expect(ran?.lastProblem).toContain("champion");
    expect(ran?.nextTime).not.toBe("");
    await client.deleteSchedule({ id: schedule?.id ?? "" });
  });

  it("run now when asked, and keep their times", async () => {
    const { schedule } = await client.createSchedule({ spec: WEEKDAYS });
    const id = schedule?.id ?? "";
    const { job } = await client.runSchedule({ id });

    expect(job).toMatchObject({ kind: "monitoring", ownerReference: "models/scheduled" });
    expect((await client.listSchedules({})).schedules[0]).toMatchObject({
      nextTime: schedule?.nextTime,
      lastTime: "",
    });
    await client.deleteSchedule({ id });
  });

  it.each([
    ["a pattern that is none", { cron: "99 * * * *" }, "CRON_INVALID", "spec.cron"],
    ["a place that is none", { timeZone: "Mars/Olympus" }, "TIME_ZONE_UNKNOWN", "spec.time_zone"],
    ["a model that is none", { modelId: "none" }, "MODEL_UNKNOWN", "model_id"],
    ["no work", { work: ScheduledWork.UNSPECIFIED }, "REQUEST_INVALID", "spec.work"],
  ])("are refused for %s", async (_, change, reason, field) => {
    const failure = await failureOf(client.createSchedule({ spec: { ...WEEKDAYS, ...change } }));
    expect(failure).toMatchObject({ reason, fields: [field] });
  });
});
