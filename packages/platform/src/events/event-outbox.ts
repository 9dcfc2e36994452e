import { NOTIFY } from "../jobs/job-table.ts";
import { type Pool, transaction } from "../postgres/pool.ts";

/** An event on its way out. */
export interface OutboxEvent {
  readonly id: string;
  /** Routing key. */
  readonly type: string;
  /** `portfolio.events.v1.Event`. */
  readonly payload: Uint8Array;
}

/** Publishes events. @returns Identifiers of those that need not be published again. */
export type PublishEvents = (events: readonly OutboxEvent[]) => Promise<readonly string[]>;

// By the locks on the rows, not by a last identifier: transactions commit in another order than
// identifiers are made.
const SELECT_WAITING = `
  select id, type, payload from jobs.outbox
  order by create_time
  limit $1
  for update skip locked`;

const DELIVER_HERE = `
  insert into jobs.event_delivery (consumer, event_id, payload, create_time)
  select consumer.name, outbox.id, outbox.payload, outbox.create_time
  from jobs.outbox join jobs.event_consumer as consumer on outbox.type = any(consumer.types)
  where outbox.id = any($1::uuid[])
  on conflict do nothing`;

const DELETE = "delete from jobs.outbox where id = any($1::uuid[])";

/** Events that were recorded and are to be published. */
export class EventOutbox {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Hands events to the consumers that read from this database, and to `publish`. Events that are
   * not published stay. Any number of relays may do this at once.
   *
   * @returns How many there were.
   */
  relay(limit: number, publish: PublishEvents): Promise<number> {
    return transaction(this.#pool, async (client) => {
      const { rows } = await client.query<OutboxEvent>(SELECT_WAITING, [limit]);
      if (rows.length === 0) return 0;
      const delivered = await client.query(DELIVER_HERE, [rows.map(({ id }) => id)]);
      await client.query(DELETE, [await publish(rows)]);
      // One for all of them: notifications of one transaction queue behind those of another.
      if (delivered.rowCount) await client.query(`select ${NOTIFY}`);
      return rows.length;
    });
  }
}
