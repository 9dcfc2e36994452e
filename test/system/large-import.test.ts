// Imports more than other calls may send, as JSON and as gzip, through the one port.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSystem, removeHome, startSystem } from "./start-system.ts";

const SYMBOLS = 300;
const DAYS = 2000;

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.stop();
  await removeHome(system.homeDirectory);
});

async function importPrices(body: Record<string, unknown>) {
  const response = await fetch(`${system.url}/portfolio.data.v1.PriceService/ImportPrices`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

/** Wide prices of {@link SYMBOLS} over {@link DAYS}, which move by a sine of their own. */
function wideCsv(): string {
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => `LARGE${i}`);
  const rows = Array.from({ length: DAYS }, (_, day) => {
    const date = new Date(Date.UTC(2010, 0, 1 + day)).toISOString().slice(0, 10);
    const closes = symbols.map((_symbol, i) => (100 + 10 * Math.sin(day / (i + 7))).toFixed(4));
    return `${date},${closes.join(",")}`;
  });
  return `date,${symbols.join(",")}\n${rows.join("\n")}\n`;
}

describe("an import over 4 MiB", () => {
  it("is stored whole, plain and packed, and changes nothing the second time", async () => {
    const csv = wideCsv();
    expect(csv.length).toBeGreaterThan(4 * 1024 * 1024);

    const plain = await importPrices({ datasetId: "large", csvText: csv });
    const packed = await importPrices({
      datasetId: "large",
      csvBytes: gzipSync(csv).toString("base64"),
    });

    expect(plain).toMatchObject({
      status: 200,
      answer: { dataset: { id: "large", revision: 1 }, insertedCount: SYMBOLS * DAYS },
    });
    expect(packed).toMatchObject({
      status: 200,
      answer: { dataset: { revision: 1 }, insertedCount: 0, unchangedCount: SYMBOLS * DAYS },
    });
  });

  it("is refused over 64 MiB before it is read", async () => {
    const { status, answer } = await importPrices({ csvText: "x".repeat(65 * 1024 * 1024) });

    expect(status).toBe(429);
    expect(JSON.stringify(answer)).toContain("REQUEST_TOO_LARGE");
  });
});
