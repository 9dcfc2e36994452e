import type { OpenJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import type { Broker } from "../ports.ts";

/** Longest time until something is relayed of which no notification tells. */
const POLL_MS = 500;
/** Messages under way to the broker at a time. */
const BATCH = 200;

export interface RelayDeps {
  readonly source: Pick<OpenJobs, "dispatches" | "outbox" | "notifications">;
  /** Nothing where PostgreSQL does it all. */
  readonly broker: Broker | undefined;
  readonly log: Logger;
}

/**
 * Hands on what was committed: pointers to jobs that wait, and events. Several relays may run at a
 * time; one that is killed leaves what it had to the others.
 */
export class Relay {
  readonly #deps: RelayDeps;
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #isAskedAgain = false;
  #isClosed = false;
  #relaying: Promise<void> | undefined;

  /** Starts at once. */
  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.#relaySoon(), POLL_MS);
    this.#unsubscribe = deps.source.notifications.subscribe(() => this.#relaySoon());
    this.#relaySoon();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#relaying;
  }

  #relaySoon(): void {
    this.#isAskedAgain = true;
    this.#relaying ??= this.#relayAll().finally(() => {
      this.#relaying = undefined;
    });
  }

  async #relayAll(): Promise<void> {
    const { broker, log } = this.#deps;
    try {
      while (this.#isAskedAgain && !this.#isClosed) {
        this.#isAskedAgain = false;
        if (broker && !broker.isConnected()) return;
        if (broker && (await this.#relayPointers(broker))) this.#isAskedAgain = true;
        if (await this.#relayEvents(broker)) this.#isAskedAgain = true;
      }
    } catch (error) {
      log.warn({ err: error }, "what happened could not be relayed");
    }
  }

  /** @returns Whether there may be more. */
  async #relayPointers(broker: Broker): Promise<boolean> {
    const { dispatches } = this.#deps.source;
    const pointers = await dispatches.takeDue(BATCH);
    const unconfirmed = await broker.publishPointers(pointers);
    await dispatches.giveBack(unconfirmed);
    return pointers.length === BATCH && unconfirmed.length === 0;
  }

  /** @returns Whether there may be more. */
  async #relayEvents(broker: Broker | undefined): Promise<boolean> {
    let sentCount = 0;
    const count = await this.#deps.source.outbox.relay(BATCH, async (events) => {
      const sent = broker ? await broker.publishEvents(events) : events.map(({ id }) => id);
      sentCount = sent.length;
      return sent;
    });
    return count === BATCH && sentCount === count;
  }
}
