import type { Channel, Options } from "amqplib";

/** Topic exchange of domain events. */
export const EVENTS_EXCHANGE = "portfolio.events";
/** Takes every message that is laid aside. */
const DEAD_EXCHANGE = "portfolio.dead";
/** Where messages lie that nobody could handle. See `replayDeadLetters`. */
export const DEAD_QUEUE = "portfolio.dead";

/** Deliveries of one message after which it is laid aside: such a one may be killing its readers. */
const DELIVERIES_MAX = 20;

/** Queue of pointers to jobs of a kind. */
export function jobQueue(kind: string): string {
  return `jobs.${kind}`;
}

/** Queue of what waits for a consumer of events. */
export function eventQueue(consumer: string): string {
  return `events.${consumer}`;
}

/** Replicated, and moved to the queue of dead letters without loss: RabbitMQ 3.10 and later. */
const QUORUM: Options.AssertQueue = {
  durable: true,
  arguments: {
    "x-queue-type": "quorum",
    "x-delivery-limit": DELIVERIES_MAX,
    "x-dead-letter-exchange": DEAD_EXCHANGE,
    "x-dead-letter-strategy": "at-least-once",
    // What that strategy needs.
    "x-overflow": "reject-publish",
  },
};

/** Makes what every part needs. Does nothing where it is there. */
export async function assertExchanges(channel: Channel): Promise<void> {
  await channel.assertExchange(EVENTS_EXCHANGE, "topic", { durable: true });
  await channel.assertExchange(DEAD_EXCHANGE, "fanout", { durable: true });
  await channel.assertQueue(DEAD_QUEUE, {
    durable: true,
    arguments: { "x-queue-type": "quorum" },
  });
  await channel.bindQueue(DEAD_QUEUE, DEAD_EXCHANGE, "");
}

export async function assertQueue(channel: Channel, queue: string): Promise<void> {
  await channel.assertQueue(queue, QUORUM);
}
