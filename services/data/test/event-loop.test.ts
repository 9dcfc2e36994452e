import { monitorEventLoopDelay } from "node:perf_hooks";
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

/** Longest time that the event loop did not turn, in ms. */
async function longestPauseMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.reset();
  await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return delay.max / 1e6;
}

describe("readCsv", () => {
  it.each([
    ["plain", (text: string) => Buffer.from(text)],
    ["gzip", (text: string) => gzipSync(text)],
  ])("keeps the event loop for at most 20 ms on 4 MiB, %s", async (_name, encode) => {
    const bytes = encode(longCsv());
    const read = () => readCsv({ field: "csvBytes", bytes }, undefined, TODAY);
    const contents = await read();

    // Other processes and garbage collection can only lengthen a pause, so the shortest of a few
    // runs counts.
    const pauses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      pauses.push(await longestPauseMs(read));
    }

    expect(contents.rowCount).toBe(179_999);
    expect(contents.problemCount).toBe(0);
    expect(Math.min(...pauses)).toBeLessThan(20);
  });
});
