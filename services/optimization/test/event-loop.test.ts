import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Closes, dayOf } from "./sample-data-service.ts";
import { startTestService, type TestService } from "./test-service.ts";

const ASSET_COUNT = 300;
const DAY_COUNT = 1000;
const BLOCKED_MS_MAX = 20;
const SYMBOLS = Array.from({ length: ASSET_COUNT }, (_, i) => `S${i}`);

/** Random walks with a common factor, from a fixed seed. */
function randomWalks(): Closes {
  let state = 12_345;
  const random = () => {
    // Park and Miller's generator.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  const prices = SYMBOLS.map(() => 100);
  const histories = SYMBOLS.map(() => new Map<string, number>());
  for (let t = 0; t < DAY_COUNT; t++) {
    const market = random();
    for (const [i, history] of histories.entries()) {
      prices[i] = (prices[i] ?? 0) * (1 + 0.01 * market + 0.04 * random() + i * 2e-6);
      history.set(dayOf(t), prices[i] ?? 0);
    }
  }
  return new Map(SYMBOLS.map((symbol, i) => [symbol, histories[i] ?? new Map()]));
}

describe("the event loop", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(randomWalks());
  });
  afterAll(() => service.close());

  it("stays free while 300 assets are optimized", async () => {
    const optimize = () =>
      service.client.optimizePortfolio({
        symbols: SYMBOLS,
        objective: { goal: { case: "maximumSharpe", value: {} } },
        constraints: { defaultMin: -0.02, defaultMax: 0.05 },
      });
    await optimize();
    const startMs = performance.now();
    await optimize();
    const solveMs = performance.now() - startMs;

    const blockMs = await shortestBlockMs(() => Promise.all([optimize(), optimize()]));

    // Otherwise a solve on the event loop itself would go unnoticed.
    expect(solveMs).toBeGreaterThan(2 * BLOCKED_MS_MAX);
    expect(blockMs).toBeLessThan(BLOCKED_MS_MAX);
  });

  it("stays free while a frontier of 300 assets is traced", async () => {
    const trace = () => service.client.traceFrontier({ symbols: SYMBOLS, pointCount: 100 });
    await trace();

    expect(await shortestBlockMs(trace)).toBeLessThan(BLOCKED_MS_MAX);
  });
});

/**
 * Measures the longest block in each of up to ten rounds, and takes the shortest of these: other
 * processes hold up some rounds, our own code would hold up every one.
 */
async function shortestBlockMs(work: () => Promise<unknown>): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10 && shortest >= BLOCKED_MS_MAX; round++) {
    shortest = Math.min(shortest, await longestBlockMs(work));
  }
  return shortest;
}

/** Measures the longest time for which nothing else could run, in ms. */
async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  // One more turn, so that a block at the very end is counted.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return delay.max / 1e6;
}
