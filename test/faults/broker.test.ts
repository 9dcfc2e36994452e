// RabbitMQ as the adapters use it: what is confirmed is kept, what is lost comes back, what nobody can handle is laid aside.
import { create, toBinary } from "@bufbuild/protobuf";
import { type Event, EventSchema } from "@portfolio/gen/portfolio/events/v1/event_pb.js";
import { createJobsService, type JobsService } from "@portfolio/jobs";
import { AmqpConsumer } from "@portfolio/platform/amqp/amqp-consumer";
import { AmqpPublisher } from "@portfolio/platform/amqp/amqp-publisher";
import { replayDeadLetters } from "@portfolio/platform/amqp/replay-dead-letters";
import { EVENTS_EXCHANGE } from "@portfolio/platform/amqp/topology";
import { recordEvent } from "@portfolio/platform/events/record-event";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { transaction } from "@portfolio/platform/postgres/pool";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import {
  hasRabbitmq,
  type RabbitmqServer,
  startRabbitmq,
} from "@portfolio/platform/testing/rabbitmq-server";
import { connect } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const log = createLogger({ name: "test", level: "silent" });
const PROBE = "01900000-0000-7000-8000-000000000000";
const PATIENCE = { timeout: 60_000, interval: 50 };
/** In CI the broker is installed, and its absence is a failure. */
const isWanted = hasRabbitmq || process.env["CI"] === "true";

