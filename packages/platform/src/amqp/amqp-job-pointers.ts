import { setTimeout as delay } from "node:timers/promises";
import type { ConsumeMessage } from "amqplib";
import type { JobPointer } from "../jobs/job-dispatches.ts";
import type { JobPointers, PointerReader } from "../jobs/job-pointers.ts";
import type { Logger } from "../logger.ts";
import { AmqpConsumer, type Verdict } from "./amqp-consumer.ts";
import type { AmqpMessage } from "./amqp-publisher.ts";
import { jobQueue } from "./topology.ts";

const CONTENT_TYPE = "application/json";
const CLAIM_RETRY_MS = 1000;

/** Writes a pointer as a message. @param copy - Tells this message from others of the same job. */
export function pointerMessage(pointer: JobPointer, copy: string): AmqpMessage {
  const { tenantId, jobId, kind } = pointer;
  return {
    exchange: "",
    routingKey: jobQueue(kind),
    messageId: copy,
    content: Buffer.from(JSON.stringify({ tenantId, jobId, kind })),
    contentType: CONTENT_TYPE,
  };
}

/** Has pointers to jobs from RabbitMQ, as fast as a worker takes jobs up. */
export class AmqpJobPointers implements JobPointers {
  readonly #options: { readonly url: string; readonly log: Logger };

  constructor(options: { readonly url: string; readonly log: Logger }) {
    this.#options = options;
  }

  read(
    workerName: string,
    kinds: readonly string[],
    claim: () => Promise<boolean>,
    hasRoom: () => boolean,
  ): PointerReader {
    const { log } = this.#options;
    const consumer = new AmqpConsumer({
      ...this.#options,
      name: workerName,
      queues: kinds.map(jobQueue),
      handle: async (message, signal): Promise<Verdict> => {
        if (!isPointer(message)) {
          log.error(
            { messageId: message.properties.messageId },
            "a message is no pointer to a job",
          );
          return "dead";
        }
        // Filled up meanwhile: others may have room.
        if (!hasRoom()) return await rest(consumer);
        // The table says which job is next: in the order of the queue, an urgent one would wait
        // behind all that came before it. A copy of a pointer, or one to a job that was claimed
        // meanwhile, finds nothing, or another job.
        while (!(await claim())) await delay(CLAIM_RETRY_MS, undefined, { signal });
        // Before this pointer is acknowledged, so that no other comes to a worker without room.
        if (!hasRoom()) await consumer.pause();
        return "done";
      },
    });
    return {
      isConnected: () => consumer.isConnected,
      resume: () => void consumer.resume(),
      close: () => consumer.close(),
    };
  }
}

async function rest(consumer: AmqpConsumer): Promise<Verdict> {
  await consumer.pause();
  return "again";
}

function isPointer({ content }: ConsumeMessage): boolean {
  try {
    const { tenantId, jobId, kind } = JSON.parse(content.toString("utf8"));
    return [tenantId, jobId, kind].every((part) => typeof part === "string");
  } catch {
    return false;
  }
}
