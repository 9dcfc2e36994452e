import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { figureGauges } from "@portfolio/platform/postgres/figure-gauges";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REGISTRY_GAUGES } from "../src/adapters/registry-metrics.ts";
import {
  aliasRequest,
  openRegistry,
  type RegistryFixture,
  versionDraft,
} from "./registry-fixture.ts";

const log = createLogger({ name: "training", level: "silent" });

const PATIENCE = { timeout: 15_000 };

let fixture: RegistryFixture;

beforeAll(async () => {
  fixture = await openRegistry();
}, 60_000);
afterAll(() => fixture.close());

describe("promotions", () => {
  it("tell those who want to know, once each", async () => {
    const { registry, jobs, pool } = fixture;
    await registry.addVersion(versionDraft("told"));
    await registry.addVersion(versionDraft("told"));
    const events: unknown[] = [];
    const consumer = jobs.consume({
      name: "test",
      kinds: ["modelPromoted"],
      log,
      handle: async ({ kind }) => {
        events.push(kind.value);
      },
    });
    // Events from before a consumer is known are not for it.
    const known = async () => (await pool.query("select 1 from jobs.event_consumer")).rowCount;
    await expect.poll(known, PATIENCE).toBe(1);
    await registry.setAlias(aliasRequest("told", 1, "shadow"), 0);
    await registry.setAlias(aliasRequest("told", 1), 0);
    await registry.setAlias(aliasRequest("told", 1), 1);
    await registry.setAlias(aliasRequest("told", 2), 1);
    await registry.setAlias(aliasRequest("told", 0), 2);

    expect(await jobs.outbox.relay(100, async (all) => all.map(({ id }) => id))).toBe(2);

    await expect
      .poll(() => events, PATIENCE)
      .toMatchObject([
        { modelId: "told", version: 1n, previousVersion: 0n, alias: "champion", actor: "person" },
        { modelId: "told", version: 2n, previousVersion: 1n },
      ]);
    await consumer.close();
  });

  it("are never seen half done by those who read meanwhile", async () => {
    const { registry } = fixture;
    for (let k = 0; k < 3; k++) {
      await registry.addVersion(versionDraft("busy"));
    }
    await registry.setAlias(aliasRequest("busy", 3), 0);
    let isOver = false;
    const promotions = (async () => {
      let current = 3;
      for (let k = 0; k < 1000; k++) {
        const next = (current % 3) + 1;
        await registry.setAlias(aliasRequest("busy", next), current);
        current = next;
      }
      isOver = true;
    })();
    // What is seen must be in the log, and never older than what was seen before.
    const seen: { readonly version: number; readonly since: string }[] = [];
    const read = async () => {
      let newest = "";
      while (!isOver) {
        const model = await registry.findModel("busy");
        const [alias] = model?.aliases ?? [];
        expect(model?.aliases).toHaveLength(1);
        expect(sortable(alias?.since ?? "") >= sortable(newest)).toBe(true);
        newest = alias?.since ?? "";
        seen.push({ version: alias?.version ?? 0, since: newest });
      }
    };
    await Promise.all([promotions, read()]);

    const changes = await registry.listAliasChanges("busy", 2000, undefined);
    expect(changes).toHaveLength(1001);
    const versions = new Map(changes.map(({ createTime, version }) => [createTime, version]));
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.every(({ since, version }) => versions.get(since) === version)).toBe(true);
    const times = changes.map(({ createTime }) => sortable(createTime));
    expect(times).toEqual([...new Set(times)].sort().reverse());
    for (const { createTime, version } of [changes[0], changes[500], changes[1000]].filter(
      (change) => change !== undefined,
    )) {
      expect(await registry.findAlias("busy", "champion", createTime)).toBe(version);
    }
  }, 60_000);
});

describe("metrics", () => {
  it("count versions by stage, promotions and bytes", async () => {
    const { registry, pool } = fixture;
    const metrics = createMetricsRegistry("training");
    figureGauges(metrics, REGISTRY_GAUGES, { pool, log });
    await registry.addVersion(versionDraft("counted", { artifact: new Uint8Array(7) }));
    await registry.addVersion(versionDraft("counted", { stage: "draft" }));
    await registry.setAlias(aliasRequest("counted", 1), 0);
    await registry.setAlias(aliasRequest("counted", 1, "shadow"), 0);

    const champions = await metrics.metrics();
    await registry.setAlias(aliasRequest("counted", 0), 1);

    const text = await metrics.metrics();

    const skill = /champion_skill\{model="counted",version="1",metric="rank_ic",[^}]*\} 0\.04\n/u;
    expect(champions).toMatch(skill);
    expect(text).not.toMatch(skill);
    expect(text).toMatch(/portfolio_model_versions\{model="counted",stage="shadow",.*\} 1\n/u);
    expect(text).toMatch(/portfolio_model_versions\{model="counted",stage="draft",.*\} 1\n/u);
    expect(text).toMatch(/portfolio_model_promotions\{model="counted",actor="person",.*\} 1\n/u);
    // Seven bytes, and the three of the other version.
    expect(text).toMatch(/portfolio_model_artifact_bytes\{.*\} 10\n/u);
  });
});

/** A time with all of its microseconds, of which the database leaves out zeros at the end. */
function sortable(time: string): string {
  const [seconds, fraction = ""] = time.replace("Z", "").split(".");
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}
