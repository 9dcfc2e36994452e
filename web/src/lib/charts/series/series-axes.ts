import { scaleLinear } from "d3-scale";
import { type Axis, horizontalTickCount, verticalTickCount } from "../plot-scales.ts";

const DAY_MS = 86_400_000;
const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120, 240];
const DAYS_PER_MONTH = 30.4375;

/** Days since 1970 of an ISO date. */
export function dayNumber(isoDate: string): number {
  return Date.parse(`${isoDate}T00:00:00Z`) / DAY_MS;
}

/** An axis of calendar time, in days since 1970, with ticks at the start of months or years. */
export function timeAxis(days: ArrayLike<number>, range: readonly [number, number]): Axis {
  const [first, last] = [days[0] ?? 0, days[days.length - 1] ?? 1];
  const scale = scaleLinear([first, Math.max(last, first + 1)], range);
  const months = (last - first) / DAYS_PER_MONTH;
  const most = horizontalTickCount(range[1] - range[0]);
  const step = MONTH_STEPS.find((candidate) => months / candidate <= most) ?? 480;
  return {
    scale,
    ticks: monthStarts(first, last, step),
    hasBreak: false,
    format: timeFormat(step),
  };
}

/** An axis of numbers, such as forecasts. */
export function numberAxis(numbers: ArrayLike<number>, range: readonly [number, number]): Axis {
  const [first, last] = [numbers[0] ?? 0, numbers[numbers.length - 1] ?? 1];
  const scale = scaleLinear([first, last > first ? last : first + 1], range);
  const count = horizontalTickCount(range[1] - range[0]);
  return { scale, ticks: scale.ticks(count), hasBreak: false, format: scale.tickFormat(count) };
}

/** An axis of counted steps, such as months from now. */
export function stepAxis(
  count: number,
  range: readonly [number, number],
  format: (step: number) => string,
): Axis {
  const scale = scaleLinear([0, Math.max(1, count - 1)], range);
  const ticks = scale.ticks(horizontalTickCount(range[1] - range[0])).filter(Number.isInteger);
  return { scale, ticks, hasBreak: false, format };
}

export interface ValueAxisOptions {
  readonly range: readonly [number, number];
  readonly format: (value: number) => string;
  /** Whether equal ratios take equal room. Values at or below 0 are then left out. */
  readonly isLogarithmic?: boolean;
  /** Whether 0 is always on the axis. */
  readonly includesZero?: boolean;
}

/** An axis over all values. A logarithmic one is in decimal logarithms: pass values through `placeOf`. */
export function valueAxis(values: Iterable<number>, options: ValueAxisOptions): Axis {
  const { range, format, isLogarithmic = false, includesZero = false } = options;
  const place = isLogarithmic ? Math.log10 : (value: number) => value;
  const [low, high] = extent(values, place, includesZero);
  const scale = scaleLinear([low, high], range);
  const count = verticalTickCount(Math.abs(range[0] - range[1]));
  if (!isLogarithmic) {
    const nice = scale.nice(count);
    const ticks = nice.ticks(count).map(withoutSign);
    return { scale: nice, ticks, hasBreak: false, format: distinctFormat(ticks, format, count) };
  }
  return {
    scale,
    ticks: roundPowers(low, high, count),
    hasBreak: false,
    format: (at) => format(10 ** at),
  };
}

/** Writes ticks with more digits where the usual ones do not tell them apart. */
function distinctFormat(
  ticks: readonly number[],
  format: (value: number) => string,
  count: number,
): (value: number) => string {
  const labels = ticks.map(format);
  if (new Set(labels).size === labels.length) {
    return format;
  }
  const isPercent = labels.every((label) => label.endsWith("%"));
  const domain = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return scaleLinear(domain, [0, 1]).tickFormat(count, isPercent ? "%" : undefined);
}

/** Makes 0 of a negative 0. */
function withoutSign(tick: number): number {
  return tick + 0;
}

function extent(
  values: Iterable<number>,
  place: (value: number) => number,
  includesZero: boolean,
): [number, number] {
  let low = includesZero ? 0 : Number.POSITIVE_INFINITY;
  let high = includesZero ? 0 : Number.NEGATIVE_INFINITY;
  for (const value of values) {
    const at = place(value);
    if (Number.isFinite(at)) {
      low = Math.min(low, at);
      high = Math.max(high, at);
    }
  }
  if (low > high) {
    return [0, 1];
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Logarithms of 1, 2 and 5 times powers of ten, or powers alone where these are too many. */
function roundPowers(low: number, high: number, count: number): number[] {
  const inside = (factors: readonly number[]) => {
    const ticks: number[] = [];
    for (let power = Math.floor(low); power <= high; power += 1) {
      ticks.push(...factors.map((factor) => power + Math.log10(factor)));
    }
    return ticks.filter((tick) => tick >= low && tick <= high);
  };
  const choices = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]].map(inside);
  return choices.find((ticks) => ticks.length <= count + 1) ?? choices.at(-1) ?? [];
}

function monthStarts(first: number, last: number, step: number): number[] {
  const start = new Date(first * DAY_MS);
  if (Number.isNaN(start.getTime()) || !Number.isFinite(last)) {
    return [];
  }
  let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
  const ticks: number[] = [];
  for (;;) {
    month += 1;
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
    if (day > last) {
      return ticks;
    }
    if (month % step === 0) {
      ticks.push(day);
    }
  }
}

function timeFormat(step: number): (day: number) => string {
  const length = step >= 12 ? 4 : 7;
  return (day) => new Date(day * DAY_MS).toISOString().slice(0, length);
}
