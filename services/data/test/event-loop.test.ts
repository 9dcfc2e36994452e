import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readCsv } from "../src/app/read-csv.ts";
import { parseIsoDate } from "../src/domain/calendar-day.ts";

const TODAY = parseIsoDate("2024-06-28") as number;

/** A long file of 4 MiB, days descending, so that they must be put in order. */
function longCsv(): string {
  const lines = ["date,symbol,close"];
  for (let i = 0; lines.length < 180_000; i += 1) {
    const date = new Date(Date.UTC(2024, 0, 1) - 86_400_000 * Math.floor(i / 50));
    lines.push(`${date.toISOString().slice(0, 10)},S${i % 50},${100 + (i % 977) / 10}`);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Longest time that the event loop did not turn, in ms.
 *
 * Counts only time in which this process had a processor: on a busy machine the rest is not ours.
 */
async function longestPauseMs(work: () => Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let lastMs = performance.now();
  let lastCpu = process.cpuUsage();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const { user, system } = process.cpuUsage(lastCpu);
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, (user + system) / 1000));
    lastMs = nowMs;
    lastCpu = process.cpuUsage();
  }, 1);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearInterval(timer);
  return longestMs;
}

describe("readCsv", () => {
  it.each([
    ["plain", (text: string) => Buffer.from(text)],
    ["gzip", (text: string) => gzipSync(text)],
  ])("lets the event loop turn while it reads 4 MiB, %s", async (_name, encode) => {
    const bytes = encode(longCsv());
    const { signal } = new AbortController();
    const options = { order: undefined, today: TODAY, signal };
    const read = () => readCsv({ field: "csvBytes", bytes }, options);
    const contents = await read();

    // Garbage collection and compilation can only lengthen a pause, so the best of a few runs counts.
    const shares: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { user, system } = process.cpuUsage();
      const pauseMs = await longestPauseMs(read);
      const used = process.cpuUsage({ user, system });
      shares.push(pauseMs / ((used.user + used.system) / 1000));
    }

    expect(contents.rowCount).toBe(179_999);
    expect(contents.problemCount).toBe(0);
    expect(Math.min(...shares)).toBeLessThan(0.3);
  });
});
