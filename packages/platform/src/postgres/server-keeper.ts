import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { Postmaster } from "./postmaster.ts";

const RESTART_DELAY_MS_MIN = 1_000;
const RESTART_DELAY_MS_MAX = 30_000;

/**
 * Watches over a server and starts it again whenever it ends: at once, then after 1 s, 2 s, 4 s …
 * up to 30 s while starting fails.
 */
export class ServerKeeper {
  readonly #start: () => Promise<Postmaster>;
  readonly #log: Logger;
  readonly #released = new AbortController();
  readonly #whenReleased: Promise<void>;
  readonly #watching: Promise<void>;
  #current: Postmaster;
  #running: Postmaster | undefined;

  /** @param start - Starts a server in place of one that ended. */
  constructor(first: Postmaster, start: () => Promise<Postmaster>, log: Logger) {
    this.#current = first;
    this.#running = first;
    this.#start = start;
    this.#log = log;
    this.#whenReleased = new Promise((resolve) => {
      this.#released.signal.addEventListener("abort", () => resolve());
    });
    this.#watching = this.#watch();
  }

  /** The server that runs now, or else ran last. */
  get current(): Postmaster {
    return this.#current;
  }

  /**
   * Stops watching; a start in progress is awaited first.
   *
   * @returns The server that runs now, or undefined when none does.
   */
  async release(): Promise<Postmaster | undefined> {
    this.#released.abort();
    await this.#watching;
    return this.#running;
  }

  async #watch(): Promise<void> {
    while (!this.#released.signal.aborted) {
      const ended = this.#current.exited.then(() => {
        this.#running = undefined;
      });
      await Promise.race([ended, this.#whenReleased]);
      if (!this.#released.signal.aborted) {
        this.#log.error({ serverPid: this.#current.pid }, "the database ended unexpectedly");
        await this.#startAgain();
      }
    }
  }

  async #startAgain(): Promise<void> {
    for (let delayMs = RESTART_DELAY_MS_MIN; !this.#released.signal.aborted; delayMs *= 2) {
      try {
        this.#current = await this.#start();
        this.#running = this.#current;
        this.#log.info({ serverPid: this.#current.pid }, "the database is up again");
        return;
      } catch (error) {
        this.#log.error({ err: error }, "the database does not start");
      }
      const waitMs = Math.min(delayMs, RESTART_DELAY_MS_MAX);
      // Rejects when released, which ends the loop.
      await delay(waitMs, undefined, this.#released).catch(() => undefined);
    }
  }
}
