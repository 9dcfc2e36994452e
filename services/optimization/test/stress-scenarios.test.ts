import { createClient } from "@connectrpc/connect";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, describe, expect, it } from "vitest";
import { failureOf, startTestService } from "./test-service.ts";

describe("RunStress with proxies", () => {
  const closes = readSampleCloses();
  const service = startTestService(closes);
  const client = createClient(StressService, service.transport);
  afterAll(() => service.close());
  const positions = [
    { symbol: "KO", weight: 0.6 },
    { symbol: "MTUM", weight: 0.4 },
  ];
  const lehman = async (request: Parameters<typeof client.runStress>[0]) => {
    const { windows } = await client.runStress({ positions, ...request });
    return windows.find(({ window }) => window?.name === "Lehman bankruptcy");
  };

  it("says which positions have no prices in a window", async () => {
    const window = await lehman({});

    expect(window).toMatchObject({ covered: false, missingSymbols: ["MTUM"] });
  });

  it("moves a position by its beta to the proxy, and says so", async () => {
    const window = await lehman({ defaultProxy: { symbol: "sp500" } });

    const [proxy] = window?.proxies ?? [];
    const { beta, count } = slope(closes, "MTUM", "SP500");
    expect(window?.covered).toBe(true);
    expect(window?.proxies).toHaveLength(1);
    expect(proxy).toMatchObject({ symbol: "MTUM", proxySymbol: "SP500", returnCount: count });
    expect(proxy?.beta).toBeCloseTo(beta, 10);
    const days = [...(closes.get("SP500") ?? [])].filter(
      ([day]) => day >= "2008-09-12" && day <= "2008-11-20",
    );
    const growth = days
      .slice(1)
      .reduce((value, [, close], t) => value * (1 + beta * (close / (days[t]?.[1] ?? 1) - 1)), 1);
    expect(window?.assetReturns[1]).toBeCloseTo(growth - 1, 10);
    expect(window?.portfolioReturn).toBeCloseTo(
      0.6 * (window?.assetReturns[0] ?? 0) + 0.4 * (growth - 1),
      12,
    );
  });

  it("takes a given beta, and estimates others from the period of the request", async () => {
    const given = await lehman({ proxies: { mtum: { symbol: "SP500", beta: 0 } } });
    const late = await lehman({ defaultProxy: { symbol: "SP500" }, startDate: "2020-01-01" });

    expect(given?.proxies[0]).toMatchObject({ beta: 0, returnCount: 0 });
    expect(given?.assetReturns[1]).toBe(0);
    expect(late?.proxies[0]?.beta).toBeCloseTo(slope(closes, "MTUM", "SP500", "2020").beta, 10);
  });

  it("has no proxy without days that both have, and none for a position of itself", async () => {
    const apart = await lehman({ defaultProxy: { symbol: "SP500" }, endDate: "2000-01-01" }).catch(
      () => "refused",
    );
    const own = await lehman({ defaultProxy: { symbol: "MTUM" } });

    expect(apart).toMatchObject({ covered: false, missingSymbols: ["MTUM"] });
    expect(own).toMatchObject({ covered: false, missingSymbols: ["MTUM"] });
  });

  it("names proxies that cannot be", async () => {
    const refused = async (request: Parameters<typeof client.runStress>[0]) =>
      await failureOf(client.runStress({ positions, ...request }));

    expect(await refused({ defaultProxy: { symbol: "NONE" } })).toMatchObject({
      reason: "SYMBOL_UNKNOWN",
      fields: ["default_proxy.symbol"],
    });
    expect(await refused({ proxies: { MTUM: { symbol: "NONE" } } })).toMatchObject({
      reason: "SYMBOL_UNKNOWN",
      fields: ['proxies["MTUM"].symbol'],
    });
    expect(await refused({ proxies: { XOM: { symbol: "SP500" } } })).toMatchObject({
      reason: "CONSTRAINT_SYMBOL_UNKNOWN",
      fields: ['proxies["XOM"]'],
    });
    expect(await refused({ proxies: { KO: { symbol: "SP500", beta: 11 } } })).toMatchObject({
      reason: "REQUEST_INVALID",
      fields: ['proxies["KO"].beta'],
    });
  });
});

