import { InstrumentKind } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDataService, type TestService } from "./data-service.ts";
import { failureOf } from "./failure.ts";

let test: TestService;
beforeAll(async () => {
  test = await startDataService();
});
afterAll(() => test.close());

function importText(datasetId: string, csvText: string) {
  return test.prices.importPrices({ datasetId, source: { case: "csvText", value: csvText } });
}

describe("ListInstruments", () => {
  it("gives pages of one revision, whatever is imported meanwhile", async () => {
    await importText("paged", "date,C,A,B\n2024-01-02,1,2,3\n");
    const dataset = { id: "paged" };
    const first = await test.instruments.listInstruments({ dataset, pageSize: 2 });
    await importText("paged", "date,BB\n2024-01-02,1\n");

    const second = await test.instruments.listInstruments({
      dataset,
      pageSize: 2,
      pageToken: first.nextPageToken,
    });

    expect(first.instruments.map(({ symbol }) => symbol)).toEqual(["A", "B"]);
    expect(second.instruments.map(({ symbol }) => symbol)).toEqual(["C"]);
    expect(second.nextPageToken).toBe("");
    expect(second.dataset).toMatchObject({ id: "paged", revision: 1 });
  });

  it.each([["garbage"], ["WyJwYWdlZCIsMSwiQiJd"], ["bnVsbA"]])(
    "refuses the page token %s",
    async (pageToken) => {
      const failure = await failureOf(test.instruments.listInstruments({ pageToken }));

      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "PAGE_TOKEN_INVALID" });
      expect(failure.violations).toMatchObject([{ field: "pageToken" }]);
    },
  );

  it("refuses a page size beyond the limit", async () => {
    const failure = await failureOf(test.instruments.listInstruments({ pageSize: 1001 }));

    expect(failure).toMatchObject({ code: "InvalidArgument", reason: "REQUEST_INVALID" });
  });
});

describe("GetInstrument", () => {
  it("takes lower case", async () => {
    const { instrument, dataset } = await test.instruments.getInstrument({ symbol: "mtum" });

    expect(instrument).toMatchObject({
      symbol: "MTUM",
      name: "iShares MSCI USA Momentum Factor ETF",
      kind: InstrumentKind.ETF,
      currency: "USD",
      available: { startDate: "2014-01-02", endDate: "2022-12-28" },
      priceCount: 2264,
      lastClose: 143.73,
      dataset: { id: "sample", revision: 1 },
    });
    expect(dataset).toMatchObject({ id: "sample", revision: 1 });
  });

  it("refuses an unknown symbol", async () => {
    const failure = await failureOf(test.instruments.getInstrument({ symbol: "NOPE" }));

    expect(failure).toMatchObject({ code: "NotFound", reason: "SYMBOL_UNKNOWN" });
    expect(failure.violations).toMatchObject([{ field: "symbol" }]);
  });
});

describe("SearchInstruments", () => {
  it("puts the symbol first, then symbols that start so, then names", async () => {
    await importText("search", "date,CO,COST\n2024-01-02,1,2\n");

    const { instruments } = await test.instruments.searchInstruments({ query: "co" });

    const symbols = instruments.map(({ symbol }) => symbol);
    expect(symbols.slice(0, 2)).toEqual(["CO", "COST"]);
    expect(symbols).toContain("KO");
    expect(instruments[0]?.dataset).toMatchObject({ id: "search", revision: 1 });
  });

  it("searches one dataset, up to a limit", async () => {
    const { instruments } = await test.instruments.searchInstruments({
      query: "ishares",
      dataset: { id: "sample" },
      limit: 2,
    });

    expect(instruments.map(({ symbol }) => symbol)).toEqual(["MTUM", "QUAL"]);
  });

  it("finds nothing for a text that is nowhere", async () => {
    const { instruments } = await test.instruments.searchInstruments({ query: "zzzz" });

    expect(instruments).toEqual([]);
  });
});

describe("GetPrices", () => {
  it("gives the bars of a period", async () => {
    const { bars, currency, dataset } = await test.prices.getPrices({
      symbol: "KO",
      startDate: "1989-01-01",
      endDate: "1990-01-03",
    });

    expect(bars).toMatchObject([
      { date: "1990-01-02", close: 2.235 },
      { date: "1990-01-03", close: 2.203 },
    ]);
    expect(bars[0]).not.toHaveProperty("open", expect.any(Number));
    expect(currency).toBe("USD");
    expect(dataset).toMatchObject({ id: "sample", revision: 1 });
  });

  it("gives no bars where the period has none", async () => {
    const { bars } = await test.prices.getPrices({ symbol: "KO", startDate: "2023-06-01" });

    expect(bars).toEqual([]);
  });

  it("refuses a day that is none", async () => {
    const call = test.prices.getPrices({ symbol: "KO", startDate: "2023-13-01" });

    expect(await failureOf(call)).toMatchObject({ reason: "DATE_INVALID" });
  });
});

describe("the database check", () => {
  it("resolves while the database answers", async () => {
    const [check] = test.service.checks;

    await expect(check?.check(AbortSignal.timeout(5_000))).resolves.toBeUndefined();
  });
});
