import type { AllocationRow } from "./allocation-rows.ts";
import type { AnswerSource } from "./answer-source.ts";
import type { ChosenPortfolio } from "./chosen-portfolio.ts";

/** What is exported: the figures on the page, and what they rest on. */
export interface ExportContent {
  readonly rows: readonly AllocationRow[];
  readonly portfolio: ChosenPortfolio;
  readonly source: AnswerSource | undefined;
  /** The request in the JSON form of the contract. */
  readonly request: unknown;
  readonly cash: {
    readonly amount: number;
    readonly left: number | undefined;
    readonly currency: string;
  };
}

/** Writes the allocation as CSV: full precision, a point as decimal mark, RFC 4180. */
export function allocationCsv(content: ExportContent): string {
  const header = [
    "symbol",
    "weight",
    "change_vs_equal_weight",
    "risk_share",
    "shares",
    "price",
    "cost",
  ];
  const lines = content.rows.map((row) =>
    [row.symbol, row.weight, row.change, row.riskShare, row.shares, row.price, row.cost]
      .map(csvCell)
      .join(","),
  );
  return `${[header.join(","), ...lines].join("\r\n")}\r\n`;
}

/** Writes request, figures, allocation and source as JSON. */
export function allocationJson(content: ExportContent): string {
  const { portfolio, rows, source, request, cash } = content;
  const document = {
    request,
    figures: {
      expectedReturnPerYear: portfolio.expectedReturn,
      volatilityPerYear: portfolio.volatility,
      sharpeRatio: portfolio.sharpe,
    },
    allocation: rows.map(({ roundedWeight: _shown, ...row }) => row),
    cash,
    source: source && {
      dataset: source.dataset,
      startDate: source.dates?.startDate,
      endDate: source.dates?.endDate,
      methodVersions: source.methodVersions,
      contentHash: source.contentHash,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function csvCell(value: string | number | undefined): string {
  if (typeof value === "string") {
    // A leading sign would make a spreadsheet run the text as a formula.
    const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
    return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  return value === undefined ? "" : String(value);
}