describe("RunStress of a conditional scenario", () => {
  const service = startTestService(readSampleCloses());
  const client = createClient(StressService, service.transport);
  afterAll(() => service.close());
  const positions = [
    { symbol: "AAPL", weight: 0.5 },
    { symbol: "KO", weight: 0.3 },
  ];
  const recent = { positions, startDate: "2019-01-01" };
  const draw = async (scenario: object) => {
    const conditionalScenarios = [{ name: "Fall", symbol: "SP500", ...scenario }];
    return (await client.runStress({ ...recent, conditionalScenarios })).conditionalScenarios[0];
  };

  it("draws what positions do when an index falls", async () => {
    const fall = await draw({ return: -0.05, seed: 1 });
    const again = await draw({ return: -0.05, seed: 1 });
    const rise = await draw({ return: 0.05, seed: 1 });

    expect(again).toEqual(fall);
    expect(fall?.assetReturns).toHaveLength(2);
    expect(fall?.assetReturns[0]).toBeLessThan(-0.03);
    expect(fall?.assetReturns[1]).toBeLessThan(-0.01);
    expect(rise?.portfolioReturn).toBeGreaterThan(0.01);
    const quantiles = fall?.quantiles ?? [];
    expect(quantiles).toHaveLength(5);
    expect(quantiles).toEqual(quantiles.toSorted((x, y) => x - y));
    expect(fall?.worstMean).toBeLessThanOrEqual(quantiles[0] ?? 0);
    expect(fall?.contributions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(
      fall?.portfolioReturn ?? 0,
      12,
    );
    expect(fall).toMatchObject({ beyondHistory: false, returnCount: 1005 });
  });

  it("moves a position that is given by what is given, and says when that never was", async () => {
    const crash = await draw({ symbol: "KO", return: -0.3, drawCount: 100 });
    const month = await draw({ symbol: "KO", return: -0.1, drawCount: 100, horizonDays: 21 });

    expect(crash?.assetReturns[1]).toBeCloseTo(-0.3, 12);
    expect(crash?.beyondHistory).toBe(true);
    expect(month).toMatchObject({ beyondHistory: false, returnCount: 47 });
  });

  it("refuses horizons that are too long, and symbols that are not there", async () => {
    const refused = (scenario: object) => failureOf(draw(scenario));

    expect(await refused({ horizonDays: 63, return: 0 })).toMatchObject({
      reason: "HISTORY_TOO_SHORT",
      fields: ["conditional_scenarios[0].horizon_days"],
    });
    expect(await refused({ symbol: "NONE", return: 0 })).toMatchObject({
      reason: "SYMBOL_UNKNOWN",
      fields: ["conditional_scenarios[0].symbol"],
    });
    expect(await refused({ return: Number.NaN })).toMatchObject({
      reason: "NUMBER_NOT_FINITE",
      fields: ["conditional_scenarios[0].return"],
    });
  });
});

/** Slope of the regression of daily returns on the days from a date that both have. */
function slope(
  closes: ReturnType<typeof readSampleCloses>,
  symbol: string,
  factor: string,
  from = "",
): { beta: number; count: number } {
  const [own, other] = [closes.get(symbol), closes.get(factor)];
  const days = [...(own?.keys() ?? [])].filter((day) => other?.has(day) && day >= from);
  const changes = (of: ReadonlyMap<string, number> | undefined) =>
    days.slice(1).map((day, t) => (of?.get(day) ?? 0) / (of?.get(days[t] ?? "") ?? 1) - 1);
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const [y, x] = [changes(own), changes(other)];
  const [yMean, xMean] = [mean(y), mean(x)];
  const products = y.map((value, t) => (value - yMean) * ((x[t] ?? 0) - xMean));
  const squares = x.map((value) => (value - xMean) ** 2);
  return { beta: mean(products) / mean(squares), count: y.length };
}
