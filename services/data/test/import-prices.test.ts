import { gzipSync } from "node:zlib";
import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  CsvForm,
  DateOrder,
  type ImportPricesRequestSchema,
} from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { EventSchema } from "@portfolio/gen/portfolio/events/v1/event_pb.js";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDataService, type TestService } from "./data-service.ts";
import { failureOf } from "./failure.ts";

let test: TestService;
beforeAll(async () => {
  test = await startDataService();
});
afterAll(() => test.close());

type Options = Omit<MessageInitShape<typeof ImportPricesRequestSchema>, "$typeName" | "source">;

function importText(csvText: string, options: Options = {}) {
  return test.prices.importPrices({
    ...options,
    source: { case: "csvText", value: csvText },
  });
}

function importBytes(csvBytes: Uint8Array, options: Options = {}) {
  return test.prices.importPrices({ ...options, source: { case: "csvBytes", value: csvBytes } });
}

async function barsOf(datasetId: string, symbol: string) {
  const { bars } = await test.prices.getPrices({ symbol, dataset: { id: datasetId } });
  return bars.map(({ $typeName, ...bar }) => bar);
}

describe("ImportPrices", () => {
  it("stores a long file", async () => {
    const csv = "date,symbol,close\n2024-01-02,aapl,185.64\n2024-01-03,AAPL,184.25\n";

    const report = await importText(csv, { datasetId: "long" });

    expect(report).toMatchObject({
      dataset: { id: "long", revision: 1 },
      rowCount: 2,
      insertedCount: 2,
      updatedCount: 0,
      unchangedCount: 0,
      symbols: ["AAPL"],
      available: { startDate: "2024-01-02", endDate: "2024-01-03" },
      problemCount: 0,
      form: CsvForm.LONG,
    });
    expect(await barsOf("long", "AAPL")).toEqual([
      { date: "2024-01-02", close: 185.64 },
      { date: "2024-01-03", close: 184.25 },
    ]);
  });

  it("records an event with each new revision, and none without", async () => {
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    try {
      const csv = "date,symbol,close\n2024-01-02,A,1\n2024-01-02,B,2\n";
      await importText(csv, { datasetId: "told", validateOnly: true });
      await importText(csv, { datasetId: "told" });
      await importText(csv, { datasetId: "told" });

      const { rows } = await client.query<{ type: string; payload: Uint8Array }>(
        "select type, payload from jobs.outbox",
      );
      const events = rows.map(({ payload }) => fromBinary(EventSchema, payload).kind);
      expect(rows[0]?.type).toBe("prices.updated");
      expect(
        events.filter((kind) => kind.case === "pricesUpdated" && kind.value.datasetId === "told"),
      ).toMatchObject([{ value: { revision: 1n, instrumentCount: 2 } }]);
    } finally {
      await client.end();
    }
  });

  it("stores a wide file, where an empty cell is no price", async () => {
    const report = await importText("Date,A,B\n2024-01-03,2,20\n2024-01-02,1,\n", {
      datasetId: "wide",
    });

    expect(report).toMatchObject({ rowCount: 2, insertedCount: 3, form: CsvForm.WIDE });
    expect(await barsOf("wide", "A")).toEqual([
      { date: "2024-01-02", close: 1 },
      { date: "2024-01-03", close: 2 },
    ]);
    expect(await barsOf("wide", "B")).toEqual([{ date: "2024-01-03", close: 20 }]);
  });

  it("keeps open, high, low and volume where they are known", async () => {
    const csv =
      "volume,date,symbol,open,high,low,close\n" +
      "100,2024-01-02,A,1,3,0.5,2\n" +
      ",2024-01-03,A,,,,2.5\n";

    await importText(csv, { datasetId: "ohlc" });

    expect(await barsOf("ohlc", "A")).toEqual([
      { date: "2024-01-02", close: 2, open: 1, high: 3, low: 0.5, volume: 100 },
      { date: "2024-01-03", close: 2.5 },
    ]);
  });

  it("reads semicolons, decimal commas and day-first dates", async () => {
    const csv = 'Date;x\n"31.12.2023";"1,5"\n';

    await importText(csv, { datasetId: "german" });

    expect(await barsOf("german", "X")).toEqual([{ date: "2023-12-31", close: 1.5 }]);
  });

  it("reads month first where the file shows it or the caller says it", async () => {
    await importText("date,A\n12/31/2023,1\n01/02/2024,2\n", { datasetId: "american" });
    await importText("date,A\n01/02/2024,2\n", {
      datasetId: "told",
      dateOrder: DateOrder.MONTH_FIRST,
    });
    await importText("date,A\n01/02/2024,2\n", { datasetId: "ambiguous" });

    expect(await barsOf("american", "A")).toEqual([
      { date: "2023-12-31", close: 1 },
      { date: "2024-01-02", close: 2 },
    ]);
    expect(await barsOf("told", "A")).toEqual([{ date: "2024-01-02", close: 2 }]);
    expect(await barsOf("ambiguous", "A")).toEqual([{ date: "2024-02-01", close: 2 }]);
  });

  it("says in which order a date was read that is none", async () => {
    const failure = await failureOf(importText("date,A\n13/02/2024,1\n02/14/2024,2\n"));

    expect(failure.violations[0]?.description).toContain(
      '"02/14/2024" is no day from 1900 to 2100, read day first.',
    );
  });

  it("reads a byte order mark, CRLF, blank lines, tabs and gzip", async () => {
    const csv = "\uFEFFdate\tA\r\n\r\n2024-01-02\t1.25\r\n\t\r\n";

    const report = await importBytes(gzipSync(csv), { datasetId: "gzip" });

    expect(report).toMatchObject({ rowCount: 1, insertedCount: 1 });
    expect(await barsOf("gzip", "A")).toEqual([{ date: "2024-01-02", close: 1.25 }]);
  });

  it("changes nothing the second time", async () => {
    const csv = "date,A,B\n2023-12-29,1,2\n2024-01-02,3,4\n";
    await importText(csv, { datasetId: "twice" });

    const again = await importText(csv, { datasetId: "twice" });

    expect(again).toMatchObject({
      dataset: { id: "twice", revision: 1 },
      insertedCount: 0,
      updatedCount: 0,
      unchangedCount: 4,
    });
  });

  it("counts what is new, changed and the same in a file that overlaps", async () => {
    await importText("date,A\n2024-01-02,1\n2024-01-03,2\n", { datasetId: "overlap" });

    const report = await importText("date,A,B\n2024-01-03,2.5,7\n2024-01-02,1,8\n2024-01-04,3,\n", {
      datasetId: "overlap",
    });

    expect(report).toMatchObject({
      dataset: { id: "overlap", revision: 2 },
      insertedCount: 3,
      updatedCount: 1,
      unchangedCount: 1,
    });
    expect(await barsOf("overlap", "A")).toEqual([
      { date: "2024-01-02", close: 1 },
      { date: "2024-01-03", close: 2.5 },
      { date: "2024-01-04", close: 3 },
    ]);
    const { instrument } = await test.instruments.getInstrument({
      symbol: "A",
      dataset: { id: "overlap" },
    });
    expect(instrument).toMatchObject({ priceCount: 3, lastClose: 3 });
  });

  it("keeps a known opening price when a later file has closes only", async () => {
    await importText("date,symbol,close,open\n2024-01-02,A,2,1\n", { datasetId: "fields" });

    const report = await importText("date,A\n2024-01-02,2\n", { datasetId: "fields" });

    expect(report).toMatchObject({ unchangedCount: 1, dataset: { revision: 1 } });
    expect(await barsOf("fields", "A")).toEqual([{ date: "2024-01-02", close: 2, open: 1 }]);
  });

  it("names every bad cell with line and column, and stores nothing", async () => {
    const csv = [
      "date,symbol,close,volume",
      "2024-01-02,A,1,10",
      "2023-02-30,A,2,10",
      "2024-01-03,A,-1,10",
      "2024-01-04,a b,1,10",
      "2024-01-05,A,abc,x",
      "2024-01-08,A,1",
      "2024-07-01,A,1,10",
      "2024-01-09,A,NaN,10",
      "2024-01-10,A,,10",
      "2024-01-02,A,1.5,10",
      "2024-01-02,A,1,10",
      "",
    ].join("\n");

    const failure = await failureOf(importText(csv, { datasetId: "bad" }));

    expect(failure).toMatchObject({ code: "InvalidArgument", reason: "CSV_INVALID" });
    expect(failure.violations).toEqual([
      {
        field: "csvText[3][1]",
        description: 'Line 3, column 1 (date): "2023-02-30" is no day from 1900 to 2100.',
      },
      {
        field: "csvText[4][3]",
        description: 'Line 4, column 3 (close): The price "-1" is not over 0.',
      },
      { field: "csvText[5][2]", description: 'Line 5, column 2 (symbol): "a b" is no symbol.' },
      { field: "csvText[6][3]", description: 'Line 6, column 3 (close): "abc" is not a number.' },
      { field: "csvText[6][4]", description: 'Line 6, column 4 (volume): "x" is not a number.' },
      { field: "csvText[7]", description: "Line 7: The line has 3 columns, the header 4." },
      {
        field: "csvText[8][1]",
        description: "Line 8, column 1 (date): 2024-07-01 is in the future.",
      },
      { field: "csvText[9][3]", description: 'Line 9, column 3 (close): "NaN" is not a number.' },
      { field: "csvText[10][3]", description: "Line 10, column 3 (close): The close is empty." },
      {
        field: "csvText[11]",
        description: "Line 11: Line 2 has other prices of A for the same day.",
      },
    ]);
    const { datasets } = await test.prices.listDatasets({});
    expect(datasets.map(({ id }) => id)).not.toContain("bad");
  });

  it("stores the good rows of a bad file when asked to", async () => {
    const csv = "date,A,B\n2024-01-02,1,x\n2024-13-01,5,5\n2024-01-03,2,3\n";

    const report = await importText(csv, { datasetId: "partial", partial: true });

    expect(report).toMatchObject({ insertedCount: 3, problemCount: 2, rowCount: 3 });
    expect(report.problems).toMatchObject([
      { line: 2, column: 3, columnName: "B", reason: "PRICE_INVALID" },
      { line: 3, column: 1, columnName: "date", reason: "DATE_INVALID" },
    ]);
    expect(await barsOf("partial", "B")).toEqual([{ date: "2024-01-03", close: 3 }]);
  });

  it("only checks when asked to", async () => {
    const options = { datasetId: "checked", validateOnly: true };

    const report = await importText("date,A\n2024-01-02,1\n2024-01-03,0\n", options);

    expect(report).toMatchObject({ dataset: { id: "checked", revision: 0 }, insertedCount: 1 });
    expect(report.problems).toMatchObject([{ line: 3, column: 2, reason: "PRICE_NOT_POSITIVE" }]);
    const failure = await failureOf(
      test.instruments.listInstruments({ dataset: { id: "checked" } }),
    );
    expect(failure).toMatchObject({ code: "NotFound", reason: "DATASET_UNKNOWN" });
  });

  it("keeps the first 1000 problems and counts the others", async () => {
    const rows = Array.from({ length: 3000 }, () => "2024-01-02,x").join("\n");

    const report = await importText(`date,A\n${rows}\n`, { validateOnly: true });

    expect(report.problemCount).toBe(3000);
    expect(report.problems).toHaveLength(1000);
    expect(report.problems.at(-1)).toMatchObject({ line: 1001 });
  });

  it("sends no more violations than a trailer holds", async () => {
    const rows = Array.from({ length: 3000 }, () => "2024-01-02,x").join("\n");

    const failure = await failureOf(importText(`date,A\n${rows}\n`));

    expect(failure.violations.length).toBeGreaterThan(30);
    expect(JSON.stringify(failure.violations).length).toBeLessThan(8192);
    expect(failure.message).toContain("3000 problems");
  });

  it("refuses the sample", async () => {
    const failure = await failureOf(importText("date,A\n2024-01-02,1\n", { datasetId: "sample" }));

    expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "DATASET_READ_ONLY" });
    expect(failure.violations).toMatchObject([{ field: "datasetId" }]);
  });

  it("refuses another currency for the same instrument", async () => {
    await importText("date,A\n2024-01-02,1\n", { datasetId: "euro", currency: "EUR" });

    const failure = await failureOf(importText("date,A\n2024-01-03,1\n", { datasetId: "euro" }));

    expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "CURRENCY_MISMATCH" });
  });

  it("sets and keeps the title", async () => {
    await importText("date,A\n2024-01-02,1\n", { datasetId: "titled", title: "Mine" });
    await importText("date,A\n2024-01-02,1\n", { datasetId: "titled" });
    await importText("date,A\n2024-01-02,1\n", { datasetId: "untitled" });

    const { datasets } = await test.prices.listDatasets({});

    expect(datasets.find(({ id }) => id === "titled")).toMatchObject({
      title: "Mine",
      revision: 1,
    });
    expect(datasets.find(({ id }) => id === "untitled")).toMatchObject({ title: "untitled" });
  });

  it.each<[name: string, reason: string, bytes: Uint8Array]>([
    ["an empty file", "CSV_EMPTY", Buffer.from("")],
    ["blank lines", "CSV_EMPTY", Buffer.from("\n\n")],
    ["a header alone", "CSV_EMPTY", Buffer.from("date,A\n")],
    ["a web page", "CSV_HEADER_INVALID", Buffer.from("<!DOCTYPE html>\n<p>Log in, please</p>\n")],
    ["JSON", "CSV_HEADER_INVALID", Buffer.from('{"prices": [1, 2]}\n')],
    ["no date column", "CSV_HEADER_INVALID", Buffer.from("A,B\n1,2\n")],
    ["rows without a header", "CSV_HEADER_INVALID", Buffer.from("2024-01-02,A,1\n")],
    ["one column", "CSV_HEADER_INVALID", Buffer.from("date\n2024-01-02\n")],
    [
      "bars without a symbol",
      "CSV_HEADER_INVALID",
      Buffer.from("Date,Open,Close\n2024-01-02,1,2\n"),
    ],
    ["no close", "CSV_HEADER_INVALID", Buffer.from("date,symbol,open\n2024-01-02,A,2\n")],
    [
      "two closes",
      "CSV_HEADER_INVALID",
      Buffer.from("date,symbol,close,price\n2024-01-02,A,2,3\n"),
    ],
    [
      "an unknown column",
      "CSV_HEADER_INVALID",
      Buffer.from("date,symbol,close,split\n2024-01-02,A,2,3\n"),
    ],
    ["UTF-16", "CSV_ENCODING_INVALID", Buffer.from("\uFEFFdate,A\n2024-01-02,1\n", "utf16le")],
    ["Latin-1", "CSV_ENCODING_INVALID", Buffer.from("date,\xe9\n2024-01-02,1\n", "latin1")],
    ["a spreadsheet", "CSV_ENCODING_INVALID", Buffer.from("PK\x03\x04\x14\0\x06", "latin1")],
    ["binary", "CSV_ENCODING_INVALID", Buffer.from([1, 2, 0, 3])],
    ["torn gzip", "CSV_GZIP_INVALID", gzipSync("date,A\n2024-01-02,1\n").subarray(0, 20)],
    ["gzip in gzip", "CSV_GZIP_INVALID", gzipSync(gzipSync("date,A\n2024-01-02,1\n"))],
  ])("refuses %s with %s", async (_name, reason, bytes) => {
    const failure = await failureOf(importBytes(bytes));

    expect(failure).toMatchObject({ code: "InvalidArgument", reason });
    expect(failure.violations).toHaveLength(1);
  });

  it("refuses a file that unpacks to over a hundred times its size", async () => {
    const failure = await failureOf(importBytes(gzipSync(Buffer.alloc(200 << 20, "\n"))));

    expect(failure).toMatchObject({ code: "ResourceExhausted", reason: "CSV_TOO_LARGE" });
    expect(failure.message).toContain("100 times its size");
  });

  it("refuses a request without a source", async () => {
    const failure = await failureOf(test.prices.importPrices({}));

    expect(failure).toMatchObject({ code: "InvalidArgument", reason: "CSV_EMPTY" });
  });

  it("reports a quote that is never closed", async () => {
    const failure = await failureOf(
      importText('date,A\n2024-01-02,1\n2024-01-03,"2\n2024-01-04,3\n'),
    );

    expect(failure.violations).toMatchObject([{ field: "csvText[3]" }]);
  });

  it("lets imports into one dataset wait for one another", async () => {
    const csv = "date,A\n2024-01-02,1\n2024-01-03,2\n";

    const reports = await Promise.all(
      Array.from({ length: 4 }, () => importText(csv, { datasetId: "raced" })),
    );

    expect(reports.map(({ insertedCount }) => insertedCount).toSorted()).toEqual([0, 0, 0, 2]);
    expect(reports.map(({ dataset }) => dataset?.revision)).toEqual([1, 1, 1, 1]);
  });

  it("takes a new year in several datasets at once", async () => {
    const reports = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        importText("date,A\n1950-01-03,1\n1901-12-31,2\n", { datasetId: `year-${i}` }),
      ),
    );

    expect(reports.map(({ insertedCount }) => insertedCount)).toEqual([2, 2, 2, 2]);
  });

  it("stops reading when the caller gives up", async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `2024-01-02,S${i % 9},1`).join("\n");
    const controller = new AbortController();
    const call = test.prices.importPrices(
      { datasetId: "given-up", source: { case: "csvText", value: `date,symbol,close\n${rows}\n` } },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 20);

    expect(await failureOf(call)).toMatchObject({ code: "Canceled" });
    const { datasets } = await test.prices.listDatasets({});
    expect(datasets.map(({ id }) => id)).not.toContain("given-up");
  });
});
