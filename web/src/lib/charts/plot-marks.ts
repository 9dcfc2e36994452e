import { formatPercent } from "../format.ts";
import { type FrontierModel, portfolioAt, positionOfMaximumSharpe } from "../frontier/frontier.ts";
import type { ChartLabels } from "./chart-labels.ts";
import type { MarkerShape } from "./marker-paths.ts";

/** A portfolio or an asset at its place, fractions per year. */
export interface RiskReturn {
  readonly volatility: number;
  readonly expectedReturn: number;
}

/** A single asset held alone. */
export interface AssetPoint extends RiskReturn {
  readonly symbol: string;
}

/** A portfolio to compare with. */
export interface NamedPoint extends RiskReturn {
  readonly label: string;
}

/** A marker on the plot. */
export interface PlotMark extends RiskReturn {
  readonly shape: MarkerShape;
  readonly name: string;
  /** Written beside the marker where there is room. Empty for none. */
  readonly label: string;
  /** Stays in the plot even if that stretches the axes; others may lie off the scale. */
  readonly isCore: boolean;
}

export interface MarkSources {
  readonly assets: readonly AssetPoint[];
  readonly equalWeight: NamedPoint | undefined;
  readonly current: NamedPoint | undefined;
}

/** Lists the marks of a frontier plot; the first ones get their labels first. */
export function plotMarks(
  model: FrontierModel,
  { assets, equalWeight, current }: MarkSources,
  labels: ChartLabels,
): PlotMark[] {
  return [
    ...comparison(current, "ring"),
    ...comparison(equalWeight, "square"),
    bare(portfolioAt(model, 0), "triangle", labels.minimumVolatility),
    bare(portfolioAt(model, positionOfMaximumSharpe(model)), "diamond", labels.maximumSharpe),
    ...assets.map(
      ({ symbol, volatility, expectedReturn }): PlotMark => ({
        volatility,
        expectedReturn,
        shape: "cross",
        name: symbol,
        label: symbol,
        isCore: false,
      }),
    ),
  ];
}

/** Writes the label of a mark that lies off the scale: its name, and its place in the order of the axes. */
export function offScaleLabel(mark: PlotMark): string {
  return `${mark.name} (${formatPercent(mark.volatility)}, ${formatPercent(mark.expectedReturn)})`;
}

function comparison(point: NamedPoint | undefined, shape: MarkerShape): PlotMark[] {
  if (point === undefined) {
    return [];
  }
  const { volatility, expectedReturn, label } = point;
  return [{ volatility, expectedReturn, shape, name: label, label, isCore: true }];
}

function bare(point: RiskReturn, shape: MarkerShape, name: string): PlotMark {
  const { volatility, expectedReturn } = point;
  return { volatility, expectedReturn, shape, name, label: "", isCore: true };
}
