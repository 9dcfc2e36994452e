import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import type { Logger } from "../logger.ts";
import { AmqpLink, endWith } from "./amqp-link.ts";
import { assertExchanges, assertQueue } from "./topology.ts";

/** What to do with a message: it is done with, comes again, or is laid aside as a dead letter. */
export type Verdict = "done" | "again" | "dead";

export interface AmqpConsumerOptions {
  readonly url: string;
  readonly name: string;
  readonly log: Logger;
  /** Queues to read, made if missing. */
  readonly queues: readonly string[];
  /** Binds the queues, where they are to receive from an exchange. (Default: nothing.) */
  readonly bind?: (channel: Channel) => Promise<void>;
  /**
   * Handles a message. Of each queue one at a time; the next comes when this resolves. If it
   * rejects, or the connection is lost meanwhile, the message comes again.
   */
  readonly handle: (message: ConsumeMessage, signal: AbortSignal) => Promise<Verdict>;
}

/** Reads queues, and goes on reading them when the broker or a queue was away. */
export class AmqpConsumer {
  readonly #options: AmqpConsumerOptions;
  readonly #link: AmqpLink;
  readonly #stop = new AbortController();
  readonly #handling = new Set<Promise<void>>();
  #connection: ChannelModel | undefined;
  #channel: Channel | undefined;
  /** Tags of the present consumers. */
  #tags: readonly string[] = [];
  #isPaused = false;
  /** Pausing and resuming happen one after the other. */
  #turn: Promise<void> = Promise.resolve();

  /** Starts at once. */
  constructor(options: AmqpConsumerOptions) {
    this.#options = options;
    this.#link = new AmqpLink({
      ...options,
      setUp: (connection) => this.#setUp(connection),
      onLost: () => {
        this.#channel = undefined;
      },
    });
  }

  /** Whether messages come, or would if it were not paused. */
  get isConnected(): boolean {
    return this.#link.isConnected && this.#channel !== undefined;
  }

  /** Has the broker send no more: resolves when it does not. What is being handled goes on. */
  pause(): Promise<void> {
    this.#isPaused = true;
    return this.#next();
  }

  resume(): Promise<void> {
    this.#isPaused = false;
    return this.#next();
  }

  /** Takes no more, and waits for what is being handled. */
  async close(): Promise<void> {
    await this.pause();
    this.#stop.abort();
    await Promise.all(this.#handling);
    await this.#link.close();
  }

  async #setUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on("error", ({ message }) => {
      this.#options.log.warn({ message }, "a channel for consuming has failed");
    });
    channel.on("close", endWith(connection));
    await assertExchanges(channel);
    for (const queue of this.#options.queues) await assertQueue(channel, queue);
    await this.#options.bind?.(channel);
    await channel.prefetch(1);
    this.#connection = connection;
    this.#channel = channel;
    this.#tags = [];
    await this.#next();
  }

  /** Brings the consumers in line with what is wanted. */
  #next(): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#align())
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, "consumers could not be changed");
        this.#connection?.close().catch(() => undefined);
      });
    return this.#turn;
  }

  async #align(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) return;
    if (this.#isPaused) {
      const tags = this.#tags;
      this.#tags = [];
      await Promise.all(tags.map((tag) => channel.cancel(tag)));
      return;
    }
    if (this.#tags.length > 0) return;
    const consumers = this.#options.queues.map((queue) =>
      channel.consume(queue, (message) => this.#receive(channel, message)),
    );
    this.#tags = (await Promise.all(consumers)).map(({ consumerTag }) => consumerTag);
  }

  #receive(channel: Channel, message: ConsumeMessage | null): void {
    if (message === null) {
      // The queue was deleted, or moved: it is made again on the next connection.
      this.#options.log.warn("the broker has ended a consumer");
      this.#connection?.close().catch(() => undefined);
      return;
    }
    const handling = this.#handle(channel, message).finally(() => this.#handling.delete(handling));
    this.#handling.add(handling);
  }

  async #handle(channel: Channel, message: ConsumeMessage): Promise<void> {
    const { signal } = this.#stop;
    const verdict = await this.#options.handle(message, signal).catch((error: unknown): Verdict => {
      if (!signal.aborted) this.#options.log.warn({ err: error }, "a message could not be handled");
      return "again";
    });
    try {
      if (verdict === "done") channel.ack(message);
      else channel.nack(message, false, verdict === "again");
    } catch {
      // The channel is closed, and the broker sends the message again.
    }
  }
}
