import type { Event } from "@portfolio/gen/portfolio/events/v1/event_pb.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EventConsumer } from "../../src/events/event-consumer.ts";
import { recordEvent } from "../../src/events/record-event.ts";
import { type OpenJobs, openJobs } from "../../src/jobs/open-jobs.ts";
import { transaction } from "../../src/postgres/pool.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testing/postgres-database.ts";
import { silentLog } from "../jobs/counting-kind.ts";

const PATIENCE = { timeout: 15_000 };

describe("events without a broker", () => {
  let database: TestDatabase;
  let open: OpenJobs;
  let consumer: { close(): Promise<void> } | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    open = await openJobs({ databaseUrl: database.url, applicationName: "test", log: silentLog });
    await open.pool.query("create table public.noted (event_id uuid)");
  });
  afterEach(async () => {
    await consumer?.close();
    await open.pool.query(
      "truncate public.noted, jobs.outbox, jobs.inbox, jobs.event_delivery, jobs.event_consumer",
    );
  });
  afterAll(async () => {
    await open.close();
    await database.drop();
  });

  const start = async (handle: EventConsumer["handle"] = note) => {
    consumer = open.consume({ name: "notes", kinds: ["pricesUpdated"], log: silentLog, handle });
    const names = async () => (await open.pool.query("select 1 from jobs.event_consumer")).rowCount;
    await expect.poll(names, PATIENCE).toBe(1);
  };
  const note = async ({ id }: Event, client: Parameters<EventConsumer["handle"]>[1]) => {
    await client.query("insert into public.noted values ($1)", [id]);
  };
  const record = (revision = 1n) =>
    transaction(open.pool, (client) =>
      recordEvent(client, {
        case: "pricesUpdated",
        value: { datasetId: "imported", revision, instrumentCount: 2 },
      }),
    );
  const relay = () => open.outbox.relay(100, async (events) => events.map(({ id }) => id));
  const noted = async () =>
    (await open.pool.query<{ event_id: string }>("select event_id from public.noted")).rows.map(
      (row) => row.event_id,
    );

  it("reach those who want them, and say what has happened", async () => {
    const seen: Event[] = [];
    await start(async (event, client) => {
      seen.push(event);
      await note(event, client);
    });
    const id = await record(7n);
    await transaction(open.pool, (client) =>
      recordEvent(client, { case: "driftAlarmed", value: { modelId: "m" } }),
    );

    expect(await relay()).toBe(2);

    await expect.poll(noted, PATIENCE).toEqual([id]);
    expect(seen).toMatchObject([
      { id, kind: { case: "pricesUpdated", value: { datasetId: "imported", revision: 7n } } },
    ]);
    expect(await relay()).toBe(0);
  });

  it("are not published when the transaction that records them fails", async () => {
    await transaction(open.pool, async (client) => {
      await recordEvent(client, { case: "modelPromoted", value: { modelId: "m" } });
      throw new Error("as it was told");
    }).catch(() => undefined);

    expect(await relay()).toBe(0);
  });

  it("stay in the outbox when they cannot be published, and take effect once all the same", async () => {
    await start();
    const id = await record();

    await open.outbox.relay(100, async () => []);
    await expect.poll(noted, PATIENCE).toEqual([id]);
    await relay();
    const other = await record();
    await relay();

    await expect.poll(noted, PATIENCE).toContain(other);
    expect(await noted()).toHaveLength(2);
  });

  it("are tried again after a failure, whose effects are taken back", async () => {
    let failuresLeft = 1;
    await start(async (event, client) => {
      await note(event, client);
      if (failuresLeft-- > 0) throw new Error("as it was told");
    });
    const id = await record();
    await relay();

    await expect.poll(noted, PATIENCE).toEqual([id]);
    expect(failuresLeft).toBe(-1);
  });

  it("are laid aside after five failures, until they are replayed", async () => {
    let isMended = false;
    await start(async (event, client) => {
      if (!isMended) throw new Error("as it was told");
      await note(event, client);
    });
    const id = await record();
    await relay();
    const hurry = async () => {
      await open.pool.query(
        "update jobs.event_delivery set run_time = now() where run_time < 'infinity'",
      );
      const { rows } = await open.pool.query<{ count: number }>(
        "select failure_count as count from jobs.event_delivery",
      );
      return rows[0]?.count;
    };
    await expect.poll(hurry, PATIENCE).toBe(5);
    isMended = true;

    expect(await open.replayEvents()).toBe(1);

    await expect.poll(noted, PATIENCE).toEqual([id]);
  });
});
