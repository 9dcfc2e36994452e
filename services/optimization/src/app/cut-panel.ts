import type { PricePanel } from "@portfolio/platform/prices/price-history";

/** Keeps some days of prices: those of the rows from one on and before another. */
export function cutPanel(panel: PricePanel, start: number, end: number): PricePanel {
  const { cols, values } = panel.closes;
  return {
    ...panel,
    dates: panel.dates.slice(start, end),
    closes: { rows: end - start, cols, values: values.subarray(start * cols, end * cols) },
  };
}