describe.runIf(isWanted)("RabbitMQ", () => {
  let rabbitmq: RabbitmqServer;
  let publisher: AmqpPublisher;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
    publisher = new AmqpPublisher({ url: rabbitmq.url, name: "test", log, confirmTimeoutMs: 5000 });
    await publisher.connected();
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    await publisher?.close();
    await rabbitmq?.remove();
  });

  const messageTo = (queue: string, messageId: string) => ({
    exchange: "",
    routingKey: queue,
    messageId,
    content: Buffer.from(messageId),
    contentType: "text/plain",
  });

  const consume = (queue: string, handle: (id: string) => "done" | "dead" | "again") => {
    const seen: string[] = [];
    const consumer = new AmqpConsumer({
      url: rabbitmq.url,
      name: "test",
      log,
      queues: [queue],
      handle: async ({ properties }) => {
        seen.push(String(properties.messageId));
        return handle(String(properties.messageId));
      },
    });
    closers.push(() => consumer.close());
    return { seen, consumer };
  };

  it("confirms what is in a queue, and returns what has none", async () => {
    await publisher.ensureQueue("jobs.confirmed");

    expect(await publisher.publish(messageTo("jobs.confirmed", "1"))).toBe("confirmed");
    expect(await publisher.publish(messageTo("jobs.missing", "2"))).toBe("returned");
    const { seen } = consume("jobs.confirmed", () => "done");
    await expect.poll(() => seen, PATIENCE).toEqual(["1"]);
  });

  it("rests while it is paused, and hands back nothing twice", async () => {
    await publisher.ensureQueue("jobs.paused");
    const { seen, consumer } = consume("jobs.paused", () => "done");
    await expect.poll(() => consumer.isConnected, PATIENCE).toBe(true);
    await consumer.pause();
    await publisher.publish(messageTo("jobs.paused", "1"));
    await publisher.publish(messageTo("jobs.paused", "2"));
    expect(seen).toEqual([]);

    await consumer.resume();

    await expect.poll(() => seen, PATIENCE).toEqual(["1", "2"]);
  });

  it("lays aside what cannot be handled, and has it again when it is replayed", async () => {
    await publisher.ensureQueue("jobs.poison");
    let isMended = false;
    const { seen } = consume("jobs.poison", () => (isMended ? "done" : "dead"));
    await publisher.publish(messageTo("jobs.poison", "1"));
    await expect.poll(() => seen, PATIENCE).toEqual(["1"]);
    isMended = true;

    // Between the queues it is in neither for a moment.
    await expect
      .poll(async () => (await replayDeadLetters(rabbitmq.url, log)).replayedCount, PATIENCE)
      .toBe(1);

    await expect.poll(() => seen, PATIENCE).toEqual(["1", "1"]);
    expect(await replayDeadLetters(rabbitmq.url, log)).toEqual({ replayedCount: 0, keptCount: 0 });
  });

  it("lays aside a message that comes back again and again", async () => {
    await publisher.ensureQueue("jobs.again");
    const { seen, consumer } = consume("jobs.again", () => "again");
    await publisher.publish(messageTo("jobs.again", "1"));

    await expect.poll(() => seen.length, PATIENCE).toBe(21);

    await consumer.close();
    await expect
      .poll(async () => (await replayDeadLetters(rabbitmq.url, log)).replayedCount, PATIENCE)
      .toBe(1);
  });

  it("makes a queue again that was deleted under its consumer", async () => {
    await publisher.ensureQueue("jobs.deleted");
    const { seen, consumer } = consume("jobs.deleted", () => "done");
    await expect.poll(() => consumer.isConnected, PATIENCE).toBe(true);
    const connection = await connect(rabbitmq.url);
    const channel = await connection.createChannel();
    await channel.deleteQueue("jobs.deleted");
    await connection.close();

    await expect
      .poll(async () => {
        await publisher.ensureQueue("jobs.deleted");
        return await publisher.publish(messageTo("jobs.deleted", "1"));
      }, PATIENCE)
      .toBe("confirmed");
    await expect.poll(() => seen, PATIENCE).toContain("1");
  });

  describe("and events", () => {
    let database: TestDatabase;
    let open: OpenJobs;
    let service: JobsService;

    beforeAll(async () => {
      database = await createTestDatabase();
      const databaseUrl = database.url;
      const amqpUrl = rabbitmq.url;
      open = await openJobs({ databaseUrl, amqpUrl, applicationName: "test", log });
      service = await createJobsService({
        databaseUrl,
        amqpUrl,
        log,
        metrics: { registry: createMetricsRegistry("jobs") },
        shutdownSignal: new AbortController().signal,
      });
      await open.pool.query("create table public.noted (event_id text, revision bigint)");
    });
    afterAll(async () => {
      await service?.close();
      await open?.close();
      await database?.drop();
    });

    const record = (revision: number) =>
      transaction(open.pool, (client) =>
        recordEvent(client, {
          case: "pricesUpdated",
          value: { datasetId: "imported", revision: BigInt(revision), instrumentCount: 1 },
        }),
      );
    const noted = async () =>
      (await open.pool.query<{ event_id: string }>("select event_id from public.noted")).rows.map(
        (row) => row.event_id,
      );

    it("take effect once, however often and in whatever order they come", async () => {
      let failuresLeft = 2;
      const consumer = open.consume({
        name: "notes",
        kinds: ["pricesUpdated"],
        log,
        handle: async ({ id, kind }: Event, client) => {
          const revision = kind.case === "pricesUpdated" ? Number(kind.value.revision) : 0;
          await client.query("insert into public.noted values ($1, $2)", [id, revision]);
          // After its effect, which the end of the transaction takes back.
          if (failuresLeft-- > 0) throw new Error("as it was told");
        },
      });
      closers.push(() => consumer.close());
      // Its queue is bound: events are not returned any more.
      const bound = { ...messageTo("prices.updated", "probe"), exchange: EVENTS_EXCHANGE };
      const probe = eventOf(PROBE);
      await expect
        .poll(() => publisher.publish({ ...bound, content: probe }), PATIENCE)
        .toBe("confirmed");
      const ids: string[] = [];
      for (let revision = 1; revision <= 20; revision++) ids.push(await record(revision));
      await expect.poll(async () => (await noted()).length, PATIENCE).toBe(21);

      for (const id of [...ids].reverse()) {
        await publisher.publish({ ...bound, messageId: id, content: eventOf(id) });
      }
      const last = await record(21);
      await expect.poll(noted, PATIENCE).toContain(last);
      expect((await noted()).sort()).toEqual([PROBE, ...ids, last].sort());
    });

    it("wait in the outbox while the broker is down, and are published when it is back", async () => {
      await rabbitmq.kill();
      const id = await record(22);
      const { outboxCount } = await open.figures();
      await rabbitmq.start();

      expect(outboxCount).toBe(1);
      await expect.poll(noted, PATIENCE).toContain(id);
      expect((await open.figures()).outboxCount).toBe(0);
    });
  });
});

it.skipIf(isWanted)("has no RabbitMQ to run against: apt-get install rabbitmq-server", () => {
  expect(hasRabbitmq).toBe(false);
});

function eventOf(id: string): Uint8Array {
  return toBinary(EventSchema, create(EventSchema, { id }));
}
