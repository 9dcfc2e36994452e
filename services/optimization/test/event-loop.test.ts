import { type Closes, dayOf } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

const ASSET_COUNT = 300;
const DAY_COUNT = 1000;
// A call alone takes some dozens of turns, a solve in another thread leaves time for tens of thousands.
const TURNS_MIN = 2000;
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

  it("turns on while 300 assets are optimized", async () => {
    const turns = await turnsDuring(() =>
      service.client.optimizePortfolio({
        symbols: SYMBOLS,
        objective: { goal: { case: "maximumSharpe", value: {} } },
        constraints: { defaultMin: -0.02, defaultMax: 0.05 },
      }),
    );

    expect(turns).toBeGreaterThan(TURNS_MIN);
  });

  it("turns on while a frontier of 300 assets is traced", async () => {
    const turns = await turnsDuring(() =>
      service.client.traceFrontier({ symbols: SYMBOLS, pointCount: 100 }),
    );

    expect(turns).toBeGreaterThan(TURNS_MIN);
  });
});

/** Counts the turns of the event loop until some work is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return turns;
}
