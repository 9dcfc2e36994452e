import type { Matrix } from "@portfolio/quant";
import type { PriceMarket } from "../features/price-market.ts";
import { compareForecasts } from "../validation/diebold-mariano.ts";
import { calibrationLine, rSquaredOutOfSample } from "../validation/forecast-errors.ts";
import { summarizeCoefficients } from "../validation/information-coefficient.ts";
import { baselineForecasts } from "./baseline-forecasts.ts";
import { dailyLosses } from "./daily-losses.ts";
import { type ForecastRows, forecastRows, scatter } from "./forecast-days.ts";
import type { BaselineName } from "./forecast-rule.ts";
import { type ForecastTarget, outcomesOf } from "./forecast-target.ts";
import type { ForecastReplay } from "./forecast-training.ts";
import { excessReturns, longShortSkill, returnsByGroup, type TriedSharpes } from "./long-short.ts";
import { exponentialForecasts } from "./volatility-forecasts.ts";

/** A measure of forecasts on days that training had not seen. */
export interface SkillMeasure {
  /** Such as `rank_ic`. */
  readonly name: string;
  readonly value: number;
  readonly standardError: number | undefined;
  /** From 1; 0 means all folds. */
  readonly fold: number;
}

/** A measure by day or by step. */
export interface SkillSeries {
  /** Such as `rank_ic`. */
  readonly name: string;
  readonly unit: "day" | "step";
  /** Rows of closes, or steps: days ahead of `rank_ic_by_horizon`, groups of `return_by_group`. */
  readonly points: Int32Array;
  readonly values: Float64Array;
}

/** How good forecasts were. */
export interface SkillReport {
  readonly measures: readonly SkillMeasure[];
  readonly series: readonly SkillSeries[];
}

/**
 * Measures forecasts on days that training had not seen.
 *
 * - `rank_ic`, `ic`: mean over days of the correlations of forecasts and outcomes, with its
 *   Newey–West error of h − 1 lags; `icir` and `icir_per_year` its ratio to the deviation, `ic_t` its
 *   t-statistic.
 * - `r2_oos` against 0, for volatilities against the rolling variance; `calibration_slope` and
 *   `calibration_intercept`; `qlike` and `pinball` are mean losses, `coverage` the share of returns
 *   below their quantile.
 * - `dm_t_…` and `dm_p_…` compare daily losses with those of each baseline: positive is better than it.
 * - `long_short_sharpe` per year of the upper third less the lower third every h days, and
 *   `long_short_deflated`, the chance that it is not the luck of all trials.
 *
 * @param tried - Sharpe ratios of what was tried for the model before.
 */
export function skillReport(
  market: PriceMarket,
  target: ForecastTarget,
  replay: ForecastReplay,
  tried: TriedSharpes,
): SkillReport {
  const rows = forecastRows(market, replay.days);
  const tested = { market, target, replay, rows };
  const returns = excessReturns(market, target.horizonDays, replay, rows);
  const losses = dailyLosses(target, replay);
  const orders = target.kind === "rank" || target.kind === "return";
  const foldCount = replay.folds.reduce((most, fold) => Math.max(most, fold), 0);
  const folds = Array.from({ length: foldCount }, (_, k) => k + 1);
  const measures = [
    ...meansOf(losses, target.horizonDays, () => true, 0),
    ...folds.flatMap((fold) =>
      meansOf(losses, target.horizonDays, (day) => replay.folds[day] === fold, fold),
    ),
    ...errorMeasures(tested),
    ...comparisons(tested),
    ...(orders ? longShortSkill(returns, target.horizonDays, replay, tried) : []),
  ];
  const series = Object.entries(losses).map(
    ([name, { days, values }]): SkillSeries => ({
      name,
      unit: "day",
      points: days.map((day) => replay.days[day]),
      values,
    }),
  );
  return {
    measures: measures.filter(({ value }) => Number.isFinite(value)),
    series: orders ? [...series, decay(tested), returnsByGroup(returns, replay)] : series,
  };
}

/** What is measured, and the rows of its days. */
interface Tested {
  readonly market: PriceMarket;
  readonly target: ForecastTarget;
  readonly replay: ForecastReplay;
  readonly rows: ForecastRows;
}

const DAYS_PER_YEAR = 252;

/** Means of daily figures, of the days that are wanted. */
function meansOf(
  losses: ReturnType<typeof dailyLosses>,
  horizonDays: number,
  isWanted: (day: number) => boolean,
  fold: number,
): SkillMeasure[] {
  return Object.entries(losses).flatMap(([name, { days, values }]) => {
    const own = values.filter((_, k) => isWanted(days[k]));
    if (own.length < 2) {
      return [];
    }
    const lags = Math.min(horizonDays - 1, own.length - 1);
    const { mean, t, ratio } = summarizeCoefficients(own, lags);
    const standardError = t === 0 ? undefined : Math.abs(mean / t);
    const measure = { name, value: mean, standardError, fold };
    if (name !== "rank_ic" || fold !== 0) {
      return [measure];
    }
    const plain = (plainName: string, value: number) => ({
      name: plainName,
      value,
      standardError: undefined,
      fold,
    });
    return [
      measure,
      plain("icir", ratio),
      plain("icir_per_year", ratio * Math.sqrt(DAYS_PER_YEAR)),
      plain("ic_t", t),
    ];
  });
}

