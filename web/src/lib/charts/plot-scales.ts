import { type ScaleLinear, scaleLinear } from "d3-scale";
import { formatPercentWith } from "../format.ts";

/** The inside of a plot in CSS pixels: where data is drawn. */
export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One axis: its scale, and the ticks that fit. */
export interface Axis {
  readonly scale: ScaleLinear<number, number>;
  readonly ticks: readonly number[];
  /** Whether the axis starts away from 0, which the plot then marks with a break. */
  readonly hasBreak: boolean;
  readonly format: (value: number) => string;
}

export interface AxisOptions {
  readonly range: readonly [number, number];
  readonly tickCount: number;
}

// The ends of an axis are round numbers of about a tenth of its length.
const NICE_STEPS = 10;
// An axis starts at 0 unless that would leave more than this share of it empty.
const EMPTY_SHARE_MAX = 0.3;
// Values closer than this, a hundredth of a basis point, are one value that rounding has split.
const SMALLEST_SPAN = 1e-6;

/** Makes an axis of fractions shown as percentages, over all values, from 0 where that fits. */
export function percentAxis(values: Iterable<number>, options: AxisOptions): Axis {
  const [low, high] = extent(values);
  const startsAtZero = low >= 0 && low <= EMPTY_SHARE_MAX * high;
  const span = high - low > SMALLEST_SPAN ? high - low : Math.abs(high) || 0.01;
  const padding = Math.max(SMALLEST_SPAN, span * 0.04);
  const domain = startsAtZero ? [0, high + padding] : [low - padding, high + padding];
  const scale = scaleLinear(domain, options.range).nice(NICE_STEPS);
  return axisOf(scale, options.tickCount);
}

/** Makes an axis of fractions over exactly the values' range, which the plot then shows unbroken. */
export function exactPercentAxis(values: Iterable<number>, options: AxisOptions): Axis {
  const [low, high] = extent(values);
  const span = high - low > SMALLEST_SPAN ? [low, high] : [low - 0.005, low + 0.005];
  return { ...axisOf(scaleLinear(span, options.range), options.tickCount), hasBreak: false };
}

/** How many ticks fit on a horizontal axis: labels need about 90 px each, and three always find room. */
export function horizontalTickCount(width: number): number {
  return Math.max(3, Math.floor(width / 90));
}

/** How many grid lines a plot of this height carries: four to six, fewer when it is tiny. */
export function verticalTickCount(height: number): number {
  return Math.max(2, Math.min(5, Math.floor(height / 45)));
}

function axisOf(scale: ScaleLinear<number, number>, tickCount: number): Axis {
  const ticks = scale.ticks(tickCount);
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const decimals = Math.min(3, Math.max(0, Math.ceil(-Math.log10(step * 100) - 1e-9)));
  const [start = 0, end = 0] = scale.domain();
  return {
    scale,
    ticks,
    hasBreak: start > 0 || end < 0,
    format: (value) => formatPercentWith(value, decimals),
  };
}

function extent(values: Iterable<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 0.01];
}
