import type { Job } from "@portfolio/platform/jobs/job";
import type { OpenJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import { Subscription } from "./subscription.ts";

/** Longest time until a change is seen of which no notification tells, such as progress. */
const POLL_MS = 1000;
/** Shortest time between two looks, however many notifications come. */
const LOOK_INTERVAL_MS = 100;

/** Reads what changes among the jobs once, for all who watch. Reads nothing while nobody does. */
export class JobFeed {
  readonly #source: Pick<OpenJobs, "jobs" | "notifications">;
  readonly #log: Logger;
  readonly #subscriptions = new Set<Subscription>();
  readonly #unsubscribe: () => void;
  /** What the last look found. An older transaction under way makes the next one find it again. */
  #latest: ReadonlyMap<string, number> = new Map();
  #sequence: Promise<number> | undefined;
  #reading: Promise<void> | undefined;
  #wake = () => {};

  constructor(source: Pick<OpenJobs, "jobs" | "notifications">, log: Logger) {
    this.#source = source;
    this.#log = log;
    this.#unsubscribe = source.notifications.subscribe(() => this.#wake());
  }

  /** Tells of every change that commits after this resolves. */
  async subscribe(): Promise<Subscription> {
    const subscription = new Subscription((ended) => this.#drop(ended));
    this.#subscriptions.add(subscription);
    try {
      this.#sequence ??= this.#source.jobs.unfinished().then(({ sequence }) => sequence);
      await this.#sequence;
    } catch (error) {
      this.#sequence = undefined;
      this.#drop(subscription);
      throw error;
    }
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return subscription;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    for (const subscription of this.#subscriptions) subscription.close();
    await this.#reading;
  }

  #drop(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (this.#subscriptions.size === 0) this.#wake();
  }

  async #read(): Promise<void> {
    try {
      while (this.#subscriptions.size > 0) {
        const { jobs, sequence } = await this.#source.jobs.changesSince(
          (await this.#sequence) ?? 0,
        );
        this.#sequence = Promise.resolve(sequence);
        const news = jobs.filter(({ id, revision }) => this.#latest.get(id) !== revision);
        this.#latest = new Map(jobs.map(({ id, revision }) => [id, revision]));
        for (const subscription of this.#subscriptions) subscription.push(news, sequence);
        await this.#pause(LOOK_INTERVAL_MS, POLL_MS);
      }
    } catch (error) {
      this.#log.warn({ err: error }, "changes of jobs could not be read");
      for (const subscription of [...this.#subscriptions]) subscription.fail(error);
    } finally {
      this.#sequence = undefined;
      this.#latest = new Map<Job["id"], number>();
    }
  }

  /** Waits for a notification, at least and at most for the times given. */
  #pause(minMs: number, maxMs: number): Promise<void> {
    return new Promise((resolve) => {
      const startMs = performance.now();
      const timer = setTimeout(resolve, maxMs);
      this.#wake = () => {
        clearTimeout(timer);
        setTimeout(resolve, Math.max(0, startMs + minMs - performance.now()));
        this.#wake = () => {};
      };
    });
  }
}
