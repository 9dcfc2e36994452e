import type { JobNotifications } from "../jobs/job-notifications.ts";
import { retryDelayMs } from "../jobs/retry-delay.ts";
import { type Pool, transaction } from "../postgres/pool.ts";
import { EVENT_TRIES_MAX, type EventConsumer, handleOnce } from "./event-consumer.ts";
import { EVENT_TYPES } from "./event-type.ts";

const POLL_MS = 1000;

const REGISTER = `
  insert into jobs.event_consumer (name, types) values ($1, $2)
  on conflict (name) do update set types = excluded.types`;

const NEXT = `
  select event_id, payload, failure_count from jobs.event_delivery
  where consumer = $1 and run_time <= clock_timestamp()
  order by run_time
  limit 1
  for update skip locked`;

const DELETE = "delete from jobs.event_delivery where consumer = $1 and event_id = $2";

const FAIL = `
  update jobs.event_delivery set failure_count = failure_count + 1,
    run_time = case when failure_count + 1 >= ${EVENT_TRIES_MAX} then 'infinity'
      else clock_timestamp() + $3 * interval '1 millisecond' end
  where consumer = $1 and event_id = $2`;

/** Makes events that were laid aside wait for their consumers again. */
export const REPLAY_EVENTS = `
  update jobs.event_delivery set failure_count = 0, run_time = clock_timestamp()
  where run_time = 'infinity'`;

interface DeliveryRow {
  readonly event_id: string;
  readonly payload: Uint8Array;
  readonly failure_count: number;
}

export interface PostgresEventConsumerDeps {
  readonly pool: Pool;
  readonly notifications: JobNotifications;
  /** Whether new events come from a broker: then only those are handled that still wait here. */
  readonly hasBroker: boolean;
}

/** Hands events to a consumer without a broker, one after the other. */
export class PostgresEventConsumer {
  readonly #consumer: EventConsumer;
  readonly #pool: Pool;
  readonly #types: readonly string[];
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #isRegistered = false;
  #isClosed = false;
  #isAskedAgain = false;
  #working: Promise<void> | undefined;

  /** Starts at once. Events from before its first start are not for it. */
  constructor(
    consumer: EventConsumer,
    { pool, notifications, hasBroker }: PostgresEventConsumerDeps,
  ) {
    this.#consumer = consumer;
    this.#pool = pool;
    this.#types = hasBroker ? [] : consumer.kinds.map((kind) => EVENT_TYPES[kind]);
    this.#unsubscribe = notifications.subscribe(() => this.#work());
    this.#timer = setInterval(() => this.#work(), POLL_MS);
    this.#work();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#working;
  }

  #work(): void {
    this.#isAskedAgain = true;
    this.#working ??= this.#handleAll().finally(() => {
      this.#working = undefined;
    });
  }

  async #handleAll(): Promise<void> {
    try {
      await this.#register();
      while (this.#isAskedAgain && !this.#isClosed) {
        this.#isAskedAgain = await this.#handleNext();
      }
    } catch (error) {
      this.#isAskedAgain = false;
      this.#consumer.log.warn({ err: error }, "events could not be read");
    }
  }

  async #register(): Promise<void> {
    if (this.#isRegistered) return;
    await this.#pool.query(REGISTER, [this.#consumer.name, this.#types]);
    this.#isRegistered = true;
  }

  /** @returns Whether there was one. */
  async #handleNext(): Promise<boolean> {
    const { name, log } = this.#consumer;
    let row: DeliveryRow | undefined;
    try {
      await transaction(this.#pool, async (client) => {
        row = (await client.query<DeliveryRow>(NEXT, [name])).rows[0];
        if (row === undefined) return;
        await handleOnce(client, this.#consumer, row.payload);
        await client.query(DELETE, [name, row.event_id]);
      });
    } catch (error) {
      if (row === undefined) throw error;
      const { event_id: eventId, failure_count: failureCount } = row;
      log.warn({ err: error, eventId, failureCount }, "an event could not be handled");
      const delayMs = retryDelayMs("transient", failureCount, Math.random());
      await this.#pool.query(FAIL, [name, eventId, delayMs]);
    }
    return row !== undefined;
  }
}
