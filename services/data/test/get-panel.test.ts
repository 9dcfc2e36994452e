import { createHash } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GetPanelResponse } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDataService, type TestService } from "./data-service.ts";
import { failureOf } from "./failure.ts";

let test: TestService;
beforeAll(async () => {
  test = await startDataService();
});
afterAll(() => test.close());

function closesOf({ closes }: GetPanelResponse): Float64Array {
  return new Float64Array(Uint8Array.from(closes?.f64Le ?? []).buffer);
}

function importText(datasetId: string, csvText: string) {
  return test.prices.importPrices({ datasetId, source: { case: "csvText", value: csvText } });
}

// Expected numbers of the sample are read off the files of skfolio 1.12.2.
describe("GetPanel", () => {
  it("gives the closes of the shared days, in the order of the request", async () => {
    const panel = await test.prices.getPanel({
      symbols: ["mtum", "AAPL"],
      startDate: "2013-12-30",
      endDate: "2014-01-03",
    });

    expect(panel.symbols).toEqual(["MTUM", "AAPL"]);
    expect(panel.dates).toEqual(["2014-01-02", "2014-01-03"]);
    expect(panel.closes).toMatchObject({ rows: 2, cols: 2, values: [] });
    expect([...closesOf(panel)]).toEqual([52.704, 17.365, 52.792, 16.984]);
    expect(panel.dataset).toMatchObject({ id: "sample", revision: 1 });
    expect(panel.droppedHistories).toMatchObject([
      {
        symbol: "AAPL",
        available: { startDate: "2013-12-30", endDate: "2014-01-03" },
        droppedCount: 2,
      },
    ]);
  });

  it("gives all closes of one instrument", async () => {
    const panel = await test.prices.getPanel({ symbols: ["AAPL"] });

    const closes = closesOf(panel);
    expect(panel.dates).toHaveLength(8313);
    expect(closes[0]).toBe(0.264);
    expect(closes.at(-1)).toBe(125.674);
    expect(panel.droppedHistories).toEqual([]);
  });

  it("hashes symbols, dates and closes", async () => {
    const panel = await test.prices.getPanel({ symbols: ["KO", "PEP"], endDate: "1990-01-03" });

    const lines = "KO\nPEP\n\n1990-01-02\n1990-01-03\n\n";
    const closes = Buffer.from(Float64Array.of(2.235, 4.738, 2.203, 4.692).buffer);
    const expected = createHash("sha256").update(lines).update(closes).digest("hex");
    expect(panel.contentHash).toBe(expected);
  });

  it("answers the same from chunks, memory and files, and after files are lost or damaged", async () => {
    const ask = () => test.prices.getPanel({ symbols: ["SP500", "USMV", "XOM"] });
    const directory = join(test.homeDirectory, "panels");
    const fromChunks = await ask();
    const fromMemory = await ask();
    test = await test.reopen();
    const fromFiles = await ask();
    const files = await readdir(directory, { recursive: true });
    const panelFile = files.find((name) => name.endsWith(".panel")) ?? "";

    test = await test.reopen(() => writeFile(join(directory, panelFile), "damaged"));
    const afterDamage = await ask();
    test = await test.reopen(() => rm(directory, { recursive: true }));
    const afterLoss = await ask();
    test = await test.reopen(async () => {
      await rm(directory, { recursive: true });
      await writeFile(directory, "a file in the way");
    });
    const withoutFiles = await ask();

    expect(panelFile).toMatch(/^[0-9a-f]{2}\/[0-9a-f]{64}\.panel$/);
    for (const panel of [fromMemory, fromFiles, afterDamage, afterLoss, withoutFiles]) {
      expect(panel).toEqual(fromChunks);
    }
  });

  it("gives an old revision bit for bit after later imports", async () => {
    await importText("old", "date,A,B\n2024-01-02,1.1,2.2\n2024-01-03,1.3,2.4\n");
    const ask = (revision: number) =>
      test.prices.getPanel({ symbols: ["B", "A"], dataset: { id: "old", revision } });
    const before = await ask(1);

    await importText(
      "old",
      "date,A,B,C\n2024-01-03,9.9,2.4,5\n2024-01-04,1.5,2.6,5\n2020-01-02,7,8,9\n",
    );
    test = await test.reopen();

    expect(await ask(1)).toEqual(before);
    const after = await ask(0);
    expect(after.dataset?.revision).toBe(2);
    expect(after.dates).toEqual(["2020-01-02", "2024-01-02", "2024-01-03", "2024-01-04"]);
    expect([...closesOf(after)]).toEqual([8, 7, 2.2, 1.1, 2.4, 9.9, 2.6, 1.5]);
    const { bars } = await test.prices.getPrices({
      symbol: "A",
      dataset: { id: "old", revision: 1 },
    });
    expect(bars.map(({ close }) => close)).toEqual([1.1, 1.3]);
    const { instruments } = await test.instruments.listInstruments({
      dataset: { id: "old", revision: 1 },
    });
    expect(instruments.map(({ symbol }) => symbol)).toEqual(["A", "B"]);
    expect(instruments[0]).toMatchObject({ priceCount: 2, lastClose: 1.3 });
  });

  it("names every unknown symbol, where it is or what may have been meant", async () => {
    await importText("elsewhere", "date,TSLA\n2024-01-02,248.42\n");

    const failure = await failureOf(
      test.prices.getPanel({ symbols: ["KO", "APPL", "tsla", "COCA", "QQQQQQ"] }),
    );

    expect(failure).toMatchObject({ code: "NotFound", reason: "SYMBOL_UNKNOWN" });
    expect(failure.violations).toEqual([
      { field: "symbols[1]", description: "APPL is not in dataset sample. Did you mean AAPL?" },
      { field: "symbols[2]", description: "TSLA is not in dataset sample. It is in elsewhere." },
      {
        field: "symbols[3]",
        description: expect.stringContaining("COCA is not in dataset sample."),
      },
      { field: "symbols[4]", description: "QQQQQQ is not in dataset sample." },
    ]);
  });

  it("says so when a later revision has the symbol", async () => {
    await importText("later", "date,A\n2024-01-02,1\n");
    await importText("later", "date,B\n2024-01-02,1\n");

    const failure = await failureOf(
      test.prices.getPanel({ symbols: ["B"], dataset: { id: "later", revision: 1 } }),
    );

    expect(failure.message).toBe("B is not in dataset later. Later revisions than 1 have it.");
  });

  it.each([
    ["no symbol", {}, "SYMBOLS_EMPTY", "symbols"],
    ["a repeated symbol", { symbols: ["KO", "PEP", "ko"] }, "SYMBOL_REPEATED", "symbols[2]"],
    [
      "a day that is none",
      { symbols: ["KO"], startDate: "2023-02-30" },
      "DATE_INVALID",
      "start_date",
    ],
    ["another date form", { symbols: ["KO"], endDate: "31/12/2023" }, "DATE_INVALID", "end_date"],
    [
      "reversed dates",
      { symbols: ["KO"], startDate: "2020-01-02", endDate: "2020-01-01" },
      "DATES_REVERSED",
      "start_date",
    ],
  ])("refuses %s", async (_name, request, reason, field) => {
    const failure = await failureOf(test.prices.getPanel(request));

    expect(failure).toMatchObject({ code: "InvalidArgument", reason, violations: [{ field }] });
  });

  it.each([
    [
      { symbols: ["KO", "MTUM"], endDate: "2013-12-31" },
      "MTUM starts on 2014-01-02, after the end of the period, 2013-12-31.",
    ],
    [
      { symbols: ["KO"], startDate: "2023-01-01" },
      "KO ends on 2022-12-28, before the start of the period, 2023-01-01.",
    ],
    [
      { symbols: ["KO"], startDate: "2022-12-24", endDate: "2022-12-25" },
      "The instruments share no day with a price in the period 2022-12-24 to 2022-12-25.",
    ],
  ])("refuses a period without a shared day: %j", async (request, message) => {
    const failure = await failureOf(test.prices.getPanel(request));

    expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "HISTORY_TOO_SHORT" });
    expect(failure.message).toBe(message);
  });

  it("refuses instruments of which one ends before the other starts", async () => {
    await importText("apart", "date,OLD,NEW\n2024-01-02,10,\n2024-01-03,,20\n");

    const failure = await failureOf(
      test.prices.getPanel({ symbols: ["NEW", "OLD"], dataset: { id: "apart" } }),
    );

    expect(failure.message).toBe(
      "The instruments share no day with a price: OLD ends on 2024-01-02, NEW starts on 2024-01-03.",
    );
  });

  it.each([
    ["an unknown dataset", { id: "nothing" }, "DATASET_UNKNOWN", "dataset.id"],
    ["a revision to come", { id: "sample", revision: 99 }, "REVISION_UNKNOWN", "dataset.revision"],
  ])("refuses %s", async (_name, dataset, reason, field) => {
    const failure = await failureOf(test.prices.getPanel({ symbols: ["KO"], dataset }));

    expect(failure).toMatchObject({ code: "NotFound", reason, violations: [{ field }] });
  });
});
