import { setTimeout as delay } from "node:timers/promises";
import { EVENT_TRIES_MAX, type EventConsumer, handleOnce } from "../events/event-consumer.ts";
import { EVENT_TYPES } from "../events/event-type.ts";
import { retryDelayMs } from "../jobs/retry-delay.ts";
import { type Pool, transaction } from "../postgres/pool.ts";
import { AmqpConsumer, type Verdict } from "./amqp-consumer.ts";
import { EVENTS_EXCHANGE, eventQueue } from "./topology.ts";

/** Starts to hand events from RabbitMQ to a consumer, each in a transaction of the pool. */
export function consumeAmqpEvents(
  consumer: EventConsumer,
  { url, pool }: { readonly url: string; readonly pool: Pool },
): AmqpConsumer {
  const { name, kinds, log } = consumer;
  const queue = eventQueue(name);
  return new AmqpConsumer({
    url,
    name: `events of ${name}`,
    log,
    queues: [queue],
    bind: async (channel) => {
      for (const kind of kinds) await channel.bindQueue(queue, EVENTS_EXCHANGE, EVENT_TYPES[kind]);
    },
    handle: async ({ content, properties }, signal): Promise<Verdict> => {
      for (let failureCount = 0; failureCount < EVENT_TRIES_MAX; failureCount++) {
        try {
          await transaction(pool, (client) => handleOnce(client, consumer, content));
          return "done";
        } catch (error) {
          const { messageId } = properties;
          log.warn({ err: error, messageId, failureCount }, "an event could not be handled");
        }
        const delayMs = retryDelayMs("transient", failureCount, Math.random());
        await delay(delayMs, undefined, { signal });
      }
      return "dead";
    },
  });
}
