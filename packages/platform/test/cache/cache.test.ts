import { EventEmitter, once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cache } from "../../src/cache/cache.ts";
import { cacheMetrics } from "../../src/cache/cache-metrics.ts";
import { MemoryCache } from "../../src/cache/memory-cache.ts";
import { openCache } from "../../src/cache/open-cache.ts";
import { RedisCache } from "../../src/cache/redis-cache.ts";
import { createLogger } from "../../src/logger.ts";
import { createMetricsRegistry } from "../../src/metrics.ts";
import { hasRedis, type RedisServer, startRedis } from "../../src/testing/redis-server.ts";

const LONG_MS = 60_000;
const PATIENCE = { timeout: 10_000, interval: 10 };
const log = createLogger({ name: "test", level: "silent" });
/** In CI the server is installed, and its absence is a failure. */
const isWanted = hasRedis || process.env["CI"] === "true";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);
const refused = async () => {
  throw new Error("this was to be kept");
};

/** What every cache promises. */
function describeCache(name: string, open: () => Promise<Cache>): void {
  describe(name, () => {
    it("gives back what it was given, byte for byte", async () => {
      const cache = await open();
      const value = Uint8Array.from({ length: 256 }, (_, k) => k);

      await cache.set("bytes", value, LONG_MS);

      expect(new Uint8Array((await cache.get("bytes")) ?? [])).toEqual(value);
      expect(await cache.get("other")).toBeUndefined();
    });

    it("forgets what was deleted, and what is too old", async () => {
      const cache = await open();
      await cache.set("deleted", bytes("a"), LONG_MS);
      await cache.set("old", bytes("b"), 20);

      await cache.delete("deleted");

      expect(await cache.get("deleted")).toBeUndefined();
      await expect.poll(() => cache.get("old"), PATIENCE).toBeUndefined();
    });

    it("computes once for all who ask at the same time", async () => {
      const cache = await open();
      let runCount = 0;
      const compute = async () => {
        runCount++;
        await delay(20);
        return bytes("computed");
      };

      const answers = await Promise.all(
        Array.from({ length: 20 }, () => cache.remember("shared", LONG_MS, compute)),
      );

      expect(runCount).toBe(1);
      expect(answers.map(({ value }) => textOf(value))).toEqual(Array(20).fill("computed"));
      const later = await cache.remember("shared", LONG_MS, refused);
      expect([textOf(later.value), later.isCached]).toEqual(["computed", true]);
    });

    it("keeps no failure", async () => {
      const cache = await open();

      await expect(cache.remember("failing", LONG_MS, refused)).rejects.toThrow("was to be kept");

      const next = await cache.remember("failing", LONG_MS, async () => bytes("well"));
      expect([textOf(next.value), next.isCached]).toEqual(["well", false]);
    });
  });
}

describeCache("MemoryCache", async () => new MemoryCache({ bytesMax: 100_000 }));

describe("MemoryCache", () => {
  it("stays within its bytes, and drops what was used least recently", async () => {
    const cache = new MemoryCache({ bytesMax: 5000 });
    for (const key of ["a", "b", "c", "d"]) {
      await cache.set(key, new Uint8Array(1000), LONG_MS);
    }
    await cache.get("a");

    await cache.set("e", new Uint8Array(1000), LONG_MS);
    await cache.set("giant", new Uint8Array(6000), LONG_MS);

    const kept = await Promise.all(["a", "b", "c", "d", "e", "giant"].map((key) => cache.get(key)));
    expect(kept.map((value) => value?.length)).toEqual([
      1000,
      undefined,
      1000,
      1000,
      1000,
      undefined,
    ]);
  });

  it("counts its reads", async () => {
    const registry = createMetricsRegistry("test");
    const cache = openCache({ name: "few", redisUrl: undefined, bytesMax: 9000, registry, log });

    await cache.remember("k", LONG_MS, async () => bytes("v"));
    await cache.get("k");
    cacheMetrics(registry, "few")("error");

    const { values } = (await registry.getMetricsAsJSON()).find(
      (metric) => metric.name === "portfolio_cache_reads_total",
    ) ?? { values: [] };
    expect(values.map(({ labels, value }) => [labels["outcome"], value])).toEqual([
      ["miss", 1],
      ["memory-hit", 1],
      ["error", 1],
    ]);
  });
});

describe.runIf(isWanted)("with Redis", () => {
  let redis: RedisServer;
  const opened: Cache[] = [];
  let count = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const cache of opened) await cache.close();
    await redis?.remove();
  });

  const open = (name = `test-${count++}`) => {
    const cache = new RedisCache({ url: redis.url, name, bytesMax: 100_000, log });
    opened.push(cache);
    return cache;
  };

  describeCache("RedisCache", async () => {
    const cache = open();
    await cache.connected();
    return cache;
  });

  it("shares with other processes, and copies have the time that was left", async () => {
    const [one, other] = [open("both"), open("both")];
    await Promise.all([one.connected(), other.connected()]);

    await one.set("k", bytes("v"), 300);

    expect(textOf(await other.get("k"))).toBe("v");
    await expect.poll(() => other.get("k"), PATIENCE).toBeUndefined();
  });

  it("computes once for several processes", async () => {
    const caches = [open("herd"), open("herd"), open("herd")];
    await Promise.all(caches.map((cache) => cache.connected()));
    let runCount = 0;
    const compute = async () => {
      runCount++;
      await delay(100);
      return bytes("computed");
    };

    const answers = await Promise.all(caches.map((cache) => cache.remember("k", LONG_MS, compute)));

    expect(runCount).toBe(1);
    expect(answers.map(({ value }) => textOf(value))).toEqual(Array(3).fill("computed"));
    expect(answers.filter(({ isCached }) => !isCached)).toHaveLength(1);
  });

  it("does not wait for a process that failed", async () => {
    const [one, other] = [open("failing"), open("failing")];
    await Promise.all([one.connected(), other.connected()]);

    const computing = new EventEmitter();
    const claimed = once(computing, "claimed");
    const failing = one.remember("k", LONG_MS, async () => {
      const failed = once(computing, "failed");
      computing.emit("claimed");
      await failed;
      throw new Error("no");
    });
    await claimed;
    const answer = other.remember("k", LONG_MS, async () => bytes("mine"));
    computing.emit("failed");

    await expect(failing).rejects.toThrow("no");
    expect(textOf((await answer).value)).toBe("mine");
  });
});
