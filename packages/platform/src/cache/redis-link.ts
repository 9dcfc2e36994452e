import { Redis } from "ioredis";
import type { Logger } from "../logger.ts";

/** Longest that a caller waits for the server, in ms. */
const COMMAND_TIMEOUT_MS = 200;
const CONNECT_TIMEOUT_MS = 1000;
const RECONNECT_DELAY_MAX_MS = 2000;
/** Time that a server which did not answer is left alone. */
const REST_MS = 5000;

export interface RedisLinkOptions {
  /** Such as `redis://redis:6379`. */
  readonly url: string;
  readonly log: Logger;
}

/**
 * Talks to a Redis server that may be slow, frozen or gone.
 *
 * Each question is answered within 200 ms or not at all. After one that was not, none is asked for 5 s;
 * then a ping that nobody waits for decides whether it goes on.
 */
export class RedisLink {
  readonly #redis: Redis;
  readonly #log: Logger;
  #rest: NodeJS.Timeout | undefined;

  /** Connects at once, and again whenever the connection is lost. */
  constructor({ url, log }: RedisLinkOptions) {
    this.#log = log;
    this.#redis = new Redis(url, {
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_DELAY_MAX_MS),
    });
    this.#redis.on("error", (error) => log.debug({ err: error }, "the cache's connection failed"));
  }

  /** Whether a question would be put to the server now. */
  get isReady(): boolean {
    return this.#redis.status === "ready" && this.#rest === undefined;
  }

  /** Resolves when the server has been reached. */
  async connected(): Promise<void> {
    if (this.#redis.status === "ready") return;
    await new Promise((resolve) => this.#redis.once("ready", resolve));
  }

  /** @returns The answer; undefined when there was none, and nothing else is known. */
  async ask<Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer | undefined> {
    if (!this.isReady) return undefined;
    try {
      return await question(this.#redis);
    } catch (error) {
      if (this.#rest === undefined) {
        this.#log.warn({ err: error }, "the cache's server does not answer");
        this.#leaveAlone();
      }
      return undefined;
    }
  }

  close(): void {
    clearTimeout(this.#rest);
    this.#redis.disconnect();
  }

  #leaveAlone(): void {
    this.#rest = setTimeout(() => void this.#tryAgain(), REST_MS);
    this.#rest.unref();
  }

  async #tryAgain(): Promise<void> {
    try {
      await this.#redis.ping();
      this.#rest = undefined;
      this.#log.info("the cache's server answers again");
    } catch {
      if (this.#redis.status !== "end") this.#leaveAlone();
    }
  }
}
