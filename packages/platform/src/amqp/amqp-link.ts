import { type ChannelModel, connect, type RecoveringChannelModel } from "amqplib";
import type { Logger } from "../logger.ts";

export interface AmqpLinkOptions {
  /** `amqp:` or `amqps:`, with user, password and virtual host. */
  readonly url: string;
  /** Shown by the broker, such as `optimization jobs`. */
  readonly name: string;
  readonly log: Logger;
  /** Makes channels, queues and consumers: on each new connection, and before it is used. */
  readonly setUp: (connection: ChannelModel) => Promise<void>;
  /** Called when the connection is lost. */
  readonly onLost?: () => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const HEARTBEAT_SECONDS = 10;
const FIRST_DELAY_MS = 200;
const LAST_DELAY_MS = 5000;

/**
 * A connection to RabbitMQ that comes back by itself, with all that was set up on it.
 *
 * Publishers and consumers have one each: a broker that is short of memory or disk stops reading
 * from connections that publish, and acknowledgements must not wait behind that.
 */
export class AmqpLink {
  readonly #options: AmqpLinkOptions;
  readonly #connection: Promise<RecoveringChannelModel>;
  #isConnected = false;

  /** Connects at once, and until it is closed. */
  constructor(options: AmqpLinkOptions) {
    this.#options = options;
    this.#connection = this.#connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Resolves once it has connected for the first time. Rejects when that takes too long. */
  async connected(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    await Promise.race([this.#connection.then((connection) => connection.waitForConnect()), late]);
  }

  async close(): Promise<void> {
    this.#isConnected = false;
    await (await this.#connection).close();
  }

  async #connect(): Promise<RecoveringChannelModel> {
    const { name, log } = this.#options;
    const connection = await connect(withHeartbeat(this.#options.url), {
      // Nagle's algorithm costs 40 ms a message.
      noDelay: true,
      timeout: CONNECT_TIMEOUT_MS,
      clientProperties: { connection_name: name },
      recovery: {
        waitForConnect: false,
        calculateDelay: (attempt) =>
          FIRST_DELAY_MS +
          Math.random() * Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10)),
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    });
    connection.on("connect", () => {
      this.#isConnected = true;
      log.info({ connection: name }, "connected to the broker");
    });
    connection.on("disconnect", (error) => {
      this.#isConnected = false;
      log.warn({ connection: name, message: error.message }, "the broker was lost");
      this.#options.onLost?.();
    });
    connection.on("connect-failed", ({ message }) => {
      log.warn({ connection: name, message }, "the broker cannot be reached");
    });
    connection.on("blocked", (reason) => {
      log.warn({ connection: name, reason }, "the broker takes no messages at present");
    });
    // What follows an error is told by "disconnect".
    connection.on("error", () => undefined);
    return connection;
  }

  async #setUp(model: ChannelModel): Promise<void> {
    let lost: Error | undefined;
    model.on("error", () => undefined);
    model.on("close", (error) => {
      lost = error ?? new Error("the connection was closed");
    });
    await this.#options.setUp(model);
    if (lost) throw lost;
  }
}

/** Has the broker and this process notice within 20 s that the other is gone. */
function withHeartbeat(url: string): string {
  const withParameter = new URL(url);
  if (!withParameter.searchParams.has("heartbeat")) {
    withParameter.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  }
  return withParameter.href;
}

/** Ends a connection whose channel has failed: all of it is set up again on the next one. */
export function endWith(connection: ChannelModel): () => void {
  return () => {
    // It may be closed already.
    connection.close().catch(() => undefined);
  };
}
