import { formatPercent, formatPercentPoints, formatRatio, formatWeight } from "../format.ts";
import {
  type FrontierModel,
  type FrontierPortfolio,
  portfolioAt,
  positionOfMaximumSharpe,
  positionOfVolatility,
} from "../frontier/frontier.ts";
import type { ChartLabels } from "./chart-labels.ts";
import type { NamedPoint } from "./plot-marks.ts";

// A smaller gap to the frontier, a fraction per year, is not worth a sentence.
const GAP_MIN = 0.0005;

/** States the frontier's main finding in one sentence. */
export function frontierFinding(
  model: FrontierModel,
  comparison: NamedPoint | undefined,
  labels: ChartLabels,
): string {
  const best = portfolioAt(model, positionOfMaximumSharpe(model));
  const lowest = portfolioAt(model, 0);
  if (comparison !== undefined && comparison.volatility >= lowest.volatility) {
    const matched = portfolioAt(model, positionOfVolatility(model, comparison.volatility));
    const gap = matched.expectedReturn - comparison.expectedReturn;
    if (gap >= GAP_MIN) {
      const volatility = formatPercent(comparison.volatility);
      return labels.gapFinding(comparison.label, volatility, formatGap(gap));
    }
  }
  return labels.sharpeFinding(
    formatRatio(best.sharpe),
    formatPercent(best.volatility),
    formatPercent(lowest.volatility),
  );
}

/** Says a handle's place in words, for screen readers. */
export function handleValueText(
  model: FrontierModel,
  portfolio: FrontierPortfolio,
  labels: ChartLabels,
): string {
  return labels.handleValue({
    volatility: formatPercent(portfolio.volatility),
    expectedReturn: formatPercent(portfolio.expectedReturn),
    sharpe: formatRatio(portfolio.sharpe),
    weights: largestWeightsText(model.symbols, portfolio.weights, 3),
  });
}

/** Lists the largest weights in words: "BND 39.8%, TIP 19.6%". */
function largestWeightsText(
  symbols: readonly string[],
  weights: ArrayLike<number>,
  count: number,
): string {
  return symbols
    .map((symbol, i) => ({ symbol, weight: weights[i] ?? 0 }))
    .filter(({ weight }) => Math.abs(weight) >= 0.0005)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, count)
    .map(({ symbol, weight }) => `${symbol} ${formatWeight(weight)}`)
    .join(", ");
}

/** One row of the table that stands for the chart. */
export interface FrontierRow {
  readonly name: string;
  readonly expectedReturn: number;
  readonly volatility: number;
  readonly sharpe: number;
  readonly largestWeights: string;
}

/** Lists portfolios along the frontier, evenly in return, with the named ones in their place. */
export function frontierRows(
  model: FrontierModel,
  position: number,
  labels: ChartLabels,
): FrontierRow[] {
  const named = [
    { name: labels.minimumVolatility, position: 0 },
    { name: labels.maximumSharpe, position: positionOfMaximumSharpe(model) },
    { name: labels.selected, position },
    { name: labels.highestReturn, position: 1 },
  ];
  const between = Array.from({ length: 9 }, (_, i) => ({ name: "", position: (i + 1) / 10 }));
  return [...named, ...between]
    .sort((a, b) => a.position - b.position)
    .map((row) => {
      const { weights, ...figures } = portfolioAt(model, row.position);
      return {
        name: row.name,
        ...figures,
        largestWeights: largestWeightsText(model.symbols, weights, 5),
      };
    });
}

/** Says which assets lead at each end of the frontier. */
export function weightsFinding(model: FrontierModel, labels: ChartLabels): string {
  const leaders = (position: number) =>
    largestWeightsText(model.symbols, portfolioAt(model, position).weights, 2);
  return labels.weightsFinding(leaders(0), leaders(1));
}

function formatGap(gap: number): string {
  return formatPercentPoints(gap).replace("+", "");
}
