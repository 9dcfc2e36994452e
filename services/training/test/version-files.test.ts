import { type Client, Code, createClient } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { Stage } from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import { encodeForecastModel } from "@portfolio/learning";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VersionDraft } from "../src/domain/model-version.ts";
import { failureOf } from "./failure-of.ts";
import { openRegistry, type RegistryFixture, versionDraft } from "./registry-fixture.ts";

const ARTIFACT = encodeForecastModel({
  target: { kind: "rank", horizonDays: 21 },
  rule: { kind: "baseline", name: "momentum" },
  intervalRadius: 0.4,
});

let here: RegistryFixture;
let there: RegistryFixture;
let client: Client<typeof ModelService>;
let other: Client<typeof ModelService>;

beforeAll(async () => {
  [here, there] = await Promise.all([openRegistry(), openRegistry()]);
  client = createClient(ModelService, here.transport);
  other = createClient(ModelService, there.transport);
}, 60_000);
afterAll(async () => {
  await here.close();
  await there.close();
});

async function exported(
  modelId: string,
  fields: Partial<VersionDraft> = {},
  withoutReplay = false,
) {
  await here.registry.addVersion(versionDraft(modelId, { artifact: ARTIFACT, ...fields }));
  return client.exportVersion({ modelId, number: 1, withoutReplay });
}

describe("the file of a version", () => {
  it("brings all of it to another system, as a draft without a job", async () => {
    const jobId = "01900000-0000-7000-8000-000000000001";
    const metrics = [
      { name: "rank_ic", value: 0.04, standardError: 0.1 + 0.2, fold: 0 },
      { name: "icir", value: Number.NaN, standardError: undefined, fold: 2 },
    ];
    const { content, fileName } = await exported("moved", { jobId, metrics });

    const { version } = await other.importVersion({ content });

    expect(fileName).toBe("moved-1.version");
    expect(version).toMatchObject({ modelId: "moved", number: 1, stage: Stage.DRAFT, jobId: "" });
    const [left, right] = await Promise.all(
      [here, there].map(({ registry }) => registry.findVersion("moved", 1)),
    );
    const { createTime: _, stage: __, jobId: ___, ...kept } = left ?? {};
    expect(right).toMatchObject(kept);
    expect(await there.registry.findReplay("moved", 1)).toEqual(
      await here.registry.findReplay("moved", 1),
    );
    expect(await there.registry.listSeries("moved", 1)).toEqual(
      await here.registry.listSeries("moved", 1),
    );
    expect(await there.registry.findArtifact(right?.lineage.artifactHash ?? "")).toEqual(
      Buffer.from(ARTIFACT),
    );
  });

  it("is the same version however often it is imported, and may go to another model", async () => {
    const { content } = await exported("twice");

    const imports = await Promise.all([
      other.importVersion({ content }),
      other.importVersion({ content }),
    ]);
    const renamed = await other.importVersion({ content, modelId: "elsewhere" });

    expect(imports.map(({ version }) => version?.number)).toEqual([1, 1]);
    expect(renamed.version).toMatchObject({ modelId: "elsewhere", number: 1 });
    expect((await other.getModel({ id: "twice" })).model?.latestVersion).toBe(1);
  });

  it("may leave its replay out, and is then the same each time", async () => {
    const { content } = await exported("short", {}, true);
    const again = await client.exportVersion({ modelId: "short", number: 1, withoutReplay: true });
    const whole = await client.exportVersion({ modelId: "short", number: 1 });
    await other.importVersion({ content });

    expect(again.content).toEqual(content);
    expect(whole.content.length).toBeGreaterThan(content.length);
    expect(await there.registry.findReplay("short", 1)).toBeUndefined();
  });

  it("is refused when a single byte of it is another", async () => {
    const { content } = await exported("tampered");

    for (let k = 0; k < content.length; k += 97) {
      const changed = Uint8Array.from(content);
      changed[k] = (changed[k] ?? 0) ^ 1;
      expect(await failureOf(other.importVersion({ content: changed }))).toMatchObject({
        code: Code.InvalidArgument,
        reason: "ARTIFACT_CORRUPT",
        fields: ["content"],
      });
    }
    const short = content.subarray(0, 20);
    expect(await failureOf(other.importVersion({ content: short }))).toMatchObject({
      reason: "ARTIFACT_CORRUPT",
    });
    expect(await failureOf(other.getModel({ id: "tampered" }))).toMatchObject({
      reason: "MODEL_UNKNOWN",
    });
  });

  it("does not change what a model forecasts", async () => {
    const { content } = await exported("other-target");
    const target = { kind: "rank", horizonDays: 5 } as const;
    await there.registry.addVersion(versionDraft("other-target", { target }));

    expect(await failureOf(other.importVersion({ content }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "MODEL_TARGET_MISMATCH",
    });
  });

  it("is of a version that there is", async () => {
    expect(await failureOf(client.exportVersion({ modelId: "tampered", number: 7 }))).toMatchObject(
      { reason: "VERSION_UNKNOWN" },
    );
  });
});