function errorMeasures(tested: Tested): SkillMeasure[] {
  const { target, replay } = tested;
  const { forecasts, outcomes } = replay;
  const known = Int32Array.from(forecasts.values.keys()).filter(
    (k) => !Number.isNaN(forecasts.values[k]) && !Number.isNaN(outcomes.values[k]),
  );
  const take = ({ values }: Matrix) => Float64Array.from(known, (k) => values[k]);
  const [own, came] = [take(forecasts), take(outcomes)];
  const { slope, intercept } = calibrationLine(own, came);
  const measures = { calibration_slope: slope, calibration_intercept: intercept };
  if (target.kind === "quantile") {
    const below = own.reduce((sum, forecast, k) => sum + (came[k] <= forecast ? 1 : 0), 0);
    return named({ ...measures, coverage: below / own.length });
  }
  const rival =
    target.kind === "volatility" && take(baselineReplay(tested, "rolling-variance").forecasts);
  return named({ ...measures, r2_oos: rSquaredOutOfSample(own, came, rival || undefined) });
}

function named(values: Readonly<Record<string, number>>): SkillMeasure[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value,
    standardError: undefined,
    fold: 0,
  }));
}

/** Rules that must be beaten. */
const RIVALS: Readonly<Record<ForecastTarget["kind"], readonly (BaselineName | "exponential")[]>> =
  {
    rank: ["momentum", "reversal"],
    return: ["zero", "momentum", "reversal"],
    volatility: ["rolling-variance", "exponential"],
    quantile: ["rolling-quantile"],
  };
/** Figures of which less is better, and the one that models are compared by. */
const LOSS_OF = {
  rank: "rank_ic",
  return: "squared_error",
  volatility: "qlike",
  quantile: "pinball",
};

function comparisons(tested: Tested): SkillMeasure[] {
  const { target, replay } = tested;
  const name = LOSS_OF[target.kind];
  const own = byDay(dailyLosses(target, replay)[name]);
  return RIVALS[target.kind].flatMap((rival) => {
    const rivalReplay = baselineReplay(tested, rival);
    const other = byDay(dailyLosses(target, rivalReplay)[name]);
    const sign = name === "rank_ic" ? -1 : 1;
    const shared = [...own.keys()].filter((day) => other.has(day));
    const differences = Float64Array.from(
      shared,
      (day) => sign * ((other.get(day) ?? 0) - (own.get(day) ?? 0)),
    );
    if (differences.length <= 2 * target.horizonDays) {
      return [];
    }
    const { t, pValue, meanDifference } = compareForecasts(differences, target.horizonDays);
    const label = rival.replaceAll("-", "_");
    return named({
      [`gain_${label}`]: meanDifference,
      [`dm_t_${label}`]: t,
      [`dm_p_${label}`]: pValue,
    });
  });
}

function byDay(figures: { days: Int32Array; values: Float64Array } | undefined) {
  return new Map(Array.from(figures?.days ?? [], (day, k) => [day, figures?.values[k] ?? 0]));
}

/** The replay that a rule would have had on the same days. */
function baselineReplay(
  { market, target, replay, rows }: Tested,
  rival: BaselineName | "exponential",
): ForecastReplay {
  const values =
    rival === "exponential"
      ? exponentialForecasts(market, EXPONENTIAL_DECAY, rows)
      : baselineForecasts(market, target, rival, rows);
  return { ...replay, forecasts: scatter(market, replay.days, rows, values) };
}

const EXPONENTIAL_DECAY = 0.94;
const DECAY_HORIZONS = [1, 2, 5, 10, 21, 42, 63, 126];

/** Mean rank correlation of the forecasts with ranks of returns over other horizons. */
function decay({ market, replay, rows }: Tested): SkillSeries {
  const values = DECAY_HORIZONS.map((horizonDays) => {
    const other: ForecastTarget = { kind: "rank", horizonDays };
    const outcomes = scatter(market, replay.days, rows, outcomesOf(market, other, rows));
    const { rank_ic } = dailyLosses(other, { ...replay, outcomes });
    const own = rank_ic?.values ?? new Float64Array(0);
    return own.reduce((sum, value) => sum + value / own.length, 0);
  });
  return {
    name: `rank_ic_by_horizon`,
    unit: "step",
    points: Int32Array.from(DECAY_HORIZONS),
    values: Float64Array.from(values),
  };
}
