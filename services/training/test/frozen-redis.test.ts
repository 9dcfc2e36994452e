// Forecasts beside a Redis that is frozen: they come, the same, and by the version that is the champion now.
import { hasRedis, type RedisServer, startRedis } from "@portfolio/platform/testing/redis-server";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  draftVersion,
  type ForecastingService,
  startForecastingService,
} from "./forecasting-service.ts";

const isWanted = hasRedis || process.env["CI"] === "true";
const closes = readSampleCloses();
const symbols = [...closes.keys()].slice(0, 4);

describe.runIf(isWanted)("forecasts through Redis", () => {
  let redis: RedisServer;
  let service: ForecastingService;

  beforeAll(async () => {
    redis = await startRedis();
    service = await startForecastingService(closes, redis.url);
    for (const name of ["momentum", "reversal"] as const) {
      await service.forecasting.registry.addVersion(
        draftVersion({ modelId: "frozen", rule: { kind: "baseline", name }, symbols }),
      );
    }
  });
  afterAll(async () => {
    redis?.thaw();
    await service?.close();
    await redis?.remove();
  });

  const promote = (version: number) =>
    service.forecasting.registry.setAlias(
      { modelId: "frozen", alias: "champion", version, actor: "person", reason: "", evidence: "" },
      undefined,
    );
  const ask = (client = service.client) => client.getForecasts({ version: { modelId: "frozen" } });

  it("come while it is frozen, by the champion of now, and are shared again afterwards", async () => {
    await promote(1);
    const before = await ask();

    redis.freeze();
    const other = service.another();
    const frozen = await ask(other.client);
    await promote(2);
    const promoted = await ask(other.client);
    redis.thaw();

    expect(frozen.forecasts).toEqual(before.forecasts);
    expect(promoted.source?.version).toBe(2);
    expect(promoted.forecasts).not.toEqual(before.forecasts);
    expect((await ask(service.another().client)).forecasts).toEqual(promoted.forecasts);
  });
});
