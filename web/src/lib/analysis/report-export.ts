import { toJson } from "@bufbuild/protobuf";
import { TearSheetSchema } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { tableCsv } from "../charts/series/csv-text.ts";
import { formatPercent } from "../format.ts";
import { a } from "../i18n/analysis/messages.ts";
import { language } from "../i18n/language.ts";
import type { BacktestReport, ReportPortfolio } from "./backtest-report.ts";
import { escaped } from "./escaped.ts";
import { monthRows } from "./month-rows.ts";
import { growthDrawing } from "./report-drawing.ts";
import { reportPortfolios } from "./report-portfolios.ts";
import { STATISTICS } from "./statistics-rows.ts";

/** Writes the value of each portfolio at each close as CSV, in full precision. */
export function reportCsv(report: BacktestReport): string {
  const portfolios = reportPortfolios(report).filter(({ values }) => values.length > 0);
  const dates = portfolios[0]?.dates ?? [];
  const columns = portfolios.map(({ dates: own, values }) => valuesByDate(own, values));
  return tableCsv({
    caption: "values",
    header: ["date", ...portfolios.map(({ name }) => name)],
    rows: dates.map((date) => [date, ...columns.map((column) => String(column.get(date) ?? ""))]),
  });
}

function valuesByDate(dates: readonly string[], values: Float64Array): ReadonlyMap<string, number> {
  return new Map(dates.map((date, t) => [date, values[t] ?? Number.NaN]));
}

/** Writes figures, values and weights of all portfolios, and what they rest on, as JSON. */
export function reportJson(report: BacktestReport, name: string): string {
  const { source, overfitting, symbols } = report;
  const document = {
    name,
    symbols,
    portfolios: reportPortfolios(report).map(portfolioDocument),
    overfitting,
    source: {
      dataset: source.dataset,
      startDate: source.dates?.startDate,
      endDate: source.dates?.endDate,
      methodVersions: source.methodVersions,
      contentHash: source.contentHash,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function portfolioDocument(portfolio: ReportPortfolio) {
  const { name, dates, values, tearSheet, rebalances, weights, paths, failures } = portfolio;
  return {
    name,
    figures: tearSheet && toJson(TearSheetSchema, tearSheet),
    dates,
    values: Array.from(values),
    rebalances: rebalances.map((rebalance, k) => ({ ...rebalance, weights: weights[k] })),
    paths,
    failures,
  };
}

/**
 * Writes a report that prints on its own: a page without scripts or links.
 *
 * @param printed - Day to be named on it, `YYYY-MM-DD`.
 */
export function reportHtml(report: BacktestReport, name: string, printed: string): string {
  const portfolios = reportPortfolios(report);
  const texts = a.backtest;
  const { source } = report;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${escaped(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(name)}</h1>
<p>${escaped(`${texts.exports.printed(printed)}. ${texts.exports.contents}`)}</p>
${growthDrawing(portfolios, texts.exports.growth)}
${table(
  texts.statistics.caption,
  [texts.statistics.figure, ...portfolios.map((portfolio) => portfolio.name)],
  STATISTICS.map((row) => [texts.statistics.names[row.name], ...portfolios.map(row.textOf)]),
)}
${yearsTable(portfolios)}
${portfolios.map(fallsTable).join("\n")}
<footer>${escaped(
    [source.dataset, source.dates?.startDate, source.dates?.endDate, source.contentHash]
      .filter(Boolean)
      .join(" · "),
  )}</footer>
</body>
</html>
`;
}

const STYLE = `
@page { size: A4; margin: 15mm }
body { font: 11pt/1.4 system-ui, sans-serif; color: #141a22; max-width: 60rem; margin: 1rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-variant-numeric: tabular-nums }
caption { text-align: start; font-weight: 600; padding: .3rem 0 }
th, td { text-align: end; padding: .15rem .4rem; border-bottom: 1px solid #e2e6ec; font-weight: 400 }
th:first-child { text-align: start }
tr { break-inside: avoid }
figure { margin: 1rem 0; break-inside: avoid }
footer { color: #566171; font-size: 9pt; overflow-wrap: anywhere }
`;

function yearsTable(portfolios: readonly ReportPortfolio[]): string {
  const byYear = portfolios.map(
    ({ tearSheet }) =>
      new Map(monthRows(tearSheet?.months ?? []).map(({ year, whole }) => [year, whole])),
  );
  const years = [...new Set(byYear.flatMap((map) => [...map.keys()]))].sort((x, y) => x - y);
  const rows = years.map((year) => [
    String(year),
    ...byYear.map((map) => formatPercent(map.get(year))),
  ]);
  const header = [a.backtest.years.year, ...portfolios.map(({ name }) => name)];
  return rows.length === 0 ? "" : table(a.backtest.years.caption, header, rows);
}

function fallsTable({ name, tearSheet }: ReportPortfolio): string {
  const texts = a.backtest.falls;
  const rows = (tearSheet?.drawdowns ?? []).map((fall) => [
    formatPercent(fall.depth),
    fall.peakDate,
    fall.troughDate,
    fall.recoveryDate || texts.open,
  ]);
  const header = [texts.depth, texts.peak, texts.trough, texts.recovery];
  return rows.length === 0 ? "" : table(`${texts.title}: ${name}`, header, rows);
}

function table(caption: string, header: readonly string[], rows: readonly (readonly string[])[]) {
  const head = header.map((text) => `<th scope="col">${escaped(text)}</th>`).join("");
  const body = rows.map(([first = "", ...rest]) => {
    const cells = rest.map((text) => `<td>${escaped(text)}</td>`).join("");
    return `<tr><th scope="row">${escaped(first)}</th>${cells}</tr>`;
  });
  return `<table><caption>${escaped(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}
