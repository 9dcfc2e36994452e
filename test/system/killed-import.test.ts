// kill -9 of everything in the middle of an import: the store must come back with the import wholly there or not at all.
import { randomUUID } from "node:crypto";
import { createClients } from "@portfolio/gen";
import { afterAll, expect, it } from "vitest";
import { type RunningSystem, removeHome, startSystem } from "./start-system.ts";

const DAYS = 4_000;
const SYMBOLS = 30;
const KILL_AFTER_MS = [40, 120, 250, 450];

const systems: RunningSystem[] = [];
afterAll(async () => {
  for (const system of systems) await system.kill();
  for (const { homeDirectory } of systems) await removeHome(homeDirectory);
});

async function start(homeDirectory?: string): Promise<RunningSystem> {
  const system = await startSystem(homeDirectory === undefined ? {} : { homeDirectory });
  systems.push(system);
  return system;
}

/** A wide file of `DAYS` rows, with prices that are easy to tell apart. */
function wideCsv(): string {
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => `S${i}`);
  const rows = [`date,${symbols.join(",")}`];
  const start = Date.UTC(2008, 0, 1);
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(start + day * 86_400_000).toISOString().slice(0, 10);
    rows.push(`${date},${symbols.map((_, i) => 100 + i + day / 100).join(",")}`);
  }
  return rows.join("\n");
}

it.each(KILL_AFTER_MS)(
  "keeps the store whole when killed %i ms into an import",
  async (delayMs) => {
    const first = await start();
    const csv = wideCsv();
    // Of its own, because a server named by DATABASE_URL is shared with other suites.
    const datasetId = `killed-${randomUUID()}`;

    const outcome = createClients(first.url)
      .price.importPrices({ datasetId, source: { case: "csvText", value: csv } })
      .then(
        () => "stored",
        () => "broken",
      );
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await first.kill();
    const answer = await outcome;

    const second = await start(first.homeDirectory);
    const { price } = createClients(second.url);
    const { datasets } = await price.listDatasets({});
    const mine = datasets.find(({ id }) => id === datasetId);
    if (answer === "stored") expect(mine).toBeDefined();
    expect([undefined, SYMBOLS]).toContain(mine?.instrumentCount);
    if (mine !== undefined) {
      const symbols = Array.from({ length: SYMBOLS }, (_, i) => `S${i}`);
      const panel = await price.getPanel({ symbols, dataset: { id: datasetId } });
      expect(panel.dates).toHaveLength(DAYS);
    }
    const again = await price.importPrices({
      datasetId,
      source: { case: "csvText", value: csv },
    });
    expect(again.insertedCount + again.unchangedCount).toBe(DAYS * SYMBOLS);
    expect(datasets.find(({ id }) => id === "sample")?.instrumentCount).toBe(26);
  },
);
