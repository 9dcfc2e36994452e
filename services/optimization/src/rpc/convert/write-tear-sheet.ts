import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  BenchmarkFiguresSchema,
  TearSheetSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type { BenchmarkFigures, TearSheet } from "@portfolio/quant";
import { dateOf } from "../../domain/backtest-days.ts";
import { writeDrawdown } from "./write-reports.ts";

/**
 * Writes the statistics of a return series.
 *
 * @param days - Of its values: one more than there are returns.
 */
export function writeTearSheet(
  sheet: TearSheet,
  days: Int32Array,
): MessageInitShape<typeof TearSheetSchema> {
  const dates = Array.from(days, dateOf);
  const { benchmark, bestDay, worstDay } = sheet;
  return {
    returnCount: sheet.dayCount,
    totalReturn: sheet.totalReturn,
    compoundReturnPerYear: sheet.compoundReturnPerYear,
    meanReturnPerYear: sheet.meanReturnPerYear,
    volatilityPerYear: sheet.volatilityPerYear,
    ...ratios(sheet),
    valueAtRiskPerDay: sheet.valueAtRiskPerDay,
    conditionalValueAtRiskPerDay: sheet.conditionalValueAtRiskPerDay,
    ulcerIndex: sheet.ulcerIndex,
    drawdowns: sheet.drawdowns.map((drawdown) => writeDrawdown(drawdown, dates)),
    months: sheet.calendar.months.map(({ year, month, compoundReturn }) => ({
      year,
      month,
      compoundReturn,
    })),
    bestDay: { date: dateOf(bestDay.day), simpleReturn: bestDay.simpleReturn },
    worstDay: { date: dateOf(worstDay.day), simpleReturn: worstDay.simpleReturn },
    hitRate: sheet.hitRate,
    monthlyHitRate: sheet.monthlyHitRate,
    ...(benchmark && { benchmark: writeBenchmark(benchmark) }),
  };
}

function ratios(sheet: TearSheet) {
  const { sharpe } = sheet;
  const trackRecordDays = sharpe?.minimumTrackRecordDays ?? Number.POSITIVE_INFINITY;
  return withoutUnset({
    sharpeRatio: sharpe?.ratioPerYear,
    sharpeStandardError: sharpe?.standardErrorPerYear,
    probabilisticSharpe: sharpe?.probabilistic,
    deflatedSharpe: sharpe?.deflated,
    minimumTrackRecordDays: Number.isFinite(trackRecordDays) ? trackRecordDays : undefined,
    sortinoRatio: sheet.sortinoPerYear,
    calmarRatio: sheet.calmar,
    omegaRatio: sheet.omega,
    tailRatio: sheet.tailRatio,
    skewness: sheet.skewness,
    kurtosis: sheet.kurtosis,
  });
}

function writeBenchmark(
  figures: BenchmarkFigures,
): MessageInitShape<typeof BenchmarkFiguresSchema> {
  const { trackingErrorPerYear, battingAverage, ...others } = figures;
  return { trackingErrorPerYear, battingAverage, ...withoutUnset(others) };
}

/** Leaves out what has no meaning: the contract tells it from 0. */
function withoutUnset<Name extends string>(
  figures: Readonly<Record<Name, number | undefined>>,
): Partial<Record<Name, number>> {
  const set = Object.entries<number | undefined>(figures).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(set) as Partial<Record<Name, number>>;
}
