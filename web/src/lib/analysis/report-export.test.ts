// @vitest-environment node
import { create } from "@bufbuild/protobuf";
import { BacktestResultSchema } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { describe, expect, it } from "vitest";
import { formatPercent } from "../format.ts";
import { backtestReport } from "./backtest-report.ts";
import { reportCsv, reportHtml, reportJson } from "./report-export.ts";

const DATES = ["2020-01-02", "2020-12-31", "2021-01-04"];
const report = backtestReport(
  create(BacktestResultSchema, {
    symbols: ["KO", "PEP"],
    strategies: [
      {
        name: "=A, <b>bold</b>",
        values: { dates: DATES, values: [100, 110.25, 0.1 + 0.2] },
        weights: { rows: 1, cols: 2, values: [0.6, 0.4] },
        rebalances: [{ executionDate: "2020-01-02", turnover: 1, costAmount: 2 }],
        tearSheet: {
          totalReturn: 0.1025,
          months: [{ year: 2020, month: 12, compoundReturn: 0.1025 }],
          drawdowns: [{ depth: 0.25, peakDate: "2020-01-02", troughDate: "2020-12-31" }],
        },
      },
    ],
    benchmark: { name: "Benchmark", values: { dates: DATES, values: [100, 101, 102] } },
    provenance: { contentHash: "abc" },
  }),
);

describe("reportCsv", () => {
  it("has the value of each portfolio at each close, in full precision", () => {
    expect(reportCsv(report).split("\r\n")).toEqual([
      `date,"'=A, <b>bold</b>",Benchmark`,
      "2020-01-02,100,100",
      "2020-12-31,110.25,101",
      "2021-01-04,0.30000000000000004,102",
      "",
    ]);
  });
});

describe("reportJson", () => {
  it("has figures, values, weights and what they rest on", () => {
    const { name, portfolios, source } = JSON.parse(reportJson(report, "Mine"));

    expect(name).toBe("Mine");
    expect(portfolios[0]).toMatchObject({
      figures: { totalReturn: 0.1025 },
      values: [100, 110.25, 0.1 + 0.2],
      rebalances: [{ date: "2020-01-02", weights: [0.6, 0.4] }],
    });
    expect(portfolios[1]).toMatchObject({ name: "Benchmark", dates: DATES });
    expect(source.contentHash).toBe("abc");
  });
});

describe("reportHtml", () => {
  const page = reportHtml(report, 'A "report" & more', "2026-01-05");

  it("prints statistics, years and drawdowns", () => {
    expect(page).toContain("<caption>Statistics of all portfolios</caption>");
    expect(page).toContain(`<tr><th scope="row">2020</th><td>${formatPercent(0.1025)}</td>`);
    expect(page).toContain(`<tr><th scope="row">${formatPercent(0.25)}</th><td>2020-01-02</td>`);
    expect(page).toContain("<polyline");
    expect(page).toContain("abc</footer>");
  });

  it("takes no name for markup, and needs nothing from elsewhere", () => {
    expect(page).toContain("<h1>A &quot;report&quot; &amp; more</h1>");
    expect(page).not.toContain("<b>");
    expect(page).not.toMatch(/<script|<link|src=|https?:/u);
  });
});
