import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDataService, type TestService } from "./data-service.ts";

let test: TestService;
beforeAll(async () => {
  test = await startDataService();
});
afterAll(() => test.close());

// Expected numbers are read off the files of skfolio 1.12.2 that data/README.md names.
describe("the bundled sample", () => {
  it("is the only dataset of a new store", async () => {
    const { datasets } = await test.prices.listDatasets({});

    expect(datasets).toHaveLength(1);
    expect(datasets[0]).toMatchObject({
      id: "sample",
      revision: 1,
      instrumentCount: 26,
      available: { startDate: "1990-01-02", endDate: "2022-12-28" },
      readOnly: true,
    });
    expect(datasets[0]?.updateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  });

  it("has 20 stocks, an index and 5 funds", async () => {
    const { instruments } = await test.instruments.listInstruments({});

    expect(instruments).toHaveLength(26);
    expect(instruments.reduce((count, { priceCount }) => count + priceCount, 0)).toBe(185_893);
    const [apple] = instruments;
    expect(apple).toMatchObject({ symbol: "AAPL", name: "Apple Inc.", lastClose: 125.674 });
  });
});
