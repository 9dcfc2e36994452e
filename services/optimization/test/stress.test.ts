import { createClient } from "@connectrpc/connect";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { closesOf, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, describe, expect, it } from "vitest";
import { failureOf, startTestService } from "./test-service.ts";

const POSITIONS = [
  { symbol: "AAPL", weight: 0.5 },
  { symbol: "KO", weight: 0.3 },
];

describe("RunStress", () => {
  const closes = readSampleCloses();
  const service = startTestService(closes);
  const client = createClient(StressService, service.transport);
  afterAll(() => service.close());

  const change = (symbol: string, start: string, end: string) =>
    (closes.get(symbol)?.get(end) ?? Number.NaN) / (closes.get(symbol)?.get(start) ?? 0) - 1;

  it("moves positions as prices moved, through known windows and the caller's", async () => {
    const window = { name: "Spring", startDate: "2019-03-01", endDate: "2019-04-01" };
    const { symbols, windows } = await client.runStress({
      positions: POSITIONS,
      windows: [window],
    });
    const own = windows.at(-1);
    const crisis = windows.find(({ window }) => window?.name === "COVID-19 crash");
    const old = windows.find(({ window }) => window?.name === "Black Monday");

    expect(symbols).toEqual(["AAPL", "KO"]);
    expect(own?.window).toMatchObject(window);
    expect(own?.indexReturn).toBeUndefined();
    const apple = change("AAPL", "2019-03-01", "2019-04-01");
    const coke = change("KO", "2019-03-01", "2019-04-01");
    expect(own?.assetReturns[0]).toBeCloseTo(apple, 12);
    expect(own?.portfolioReturn).toBeCloseTo(0.5 * apple + 0.3 * coke, 12);
    expect(crisis).toMatchObject({ covered: true, indexReturn: -0.3392 });
    expect(crisis?.portfolioReturn).toBeCloseTo(
      0.5 * change("AAPL", "2020-02-19", "2020-03-23") +
        0.3 * change("KO", "2020-02-19", "2020-03-23"),
      12,
    );
    expect(old).toMatchObject({ covered: false, assetReturns: [] });
    expect(old?.portfolioReturn).toBeUndefined();
  });

  it("answers a shock of a factor that is held by that shock", async () => {
    const { factorShocks, datesUsed } = await client.runStress({
      positions: POSITIONS,
      factorShocks: [{ name: "Coke falls", returns: { KO: -0.2 } }],
    });
    const [shock] = factorShocks;

    expect(shock?.assetReturns[1]).toBeCloseTo(-0.2, 12);
    expect(shock?.factorContributions["KO"]).toBeCloseTo(shock?.portfolioReturn ?? 0, 12);
    expect(datesUsed?.returnCount).toBeGreaterThan(1000);
  });

  it("expects of the others what their covariance says", async () => {
    const { conditionalShocks } = await client.runStress({
      positions: POSITIONS,
      startDate: "2018-01-01",
      endDate: "2018-12-31",
      conditionalShocks: [{ name: "Month", returns: { ko: -0.1 }, horizonDays: 21 }],
    });
    const { factorShocks } = await client.runStress({
      positions: POSITIONS,
      startDate: "2018-01-01",
      endDate: "2018-12-31",
      factorShocks: [{ name: "Month", returns: { KO: -0.1 } }],
    });
    const [shock] = conditionalShocks;

    // Σ_ab/Σ_bb is the slope of a regression.
    expect(shock?.assetReturns[0]).toBeCloseTo(factorShocks[0]?.assetReturns[0] ?? 0, 12);
    expect(shock?.assetReturns[1]).toBe(-0.1);
    expect(shock?.volatility).toBeGreaterThan(0);
    expect(shock?.distance).toBeGreaterThan(1);
  });

  it("refuses what cannot be", async () => {
    const refused = async (request: Parameters<typeof client.runStress>[0]) =>
      await failureOf(client.runStress({ positions: POSITIONS, ...request }));

    expect(
      await refused({ conditionalShocks: [{ name: "x", returns: { JPM: 0.1 } }] }),
    ).toMatchObject({
      reason: "CONSTRAINT_SYMBOL_UNKNOWN",
      fields: ['conditional_shocks[0].returns["JPM"]'],
    });
    expect(await refused({ factorShocks: [{ name: "x", returns: { NONE: 0.1 } }] })).toMatchObject({
      reason: "SYMBOL_UNKNOWN",
      fields: ['factor_shocks[0].returns["NONE"]'],
    });
    expect(
      await refused({ windows: [{ name: "x", startDate: "2020-02-30", endDate: "2020-04-01" }] }),
    ).toMatchObject({ reason: "DATE_INVALID", fields: ["windows[0].start_date"] });
    expect(
      await refused({ windows: [{ name: "x", startDate: "2020-05-01", endDate: "2020-04-01" }] }),
    ).toMatchObject({ reason: "DATES_REVERSED" });
    expect(await failureOf(client.runStress({}))).toMatchObject({ reason: "POSITIONS_EMPTY" });
  });
});

