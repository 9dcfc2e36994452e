import { connect, type GetMessage } from "amqplib";
import type { Logger } from "../logger.ts";
import { AmqpPublisher } from "./amqp-publisher.ts";
import { DEAD_QUEUE } from "./topology.ts";

export interface ReplayResult {
  /** Messages that are in their queues again. */
  readonly replayedCount: number;
  /** Messages that stay: their queue is not known, or gone. */
  readonly keptCount: number;
}

/**
 * Puts the messages that were laid aside back into the queues that they came from: those that are
 * there now. Each is in its queue before it leaves the dead letters, so that none is lost; one that
 * is interrupted in between is there twice, which does no harm.
 *
 * @throws {AppError} `BROKER_UNAVAILABLE`.
 */
export async function replayDeadLetters(url: string, log: Logger): Promise<ReplayResult> {
  const connection = await connect(url, { noDelay: true });
  connection.on("error", () => undefined);
  const publisher = new AmqpPublisher({ url, name: "replay", log });
  try {
    const channel = await connection.createChannel();
    const { messageCount } = await channel.assertQueue(DEAD_QUEUE, {
      durable: true,
      arguments: { "x-queue-type": "quorum" },
    });
    await publisher.connected();
    let replayedCount = 0;
    const kept: GetMessage[] = [];
    for (let i = 0; i < messageCount; i++) {
      const message = await channel.get(DEAD_QUEUE);
      if (message === false) break;
      if (await sendBack(publisher, message)) {
        channel.ack(message);
        replayedCount++;
      } else kept.push(message);
    }
    for (const message of kept) channel.nack(message);
    await channel.close();
    return { replayedCount, keptCount: kept.length };
  } finally {
    await Promise.all([publisher.close(), connection.close()]);
  }
}

async function sendBack(publisher: AmqpPublisher, message: GetMessage): Promise<boolean> {
  const { headers, messageId, contentType } = message.properties;
  const queue: unknown = headers?.["x-first-death-queue"] ?? headers?.["x-death"]?.[0]?.queue;
  if (typeof queue !== "string") return false;
  const outcome = await publisher.publish({
    exchange: "",
    routingKey: queue,
    messageId: String(messageId ?? ""),
    content: message.content,
    contentType: String(contentType ?? ""),
  });
  return outcome === "confirmed";
}
