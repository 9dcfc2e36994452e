import type { ChannelModel, ConfirmChannel } from "amqplib";
import { AppError } from "../app-error.ts";
import type { Logger } from "../logger.ts";
import { AmqpLink, endWith } from "./amqp-link.ts";
import { assertExchanges, assertQueue } from "./topology.ts";

/** A message to publish. It survives a restart of the broker. */
export interface AmqpMessage {
  /** Empty for the default exchange, whose routing keys are queues. */
  readonly exchange: string;
  readonly routingKey: string;
  /** Unique. Consumers tell copies by it. */
  readonly messageId: string;
  readonly content: Uint8Array;
  readonly contentType: string;
}

/** What became of a message: it is in a queue, or there is none for it. */
export type PublishOutcome = "confirmed" | "returned";

export interface AmqpPublisherOptions {
  readonly url: string;
  readonly name: string;
  readonly log: Logger;
  /** Longest wait for the broker's confirmation, in ms. (Default: 10000) */
  readonly confirmTimeoutMs?: number;
  /** Called with each outcome. */
  readonly onOutcome?: (outcome: PublishOutcome | "failed") => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const CONFIRM_TIMEOUT_MS = 10_000;

/** Publishes messages, and says what became of each. Keeps none: what fails is the caller's again. */
export class AmqpPublisher {
  readonly #options: AmqpPublisherOptions;
  readonly #link: AmqpLink;
  readonly #returned = new Set<string>();
  #queues = new Set<string>();
  #channel: ConfirmChannel | undefined;

  /** Connects at once. */
  constructor(options: AmqpPublisherOptions) {
    this.#options = options;
    this.#link = new AmqpLink({
      ...options,
      setUp: (connection) => this.#setUp(connection),
      onLost: () => {
        this.#channel = undefined;
      },
    });
  }

  get isConnected(): boolean {
    return this.#link.isConnected && this.#channel !== undefined;
  }

  /** Resolves when messages can be published. @throws {AppError} `BROKER_UNAVAILABLE`: not in 10 s. */
  async connected(): Promise<void> {
    try {
      await this.#link.connected(CONNECT_TIMEOUT_MS);
    } catch (cause) {
      throw brokerUnavailable("The broker cannot be reached.", cause);
    }
  }

  /** Makes a queue as `topology` says, once per connection. @throws {AppError} As `publish`. */
  async ensureQueue(queue: string): Promise<void> {
    if (this.#queues.has(queue)) return;
    const queues = this.#queues;
    try {
      await assertQueue(this.#open(), queue);
    } catch (cause) {
      throw brokerUnavailable("The broker did not make a queue.", cause);
    }
    queues.add(queue);
  }

  /**
   * Publishes a message and waits until the broker has it for good.
   *
   * @throws {AppError} `BROKER_UNAVAILABLE`: the broker did not say so. It may have the message all
   *   the same.
   */
  async publish(message: AmqpMessage): Promise<PublishOutcome> {
    const { onOutcome } = this.#options;
    try {
      await this.#publish(this.#open(), message);
    } catch (error) {
      this.#returned.delete(message.messageId);
      onOutcome?.("failed");
      throw error;
    }
    const outcome = this.#returned.delete(message.messageId) ? "returned" : "confirmed";
    // The queue may have been deleted.
    if (outcome === "returned") this.#queues.delete(message.routingKey);
    onOutcome?.(outcome);
    return outcome;
  }

  async close(): Promise<void> {
    this.#channel = undefined;
    await this.#link.close();
  }

  async #setUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createConfirmChannel();
    channel.on("error", ({ message }) => {
      this.#options.log.warn({ message }, "a channel for publishing has failed");
    });
    channel.on("close", endWith(connection));
    // Comes before the confirmation of the same message.
    channel.on("return", ({ properties }) => this.#returned.add(String(properties.messageId)));
    await assertExchanges(channel);
    this.#queues = new Set();
    this.#returned.clear();
    this.#channel = channel;
  }

  #open(): ConfirmChannel {
    if (!this.isConnected || this.#channel === undefined) {
      throw brokerUnavailable("The broker cannot be reached.");
    }
    return this.#channel;
  }

  #publish(channel: ConfirmChannel, message: AmqpMessage): Promise<void> {
    const { exchange, routingKey, messageId, content, contentType } = message;
    return new Promise((resolve, reject) => {
      const fail = (text: string, cause?: unknown) => {
        clearTimeout(timer);
        reject(brokerUnavailable(text, cause));
      };
      const timer = setTimeout(
        () => fail("The broker did not confirm a message in time."),
        this.#options.confirmTimeoutMs ?? CONFIRM_TIMEOUT_MS,
      );
      try {
        channel.publish(
          exchange,
          routingKey,
          Buffer.from(content),
          { messageId, contentType, persistent: true, mandatory: true },
          (error) => {
            if (error) return fail("The broker refused a message.", error);
            clearTimeout(timer);
            resolve();
          },
        );
      } catch (cause) {
        fail("The connection to the broker was lost.", cause);
      }
    });
  }
}

function brokerUnavailable(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", "BROKER_UNAVAILABLE", message, { cause });
}
