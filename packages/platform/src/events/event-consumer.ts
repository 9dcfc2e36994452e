import { fromBinary } from "@bufbuild/protobuf";
import { type Event, EventSchema } from "@portfolio/gen/portfolio/events/v1/event_pb.js";
import type { Logger } from "../logger.ts";
import type { Queryable } from "../postgres/pool.ts";
import type { EventCase } from "./event-type.ts";

/** Somebody who acts on events. */
export interface EventConsumer {
  /** Names what waits for it, and what it has handled: stays the same for ever. */
  readonly name: string;
  readonly kinds: readonly EventCase[];
  /**
   * Acts on an event, by statements of the client alone: in the transaction that notes it as
   * handled, so that it takes effect once. To do more, enqueue a job under the event's identifier.
   *
   * @throws Anything: it is tried again, five times in all, after a random wait.
   */
  handle(event: Event, client: Queryable): Promise<void>;
  readonly log: Logger;
}

/** Tries after which an event is laid aside until somebody replays it. */
export const EVENT_TRIES_MAX = 5;

const NOTE = `
  insert into jobs.inbox (consumer, event_id) values ($1, $2)
  on conflict do nothing`;

/**
 * Handles an event that was not handled yet.
 *
 * @param client - Of a transaction. A copy that is being handled elsewhere is waited for.
 * @param payload - `portfolio.events.v1.Event`.
 */
export async function handleOnce(
  client: Queryable,
  { name, handle }: EventConsumer,
  payload: Uint8Array,
): Promise<void> {
  const event = fromBinary(EventSchema, payload);
  const { rowCount } = await client.query(NOTE, [name, event.id]);
  if (rowCount === 1) await handle(event, client);
}
