import { type Client, Code, createClient } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { Stage } from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Replay } from "../src/domain/model-version.ts";
import { failureOf } from "./failure-of.ts";
import {
  aliasRequest,
  openRegistry,
  type RegistryFixture,
  trainingSpec,
  versionDraft,
} from "./registry-fixture.ts";

let fixture: RegistryFixture;
let client: Client<typeof ModelService>;

beforeAll(async () => {
  fixture = await openRegistry();
  client = createClient(ModelService, fixture.transport);
}, 60_000);
afterAll(() => fixture.close());

async function addVersions(modelId: string, count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    await fixture.registry.addVersion(versionDraft(modelId));
  }
}

describe("ListModels", () => {
  it("lists by identifier, with champions", async () => {
    await addVersions("list-b", 2);
    await addVersions("list-a", 1);
    await client.setAlias({ modelId: "list-b", alias: "champion", version: 2, reason: "first" });

    const first = await client.listModels({ pageSize: 1 });
    const second = await client.listModels({ pageSize: 1, pageToken: first.nextPageToken });

    expect(first.models).toMatchObject([
      { id: "list-a", latestVersion: 1, target: { horizonDays: 21 } },
    ]);
    expect(first.champions).toEqual([]);
    expect(second.models).toMatchObject([{ id: "list-b", trialCount: 2 }]);
    expect(second.champions).toMatchObject([
      { modelId: "list-b", number: 2, aliases: ["champion"], stage: Stage.PRODUCTION },
    ]);
  });

  it("refuses the token of another list", async () => {
    await addVersions("tokens", 2);
    const { nextPageToken } = await client.listVersions({ modelId: "tokens", pageSize: 1 });

    expect(nextPageToken).not.toBe("");
    expect(await failureOf(client.listModels({ pageToken: nextPageToken }))).toMatchObject({
      code: Code.InvalidArgument,
      reason: "PAGE_TOKEN_INVALID",
      fields: ["page_token"],
    });
  });
});

describe("a model", () => {
  it("says for people what it is", async () => {
    await addVersions("described", 1);
    await client.updateModel({ id: "described", description: "Ranks of a month" });

    expect((await client.getModel({ id: "described" })).model).toMatchObject({
      description: "Ranks of a month",
    });
    for (const call of [
      () => client.updateModel({ id: "none" }),
      () => client.getModel({ id: "none" }),
      () => client.listVersions({ modelId: "none" }),
      () => client.listAliasChanges({ modelId: "none" }),
      () => client.compareVersions({ modelId: "none", numbers: [1, 2] }),
      () => client.setStage({ modelId: "none", number: 1, stage: Stage.RETIRED }),
      () => client.setAlias({ modelId: "none", alias: "shadow", version: 1 }),
    ]) {
      expect(await failureOf(call())).toMatchObject({
        code: Code.NotFound,
        reason: "MODEL_UNKNOWN",
      });
    }
    expect(await failureOf(client.getModel({ id: "none" }))).toMatchObject({ fields: ["id"] });
  });
});

