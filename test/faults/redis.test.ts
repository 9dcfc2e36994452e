// Redis as the cache uses it: a server that is frozen, killed or new costs a moment at most, and never an answer.
import type { CacheOutcome } from "@portfolio/platform/cache/cache";
import { RedisCache } from "@portfolio/platform/cache/redis-cache";
import { createLogger } from "@portfolio/platform/logger";
import { hasRedis, type RedisServer, startRedis } from "@portfolio/platform/testing/redis-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const log = createLogger({ name: "test", level: "silent" });
const LONG_MS = 60_000;
const PATIENCE = { timeout: 30_000, interval: 50 };
/** In CI the server is installed, and its absence is a failure. */
const isWanted = hasRedis || process.env["CI"] === "true";
const VALUE = Uint8Array.of(1, 2, 3);

describe.runIf(isWanted)("Redis", () => {
  let redis: RedisServer;
  let cache: RedisCache;
  let outcomes: CacheOutcome[];

  beforeEach(async () => {
    redis = await startRedis();
    outcomes = [];
    const onRead = (outcome: CacheOutcome) => outcomes.push(outcome);
    cache = new RedisCache({ url: redis.url, name: "faults", bytesMax: 100_000, log, onRead });
    await cache.connected();
  });
  afterEach(async () => {
    await cache?.close();
    await redis?.remove();
  });

  const remember = (key: string) => cache.remember(key, LONG_MS, async () => VALUE);

  it("is a miss while it is frozen, asked once and then left alone, and is used again", async () => {
    redis.freeze();

    const answers = [await remember("a"), await cache.get("b"), await remember("c")];

    expect(answers).toEqual([
      { value: VALUE, isCached: false },
      undefined,
      { value: VALUE, isCached: false },
    ]);
    expect(outcomes).toEqual(["error", "error", "error"]);
    expect(await remember("a")).toEqual({ value: VALUE, isCached: true });

    redis.thaw();
    await expect
      .poll(async () => {
        await cache.get("nothing");
        return outcomes.at(-1);
      }, PATIENCE)
      .toBe("miss");
  });

  it("is a miss while it is down, and is used again after its restart", async () => {
    await cache.set("kept", VALUE, LONG_MS);
    await redis.kill();

    expect(await cache.get("kept")).toEqual(VALUE);
    expect(await remember("new")).toEqual({ value: VALUE, isCached: false });
    await cache.delete("kept");
    expect(await cache.get("kept")).toBeUndefined();

    await redis.start();
    await expect
      .poll(async () => {
        await cache.get("nothing");
        return outcomes.at(-1);
      }, PATIENCE)
      .toBe("miss");
  });

  it("may be missing from the start", async () => {
    await redis.kill();
    const late = new RedisCache({ url: redis.url, name: "late", bytesMax: 100_000, log });

    expect(await late.get("k")).toBeUndefined();
    expect((await late.remember("k", LONG_MS, async () => VALUE)).isCached).toBe(false);
    await redis.start();
    await late.connected();
    await late.close();
  });
});
