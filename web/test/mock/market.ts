import { Code } from "@connectrpc/connect";
import { mockError } from "./mock-error.ts";
import type { SamplePrices } from "./sample-prices.ts";

/** Takes the closes of some symbols on the days that all of them share out of a dataset. */
export function sharedDays(
  sample: SamplePrices,
  symbols: readonly string[],
  startDate: string,
  endDate: string,
) {
  refuseUnknown(sample, symbols);
  const columns = symbols.map((symbol) => sample.closes.get(symbol) ?? new Float64Array());
  const days = sample.dates
    .map((date, t) => ({ date, t }))
    .filter(({ date }) => date >= startDate && (endDate === "" || date <= endDate));
  const shared = days.filter(({ t }) => columns.every((closes) => !Number.isNaN(closes[t])));
  if (shared.length < 3) {
    throw mockError(
      Code.FailedPrecondition,
      "HISTORY_TOO_SHORT",
      "The assets share fewer than two daily returns in this period.",
    );
  }
  const own = columns.map((closes) => days.filter(({ t }) => !Number.isNaN(closes[t])));
  return {
    symbols,
    dates: shared.map(({ date }) => date),
    closes: {
      rows: shared.length,
      cols: symbols.length,
      values: Float64Array.from(
        shared.flatMap(({ t }) => columns.map((closes) => closes[t] ?? Number.NaN)),
      ),
    },
    dropped: symbols.flatMap((symbol, i) => {
      const dates = own[i]?.map(({ date }) => date) ?? [];
      const droppedCount = dates.length - shared.length;
      return droppedCount > 0
        ? [{ symbol, startDate: dates[0] ?? "", endDate: dates.at(-1) ?? "", droppedCount }]
        : [];
    }),
  };
}

function refuseUnknown(sample: SamplePrices, symbols: readonly string[]): void {
  const unknown = symbols.flatMap((symbol, i) =>
    sample.closes.has(symbol) ? [] : [{ symbol, i }],
  );
  if (unknown.length > 0) {
    throw mockError(Code.NotFound, "SYMBOL_UNKNOWN", "Some symbols are not in dataset sample.", {
      violations: unknown.map(({ symbol, i }) => ({
        field: `symbols[${i}]`,
        description: `${symbol} is not in dataset sample.`,
      })),
    });
  }
}
