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
  if (n < 2) {
    return a.risk.correlation.single;
  }
  let most = 1;
  let least = 1;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      const k = i * n + j;
      const value = correlations[k] ?? 0;
      most = value > (correlations[most] ?? 0) ? k : most;
      least = value < (correlations[least] ?? 0) ? k : least;
    }
  }
  const pair = (k: number) => [symbols[Math.floor(k / n)] ?? "", symbols[k % n] ?? ""] as const;
  const value = (k: number) => formatRatio(correlations[k]);
  return a.risk.correlation.finding(...pair(most), value(most), ...pair(least), value(least));
}
