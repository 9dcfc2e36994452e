import type { ChartTable } from "./chart-data.ts";

/** Writes a table as CSV (RFC 4180), as it is shown. */
export function tableCsv({ header, rows }: ChartTable): string {
  return `${[header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(text: string): string {
  const plain = text.replaceAll("\u2212", "-").replaceAll("\u00a0", " ");
  // A leading sign would make a spreadsheet run text as a formula; a number may have one.
  const safe = /^[=+@\t\r]/u.test(plain) || /^-\D/u.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
