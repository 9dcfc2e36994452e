import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ChainableCommander, Redis } from "ioredis";
import type { Cache, CacheOutcome, Remembered } from "./cache.ts";
import { MemoryCache } from "./memory-cache.ts";
import { RedisLink, type RedisLinkOptions } from "./redis-link.ts";
import { SingleFlight } from "./single-flight.ts";

/** Time that other processes wait for one that computes, at most. */
const CLAIM_MS = 2000;
const LOOK_DELAY_MS = 20;
/** Takes a claim away, unless it has become another's. */
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end";

export interface RedisCacheOptions extends RedisLinkOptions {
  /** What keys of this cache start with in the server, such as `forecasts`. */
  readonly name: string;
  /** Most memory that the copies in this process take. */
  readonly bytesMax: number;
  /** Hears of each read. (Default: nobody.) */
  readonly onRead?: ((outcome: CacheOutcome) => void) | undefined;
}

/** What the server knows of a key. */
type Found =
  | { readonly kind: "found"; readonly value: Uint8Array; readonly ttlMs: number }
  | { readonly kind: "missing" | "unanswered" };

/**
 * A cache that processes share through Redis, with copies in this process.
 *
 * A process that computes claims the key for 2 s, and others wait for its value that long. The claim
 * saves work and promises nothing: it may be lost, and then both compute.
 */
export class RedisCache implements Cache {
  readonly #memory: MemoryCache;
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #flights = new SingleFlight<Remembered>();
  readonly #onRead: (outcome: CacheOutcome) => void;

  constructor({ name, bytesMax, onRead, ...link }: RedisCacheOptions) {
    this.#memory = new MemoryCache({ bytesMax });
    this.#link = new RedisLink(link);
    this.#prefix = `portfolio:${name}:`;
    this.#onRead = onRead ?? (() => undefined);
  }

  /** Resolves when the server has been reached. Nothing needs to wait for it. */
  connected(): Promise<void> {
    return this.#link.connected();
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const copy = await this.#memory.get(key);
    if (copy !== undefined) {
      this.#onRead("memory-hit");
      return copy;
    }
    const found = await this.#fetch(key);
    this.#onRead(outcomeOf(found));
    return found.kind === "found" ? found.value : undefined;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.#memory.set(key, value, ttlMs);
    await this.#link.ask((redis) => redis.set(this.#prefix + key, toBuffer(value), "PX", ttlMs));
  }

  async delete(key: string): Promise<void> {
    await this.#memory.delete(key);
    await this.#link.ask((redis) => redis.del(this.#prefix + key));
  }

  async remember(
    key: string,
    ttlMs: number,
    compute: () => Promise<Uint8Array>,
  ): Promise<Remembered> {
    const copy = await this.#memory.get(key);
    if (copy !== undefined) {
      this.#onRead("memory-hit");
      return { value: copy, isCached: true };
    }
    return await this.#flights.run(key, async () => {
      const found = await this.#fetch(key);
      this.#onRead(outcomeOf(found));
      if (found.kind === "found") return { value: found.value, isCached: true };
      return found.kind === "missing"
        ? await this.#claimOrWait(key, ttlMs, compute)
        : await this.#compute(key, ttlMs, compute);
    });
  }

  async close(): Promise<void> {
    this.#link.close();
    await this.#memory.close();
  }

  /** Computes, or lets another process that has claimed the key do so. */
  async #claimOrWait(
    key: string,
    ttlMs: number,
    compute: () => Promise<Uint8Array>,
  ): Promise<Remembered> {
    const claim = this.#claimKey(key);
    const token = randomUUID();
    const answer = await this.#link.ask(async (redis) => ({
      isMine: (await redis.set(claim, token, "PX", CLAIM_MS, "NX")) === "OK",
    }));
    if (answer?.isMine === false) {
      const value = await this.#awaitOther(key);
      if (value !== undefined) return { value, isCached: true };
    }
    try {
      return await this.#compute(key, ttlMs, compute);
    } finally {
      await this.#link.ask((redis) => redis.eval(RELEASE, 1, claim, token));
    }
  }

  async #compute(
    key: string,
    ttlMs: number,
    compute: () => Promise<Uint8Array>,
  ): Promise<Remembered> {
    const value = await compute();
    await this.set(key, value, ttlMs);
    return { value, isCached: false };
  }

  /** Waits for another process's value. @returns Undefined when that gave up, or takes too long. */
  async #awaitOther(key: string): Promise<Uint8Array | undefined> {
    const endMs = performance.now() + CLAIM_MS;
    while (performance.now() < endMs) {
      await delay(LOOK_DELAY_MS);
      const claims = await this.#link.ask((redis) => redis.exists(this.#claimKey(key)));
      // After the claim, so that a value which was stored before the release is seen.
      const found = await this.#fetch(key);
      if (found.kind === "found") return found.value;
      if (claims !== 1 || found.kind === "unanswered") return undefined;
    }
    return undefined;
  }

  /** Asks the server, and keeps a copy of what it has. */
  async #fetch(key: string): Promise<Found> {
    const name = this.#prefix + key;
    const replies = await this.#link.ask((redis) => execute(redis, name));
    if (replies === undefined) return { kind: "unanswered" };
    const { value, ttlMs } = replies;
    if (value === null || ttlMs <= 0) return { kind: "missing" };
    await this.#memory.set(key, value, ttlMs);
    return { kind: "found", value, ttlMs };
  }

  #claimKey(key: string): string {
    return `${this.#prefix}claim:${key}`;
  }
}

/** Reads a value and its time in one journey. @throws Either failed. */
async function execute(
  redis: Redis,
  name: string,
): Promise<{ readonly value: Buffer | null; readonly ttlMs: number }> {
  const pipeline: ChainableCommander = redis.pipeline().getBuffer(name).pttl(name);
  const [value, ttl] = (await pipeline.exec()) ?? [];
  const error = value?.[0] ?? ttl?.[0];
  if (error) throw error;
  return { value: value?.[1] as Buffer | null, ttlMs: Number(ttl?.[1]) };
}

function outcomeOf({ kind }: Found): CacheOutcome {
  if (kind === "found") return "server-hit";
  return kind === "missing" ? "miss" : "error";
}

function toBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
