import { pointerMessage } from "@portfolio/platform/amqp/amqp-job-pointers";
import { AmqpPublisher, type AmqpPublisherOptions } from "@portfolio/platform/amqp/amqp-publisher";
import { EVENTS_EXCHANGE } from "@portfolio/platform/amqp/topology";
import type { OutboxEvent } from "@portfolio/platform/events/event-outbox";
import type { JobPointer } from "@portfolio/platform/jobs/job-dispatches";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import type { Broker } from "../ports.ts";

const EVENT_CONTENT_TYPE = "application/x-protobuf";

/** RabbitMQ: pointers to jobs in a queue of each kind, events on a topic exchange. */
export class AmqpBroker implements Broker {
  readonly #publisher: AmqpPublisher;

  /** Connects at once. */
  constructor(options: Omit<AmqpPublisherOptions, "name">) {
    this.#publisher = new AmqpPublisher({ ...options, name: "jobs relay" });
  }

  isConnected(): boolean {
    return this.#publisher.isConnected;
  }

  async publishPointers(pointers: readonly JobPointer[]): Promise<readonly JobPointer[]> {
    return await unsent(pointers, async (pointer) => {
      const message = pointerMessage(pointer, newRequestId());
      await this.#publisher.ensureQueue(message.routingKey);
      return (await this.#publisher.publish(message)) === "confirmed";
    });
  }

  async publishEvents(events: readonly OutboxEvent[]): Promise<readonly string[]> {
    const failed = new Set(
      await unsent(events, async ({ id, type, payload }) => {
        await this.#publisher.publish({
          exchange: EVENTS_EXCHANGE,
          routingKey: type,
          messageId: id,
          content: payload,
          contentType: EVENT_CONTENT_TYPE,
        });
        // One that is returned has no consumer, which is no failure.
        return true;
      }),
    );
    return events.filter((event) => !failed.has(event)).map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.#publisher.close();
  }
}

/** Sends all at once, and returns those that were not sent. The publisher counts them. */
async function unsent<Item>(
  items: readonly Item[],
  send: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const outcomes = await Promise.allSettled(items.map(send));
  return items.filter((_, i) => {
    const outcome = outcomes[i];
    return outcome?.status !== "fulfilled" || !outcome.value;
  });
}
