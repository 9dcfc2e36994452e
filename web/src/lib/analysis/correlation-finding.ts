import { formatRatio } from "../format.ts";
import { a } from "../i18n/analysis/messages.ts";

/** Names the two assets that move most alike, and the two that move least alike. */
export function correlationFinding({
  symbols,
  correlations,
}: {
  readonly symbols: readonly string[];
  readonly correlations: Float64Array;
}): string {
  const n = symbols.length;
  const above = Array.from(correlations.keys()).filter((k) => k % n > Math.floor(k / n));
  if (above.length === 0) {
    return a.risk.correlation.single;
  }
  const at = (k: number) => correlations[k] ?? 0;
  const most = above.reduce((best, k) => (at(k) > at(best) ? k : best));
  const least = above.reduce((best, k) => (at(k) < at(best) ? k : best));
  const pair = (k: number) => [symbols[Math.floor(k / n)] ?? "", symbols[k % n] ?? ""] as const;
  const value = (k: number) => formatRatio(at(k));
  return a.risk.correlation.finding(...pair(most), value(most), ...pair(least), value(least));
}
