import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostgresModelRegistry } from "../src/adapters/postgres-model-registry.ts";
import {
  versionDraft as draft,
  openRegistry,
  aliasRequest as promote,
  type RegistryFixture,
} from "./registry-fixture.ts";

let fixture: RegistryFixture;
let registry: PostgresModelRegistry;
let pool: RegistryFixture["pool"];

beforeAll(async () => {
  fixture = await openRegistry();
  ({ registry, pool } = fixture);
}, 60_000);
afterAll(() => fixture.close());

describe("a version", () => {
  it("is read back as it was added", async () => {
    const added = await registry.addVersion(draft("kept"));

    expect(added).toMatchObject({ modelId: "kept", number: 1, artifactBytes: 3 });
    expect(added.metrics).toEqual(draft("kept").metrics);
    expect(added.lineage).toEqual(draft("kept").lineage);
    expect(await registry.findVersion("kept", 1)).toEqual(added);
    expect(await registry.findReplay("kept", 1)).toEqual(draft("kept").replay);
    expect(await registry.listSeries("kept", 1)).toEqual(draft("kept").series);
    expect(await registry.findArtifact(added.lineage.artifactHash)).toEqual(
      Buffer.from(draft("kept").artifact),
    );
  });

  it("is the same when its job stores it again", async () => {
    const jobId = "01900000-0000-7000-8000-000000000001";
    const first = await registry.addVersion(draft("again", { jobId }));

    expect(await registry.addVersion(draft("again", { jobId }))).toEqual(first);
    expect(await registry.findModel("again")).toMatchObject({ latestVersion: 1, trialCount: 1 });
  });

  it("has a number of its own when many are added at once", async () => {
    const added = await Promise.all(
      Array.from({ length: 20 }, () => registry.addVersion(draft("many"))),
    );

    const numbers = added.map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
    const page = await registry.listVersions("many", 3, 18);
    expect(page.map(({ number }) => number)).toEqual([17, 16, 15]);
  });

  it("must forecast what its model forecasts", async () => {
    await registry.addVersion(draft("fixed"));

    await expect(
      registry.addVersion(draft("fixed", { target: { kind: "rank", horizonDays: 5 } })),
    ).rejects.toMatchObject({ reason: "MODEL_TARGET_MISMATCH" });
    expect(await registry.findModel("fixed")).toMatchObject({ latestVersion: 1, trialCount: 1 });
  });

  it("must be what its lineage names", async () => {
    const other = { ...draft("torn"), artifact: Uint8Array.of(4) };

    await expect(registry.addVersion(other)).rejects.toMatchObject({ reason: "ARTIFACT_CORRUPT" });
    expect(await registry.findModel("torn")).toBeUndefined();
  });

  it("moves from stage to stage where a way leads", async () => {
    await registry.addVersion(draft("staged", { stage: "draft" }));
    const by = { actor: "person", reason: "" };

    await expect(registry.setStage("staged", 1, "production", by)).rejects.toMatchObject({
      reason: "STAGE_UNSUITABLE",
    });
    await registry.setStage("staged", 1, "validated", by);
    expect(await registry.findVersion("staged", 1)).toMatchObject({ stage: "validated" });
  });
});

describe("an alias", () => {
  it("leaves its history in the log", async () => {
    await registry.addVersion(draft("logged"));
    await registry.addVersion(draft("logged"));
    const first = await registry.setAlias(promote("logged", 1), undefined);
    const second = await registry.setAlias(promote("logged", 2), 1);

    expect(second).toMatchObject({ version: 2, previousVersion: 1 });
    expect(await registry.findAlias("logged", "champion")).toBe(2);
    expect(await registry.findAlias("logged", "champion", first.createTime)).toBe(1);
    expect(await registry.listAliasChanges("logged", 10, undefined)).toEqual([second, first]);
    expect(await registry.listAliasChanges("logged", 10, second.createTime)).toEqual([first]);
    expect(await registry.findModel("logged")).toMatchObject({
      aliases: [{ name: "champion", version: 2, since: second.createTime }],
    });
  });

  it("moves versions to the stages that it stands for", async () => {
    const stages = () =>
      Promise.all(
        [1, 2].map(async (number) => (await registry.findVersion("moved", number))?.stage),
      );
    await registry.addVersion(draft("moved"));
    await registry.addVersion(draft("moved"));

    await registry.setAlias(promote("moved", 1), undefined);
    expect(await stages()).toEqual(["production", "validated"]);
    await registry.setAlias(promote("moved", 2), 1);
    expect(await stages()).toEqual(["shadow", "production"]);
    await registry.revertAlias(promote("moved", 0), 2);

    expect(await stages()).toEqual(["production", "shadow"]);
    expect(await registry.listStageChanges("moved", 2)).toMatchObject([
      { stage: "production", previousStage: "validated" },
      { stage: "shadow", previousStage: "production" },
    ]);
  });

  it("is not written twice, and is taken away", async () => {
    await registry.addVersion(draft("once"));
    const first = await registry.setAlias(promote("once", 1), undefined);

    expect(await registry.setAlias(promote("once", 1), undefined)).toEqual(first);
    await registry.setAlias(promote("once", 0), undefined);
    expect(await registry.findAlias("once", "champion")).toBeUndefined();
    expect(await registry.findModel("once")).toMatchObject({ aliases: [] });
  });

  it("is won by one of two who change it at once", async () => {
    for (let k = 0; k < 3; k++) {
      await registry.addVersion(draft("raced"));
    }
    await registry.setAlias(promote("raced", 1), 0);
    const both = await Promise.allSettled([
      registry.setAlias(promote("raced", 2), 1),
      registry.setAlias(promote("raced", 3), 1),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = both.find((each) => each.status === "rejected");
    expect(lost).toMatchObject({ reason: { reason: "ALIAS_CHANGED" } });
  });

  it("records that a champion was promoted", async () => {
    await registry.addVersion(draft("told"));
    await registry.setAlias(promote("told", 1), undefined);

    const { rows } = await pool.query(
      "select type from jobs.outbox where position('told'::bytea in payload) > 0",
    );
    expect(rows).toEqual([{ type: "model.promoted" }]);
  });

  it("needs a model, a version and a fitting stage", async () => {
    await registry.addVersion(draft("strict", { stage: "draft" }));

    await expect(registry.setAlias(promote("none", 1), undefined)).rejects.toMatchObject({
      reason: "MODEL_UNKNOWN",
    });
    await expect(registry.setAlias(promote("strict", 2), undefined)).rejects.toMatchObject({
      reason: "VERSION_UNKNOWN",
    });
    await expect(registry.setAlias(promote("strict", 1), undefined)).rejects.toMatchObject({
      reason: "STAGE_UNSUITABLE",
    });
  });

  it("cannot be rewritten", async () => {
    await registry.addVersion(draft("sealed"));
    await registry.setAlias(promote("sealed", 1), undefined);

    await expect(
      pool.query("update training.alias_change set version = 9 where model_id = 'sealed'"),
    ).rejects.toThrow(/only ever added/u);
    await expect(
      pool.query("delete from training.alias_change where model_id = 'sealed'"),
    ).rejects.toThrow(/only ever added/u);
  });
});
