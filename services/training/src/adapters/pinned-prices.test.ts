import type { Interceptor } from "@connectrpc/connect";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { dataRegistrations } from "@portfolio/platform/testing/sample-data-service";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PinnedPrices } from "./pinned-prices.ts";

const NEWEST = { id: "sample", revision: 0 };
/** A promise, and what resolves it. */
function gate() {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: open };
}

const never = new AbortController().signal;

describe("the newest revision", () => {
  let asked: number;
  let answer: () => Promise<void>;
  let prices: PinnedPrices;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    asked = 0;
    answer = async () => undefined;
    const counted: Interceptor = (next) => async (request) => {
      asked += 1;
      await answer();
      return next(request);
    };
    const closes = new Map([["KO", new Map([["2024-01-02", 1]])]]);
    prices = new PinnedPrices(createLocalTransport(dataRegistrations(closes), [counted]), {
      cacheBytesMax: 1000,
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked for once by all who ask within half a second", async () => {
    const found = await Promise.all([prices.pin(NEWEST, never), prices.pin(NEWEST, never)]);
    vi.advanceTimersByTime(499);
    found.push(await prices.pin(NEWEST, never));

    expect(new Set(found.map(({ revision }) => revision)).size).toBe(1);
    expect(found[0]?.revision).toBeGreaterThan(0);
    expect(asked).toBe(1);
  });

  it("is asked for again while callers go by what is known", async () => {
    await prices.pin(NEWEST, never);
    vi.advanceTimersByTime(600);
    answer = () => new Promise(() => undefined);

    await prices.pin(NEWEST, never);
    await prices.pin(NEWEST, never);

    expect(asked).toBe(2);
  });

  it("is a second old at most", async () => {
    await prices.pin(NEWEST, never);
    vi.advanceTimersByTime(1000);
    const { promise, resolve } = gate();
    answer = () => promise;
    let isFound = false;
    const found = prices.pin(NEWEST, never).then(() => {
      isFound = true;
    });
    await vi.waitFor(() => expect(asked).toBe(2));

    expect(isFound).toBe(false);
    resolve();
    await found;
  });

  it("is asked for by the next caller where a renewal failed", async () => {
    await prices.pin(NEWEST, never);
    vi.advanceTimersByTime(600);
    answer = () => Promise.reject(new Error("gone"));
    await prices.pin(NEWEST, never);
    vi.advanceTimersByTime(500);

    await expect(prices.pin(NEWEST, never)).rejects.toThrow();
    answer = async () => undefined;
    await expect(prices.pin(NEWEST, never)).resolves.toMatchObject({ id: "sample" });
  });
});