describe("RunStress of prices without differences", () => {
  const service = startTestService(
    closesOf({ A: [1, 2, 1, 3, 2], B: [2, 4, 2, 6, 4], C: [1, 1, 1, 1, 1] }),
  );
  const client = createClient(StressService, service.transport);
  afterAll(() => service.close());
  const positions = [
    { symbol: "A", weight: 0.5 },
    { symbol: "B", weight: 0.5 },
  ];

  it("says that shocks contradict each other", async () => {
    const conditionalShocks = [{ name: "apart", returns: { A: 0.1, B: -0.1 } }];

    expect(await failureOf(client.runStress({ positions, conditionalShocks }))).toMatchObject({
      reason: "SHOCKS_CONTRADICTORY",
      fields: ["conditional_shocks[0].returns"],
    });
  });

  it("says that a proxy never moves", async () => {
    const defaultProxy = { symbol: "C" };

    expect(await failureOf(client.runStress({ positions, defaultProxy }))).toMatchObject({
      reason: "FACTORS_COLLINEAR",
      fields: ["default_proxy.symbol"],
    });
  });

  it("says that factors are the same", async () => {
    const factorShocks = [{ name: "still", returns: { C: 0.1 } }];

    expect(await failureOf(client.runStress({ positions, factorShocks }))).toMatchObject({
      reason: "FACTORS_COLLINEAR",
      fields: ["factor_shocks[0].returns"],
    });
  });
});

describe("SimulateGrowth", () => {
  const service = startTestService(readSampleCloses());
  const client = createClient(StressService, service.transport);
  afterAll(() => service.close());
  const plan = {
    positions: POSITIONS,
    initialAmount: 1000,
    monthCount: 24,
    monthlyAmount: 10,
    goalAmount: 1240,
    pathCount: 2000,
    seed: 7,
  };

  it("gives the same answer for the same seed, and another for another", async () => {
    const first = await client.simulateGrowth(plan);
    const again = await client.simulateGrowth(plan);
    const other = await client.simulateGrowth({ ...plan, seed: 8 });

    expect(again).toEqual(first);
    expect(other.quantiles).not.toEqual(first.quantiles);
    expect(first.months).toEqual(Array.from({ length: 25 }, (_, k) => k));
    expect(first.quantiles.map(({ probability }) => probability)).toEqual([
      0.05, 0.25, 0.5, 0.75, 0.95,
    ]);
    expect(first.quantiles.every(({ amounts }) => amounts[0] === 1000)).toBe(true);
  });

  it("agrees between models on the middle, and counts the goal", async () => {
    const answers = await Promise.all(
      (["blockBootstrap", "lognormal", "studentT"] as const).map((kind) =>
        client.simulateGrowth({ ...plan, model: { case: kind, value: {} } }),
      ),
    );

    const medians = answers.map(({ quantiles }) => quantiles[2]?.amounts.at(-1) ?? 0);
    for (const [k, { goalReached, depleted }] of answers.entries()) {
      expect(Math.abs((medians[k] ?? 0) / (medians[0] ?? 1) - 1)).toBeLessThan(0.05);
      expect(goalReached?.probability).toBeGreaterThan(0.5);
      expect(depleted?.probability).toBe(0);
    }
  });

  it("grows cash by payments alone", async () => {
    const { quantiles } = await client.simulateGrowth({
      ...plan,
      positions: [{ symbol: "KO", weight: 0 }],
    });

    for (const { amounts } of quantiles) expect(amounts.at(-1)).toBeCloseTo(1240, 9);
  });

  it("refuses plans that take too long or would have lost everything", async () => {
    expect(
      await failureOf(client.simulateGrowth({ ...plan, pathCount: 100_000, monthCount: 100 })),
    ).toMatchObject({ reason: "REQUEST_INVALID", fields: ["path_count"] });
    expect(
      await failureOf(
        client.simulateGrowth({ ...plan, positions: [{ symbol: "AAPL", weight: 50 }] }),
      ),
    ).toMatchObject({ reason: "REQUEST_INVALID", fields: ["positions"] });
  });
});