describe("ListVersions", () => {
  it("pages through versions, the newest first, with the metrics that are asked for", async () => {
    await addVersions("paged", 5);

    const numbers: number[] = [];
    let pageToken = "";
    do {
      const page = await client.listVersions({
        ...{ modelId: "paged", pageSize: 2, pageToken },
        metricNames: ["qlike"],
      });
      numbers.push(...page.versions.map(({ number }) => number));
      expect(page.versions.every(({ metrics }) => metrics.length === 0)).toBe(true);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");

    expect(numbers).toEqual([5, 4, 3, 2, 1]);
    const { versions } = await client.listVersions({ modelId: "paged", pageSize: 1 });
    expect(versions[0]?.metrics).toMatchObject([
      { name: "rank_ic", value: 0.04, standardError: 0.01, fold: 0 },
      { name: "rank_ic", value: 0.05, fold: 1 },
    ]);
    expect(versions[0]?.metrics[1]?.standardError).toBeUndefined();
  });
});

describe("GetVersion", () => {
  it("reads a version by number, with its figures by step", async () => {
    await addVersions("read", 1);

    const { version, series } = await client.getVersion({
      modelId: "read",
      version: { case: "number", value: 1 },
    });

    expect(version).toMatchObject({
      spec: { symbols: ["A", "B"], learner: { method: { case: "ridge" } } },
      lineage: { days: { startDate: "1990-01-02" }, dataset: { id: "sample", revision: 1 } },
      artifactBytes: 3n,
      jobId: "",
    });
    expect(series).toMatchObject([
      {
        name: "training_loss",
        points: { case: "steps", value: { numbers: [1, 2] } },
        values: [0.5, 0.25],
      },
    ]);
  });

  it("tells who was champion at a time", async () => {
    await addVersions("served", 2);
    const first = await fixture.registry.setAlias(aliasRequest("served", 1), undefined);
    const second = await fixture.registry.setAlias(aliasRequest("served", 2), undefined);
    const champion = async (atTime: string) => {
      const version = { case: "alias", value: "champion" } as const;
      return (await client.getVersion({ modelId: "served", version, atTime })).version?.number;
    };

    expect(await champion(first.createTime)).toBe(1);
    expect(await champion(second.createTime)).toBe(2);
    expect(await champion("")).toBe(2);
    expect(await failureOf(champion("1999-01-01T00:00:00Z"))).toMatchObject({
      code: Code.NotFound,
      reason: "ALIAS_UNSET",
    });
    expect(await failureOf(champion("yesterday"))).toMatchObject({
      code: Code.InvalidArgument,
      reason: "TIME_INVALID",
      fields: ["at_time"],
    });
  });
});

describe("CompareVersions", () => {
  const DATES = ["2020-01-01", "2020-01-08", "2020-01-15", "2020-01-22"];
  const replay = (forecasts: readonly number[]): Replay => ({
    symbols: ["A", "B", "C"],
    dates: DATES,
    forecasts: { rows: 4, cols: 3, values: Float64Array.from(forecasts) },
    outcomes: {
      rows: 4,
      cols: 3,
      values: Float64Array.of(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, Number.NaN),
    },
  });

  it("shows the fields that differ, and skill on the days of both", async () => {
    const add = (penalty: number, forecasts: readonly number[]) =>
      fixture.registry.addVersion(
        versionDraft("compared", {
          target: { kind: "rank", horizonDays: 5 },
          spec: trainingSpec("compared", penalty),
          replay: replay(forecasts),
        }),
      );
    // Right, right, half right, and two of two in the wrong order.
    await add(100, [1, 2, 3, 1, 2, 3, 1, 3, 2, 2, 1, 0]);
    // Wrong, right, right, and right; one forecast is missing on the second day.
    await add(10, [3, 2, 1, 1, 2, Number.NaN, 1, 2, 3, 1, 2, 0]);

    const { versions, fields, skills } = await client.compareVersions({
      modelId: "compared",
      numbers: [1, 2],
    });

    expect(versions.map(({ number }) => number)).toEqual([1, 2]);
    expect(fields.map(({ path }) => path)).toEqual([
      ...["lineage.spec_hash", "spec.learner.ridge.penalty"],
    ]);
    expect(fields[1]?.values).toEqual(["100", "10"]);
    // By hand: rank correlations 1, 1, 0.5, -1 and -1, 1, 1, 1 differ by -2, 0, 0.5, 2: their mean is
    // 0.125, and their mean square about it 8.25/4 - 0.125². A week holds one horizon: no lags.
    expect(skills).toMatchObject([{ number: 2, metric: "rank_ic", dayCount: 4 }]);
    expect(skills[0]?.meanDifference).toBeCloseTo(0.125, 12);
    expect(skills[0]?.standardError).toBeCloseTo(Math.sqrt((8.25 / 4 - 0.125 ** 2) / 4), 12);
    expect(
      await failureOf(client.compareVersions({ modelId: "compared", numbers: [1, 9] })),
    ).toMatchObject({ reason: "VERSION_UNKNOWN" });
  });

  it("tells nothing of skill where no day is shared", async () => {
    await addVersions("apart", 1);
    await fixture.registry.addVersion(versionDraft("apart", { replay: undefined }));

    const { skills } = await client.compareVersions({ modelId: "apart", numbers: [1, 2] });

    expect(skills).toEqual([]);
  });
});

describe("aliases and stages", () => {
  it("are changed by people, with a log that pages", async () => {
    await addVersions("governed", 2);
    for (const version of [1, 2, 1]) {
      await client.setAlias({ modelId: "governed", alias: "champion", version, reason: "try" });
    }

    const first = await client.listAliasChanges({ modelId: "governed", pageSize: 2 });
    const second = await client.listAliasChanges({
      ...{ modelId: "governed", pageSize: 2 },
      pageToken: first.nextPageToken,
    });

    expect(first.changes).toMatchObject([
      { version: 1, previousVersion: 2, actor: "person", reason: "try" },
      { version: 2, previousVersion: 1 },
    ]);
    expect(second).toMatchObject({
      changes: [{ version: 1, previousVersion: 0 }],
      nextPageToken: "",
    });
    const raced = client.setAlias({
      ...{ modelId: "governed", alias: "champion", version: 2 },
      expectedVersion: 2,
    });
    expect(await failureOf(raced)).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "ALIAS_CHANGED",
    });
  });

  it("goes back by one more entry", async () => {
    await addVersions("reverted", 2);
    const alias = "champion";
    expect(await failureOf(client.revertAlias({ modelId: "reverted", alias }))).toMatchObject({
      code: Code.NotFound,
      reason: "ALIAS_UNSET",
    });
    await client.setAlias({ modelId: "reverted", alias, version: 1 });
    await client.setAlias({ modelId: "reverted", alias, version: 2 });

    const back = await client.revertAlias({ modelId: "reverted", alias, expectedVersion: 2 });
    const forth = await client.revertAlias({ modelId: "reverted", alias, reason: "no" });

    expect(back.change).toMatchObject({
      ...{ version: 1, previousVersion: 2, reason: "Back from version 2" },
    });
    expect(forth.change).toMatchObject({ version: 2, previousVersion: 1, reason: "no" });
    const { changes } = await client.listAliasChanges({ modelId: "reverted" });
    expect(changes).toHaveLength(4);
    const raced = client.revertAlias({ modelId: "reverted", alias, expectedVersion: 1 });
    expect(await failureOf(raced)).toMatchObject({ reason: "ALIAS_CHANGED" });
  });

  it("moves a version to another stage", async () => {
    await addVersions("moved", 1);

    const { version } = await client.setStage({
      ...{ modelId: "moved", number: 1, stage: Stage.SHADOW },
    });

    expect(version).toMatchObject({ number: 1, stage: Stage.SHADOW });
  });
});
