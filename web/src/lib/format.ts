/**
 * Numbers and dates as people read them, in one language for the whole page.
 *
 * Minus is U+2212, a missing value is an en dash, and no number ever shows as −0.
 */

/** Shown where there is no value. */
export const MISSING = "–";

/** Percentage points, briefly, by language. */
const POINTS: Readonly<Record<string, string>> = { de: "PP" };

const NO_BREAK_SPACE = "\u00a0";

let locale = "en-US";
const numberFormats = new Map<string, Intl.NumberFormat>();

/** Chooses the language of all formats. Call it before the first component mounts. */
export function setFormatLocale(tag: string): void {
  locale = tag;
  numberFormats.clear();
}

/** Formats a fraction as a percentage: 0.123 gives "12.3%"; under 1 % it has two decimals. */
export function formatPercent(fraction: number | undefined): string {
  const isSmall = fraction !== undefined && fraction !== 0 && Math.abs(fraction) < 0.00995;
  return formatNumber(fraction, percentOptions(isSmall ? 2 : 1));
}

/** Formats a weight, a fraction: always with one decimal. */
export function formatWeight(fraction: number | undefined): string {
  return formatNumber(fraction, percentOptions(1));
}

/** Formats a fraction as a percentage with a fixed number of decimals, for axes. */
export function formatPercentWith(fraction: number, decimals: number): string {
  return formatNumber(fraction, percentOptions(decimals));
}

/** Formats a difference of two fractions in percentage points, with its sign: "+1.8 pp". */
export function formatPercentPoints(difference: number | undefined): string {
  const points = difference === undefined ? undefined : difference * 100;
  const text = formatNumber(points, { ...decimals(1), signDisplay: "exceptZero" });
  return text === MISSING
    ? MISSING
    : `${text}${NO_BREAK_SPACE}${POINTS[locale.slice(0, 2)] ?? "pp"}`;
}

/** Formats a ratio, such as a Sharpe ratio, with two decimals. */
export function formatRatio(ratio: number | undefined): string {
  return formatNumber(ratio, decimals(2));
}

/** Formats a difference of two ratios with its sign. */
export function formatRatioChange(difference: number | undefined): string {
  return formatNumber(difference, { ...decimals(2), signDisplay: "exceptZero" });
}

/** Formats a number of any size with two significant digits: "1.2E-11", and from 0.01 to 1000 as "0.12". */
export function formatScientific(value: number | undefined): string {
  const size = Math.abs(value ?? 0);
  const isPlain = size === 0 || (size >= 0.01 && size < 1000);
  return formatNumber(value, {
    maximumSignificantDigits: 2,
    ...(isPlain ? {} : { notation: "scientific" }),
  });
}

/** Formats a whole number, such as a number of shares. */
export function formatCount(count: number | undefined): string {
  return formatNumber(count, decimals(0));
}

/** Formats an amount of money: no decimals from 1,000, otherwise two. */
export function formatMoney(amount: number | undefined, currency: string): string {
  const isLarge = amount !== undefined && Math.abs(amount) >= 999.995;
  return formatNumber(amount, { ...moneyOptions(currency), ...decimals(isLarge ? 0 : 2) });
}

/** Formats an amount of money briefly: "$1.24M". Show the full value beside it, as a title. */
export function formatMoneyShort(amount: number | undefined, currency: string): string {
  const options = { ...moneyOptions(currency), notation: "compact", maximumFractionDigits: 2 };
  return formatNumber(amount, options as Intl.NumberFormatOptions);
}

/** Formats a price with the decimals of its tick: two from 1, four below. */
export function formatPrice(price: number | undefined, currency: string): string {
  const isSmall = price !== undefined && Math.abs(price) < 1;
  return formatNumber(price, { ...moneyOptions(currency), ...decimals(isSmall ? 4 : 2) });
}

/** Formats a duration by its largest unit, or two from one hour: "45 sec", "3 min", "1 hr 5 min". */
export function formatDuration(durationMs: number | undefined): string {
  if (durationMs === undefined || !Number.isFinite(durationMs)) {
    return MISSING;
  }
  const seconds = Math.floor(durationMs / 1000);
  if (seconds < 60) return formatUnit(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return formatUnit(minutes, "minute");
  const hours = formatUnit(Math.floor(minutes / 60), "hour");
  return minutes % 60 === 0 ? hours : `${hours} ${formatUnit(minutes % 60, "minute")}`;
}

/** Writes a number for a field where it can be edited: all its digits, without groups. */
export function formatEditable(value: number): string {
  return String(value).replace(".", decimalSign());
}

/** Reads an amount as it is typed, with or without separators of thousands; NaN if it is none. */
export function parseAmount(text: string): number {
  const groups = decimalSign() === "," ? /[\s.'’_]/gu : /[\s,'’_]/gu;
  return Number(text.replaceAll(groups, "").replace(",", "."));
}

function decimalSign(): string {
  return numberFormat(decimals(1)).format(0).charAt(1);
}

/** Formats an ISO date for running text: "2025-10-31" gives "31 Oct 2025". */
export function formatDate(isoDate: string | undefined): string {
  const time = isoDate === undefined ? Number.NaN : Date.parse(`${isoDate}T00:00:00Z`);
  if (Number.isNaN(time)) {
    return MISSING;
  }
  const format = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  if (!locale.startsWith("en")) {
    return format.format(time);
  }
  const parts = new Map(format.formatToParts(time).map((part) => [part.type, part.value]));
  return `${parts.get("day")} ${parts.get("month")} ${parts.get("year")}`;
}

/**
 * Rounds fractions so that the rounded ones still add up.
 *
 * Each is cut to the step, and the steps that are missing from the rounded total go to the entries
 * that lost most (the largest-remainder method).
 *
 * @param fractions - Weights as fractions, of any sign.
 * @param decimals - Decimals of the percentage: 1 rounds to 0.1 %.
 * @returns Fractions whose percentages sum to the rounded sum of the given ones.
 */
export function roundToSum(fractions: ArrayLike<number>, decimals: number): number[] {
  const step = 10 ** (decimals + 2);
  const scaled = Array.from(fractions, (fraction) => fraction * step);
  const floors = scaled.map(Math.floor);
  const total = Math.round(scaled.reduce((sum, value) => sum + value, 0));
  const missing = total - floors.reduce((sum, value) => sum + value, 0);
  const byLoss = scaled
    .map((value, i) => ({ i, loss: value - Math.floor(value) }))
    .sort((a, b) => b.loss - a.loss || a.i - b.i);
  const raised = new Set(byLoss.slice(0, missing).map(({ i }) => i));
  return floors.map((value, i) => (value + (raised.has(i) ? 1 : 0)) / step);
}

function formatUnit(value: number, unit: "second" | "minute" | "hour"): string {
  return formatNumber(value, { style: "unit", unit, unitDisplay: "short", ...decimals(0) });
}

function formatNumber(value: number | undefined, options: Intl.NumberFormatOptions): string {
  if (value === undefined || !Number.isFinite(value)) {
    return MISSING;
  }
  return numberFormat(options).format(value).replaceAll("-", "\u2212");
}

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = numberFormats.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = new Intl.NumberFormat(locale, { signDisplay: "negative", ...options });
  numberFormats.set(key, made);
  return made;
}

function decimals(count: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: count, maximumFractionDigits: count };
}

function percentOptions(count: number): Intl.NumberFormatOptions {
  return { style: "percent", ...decimals(count) };
}

function moneyOptions(currency: string): Intl.NumberFormatOptions {
  return { style: "currency", currency, currencyDisplay: "narrowSymbol" };
}
