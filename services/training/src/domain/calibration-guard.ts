import { quickselect } from "@portfolio/quant";
import { rowsOf, rowValues, varianceOf } from "./guard-differences.ts";
import type { Replay } from "./model-version.ts";
import type { Target } from "./training-spec.ts";

/** Days whose outcomes must be known before forecasts are set right, and after which they are anew. */
const KNOWN_DAYS_MIN = 21;

/**
 * Differences in what miscalibration costs, day by day; champion less challenger.
 *
 * The cost is the mean loss less that of the same forecasts set right by the outcomes that were known:
 * ranks and returns by the line of least squares, variances by the factor of least QLIKE, quantiles by
 * the shift of least pinball loss. It is about 0 of forecasts that need no such thing.
 *
 * @param dates - Days of both, ascending. The first ones, before enough is known, differ by 0.
 * @param spanDays - Days in a row that share part of their outcomes, the first included.
 * @see Dimitriadis, Gneiting & Jordan (2021), "Stable Reliability Diagrams for Probabilistic
 *   Classifiers", eq. 1 (MCB), doi:10.1073/pnas.2016191118
 */
export function calibrationDifferences(
  target: Target,
  champion: Replay,
  challenger: Replay,
  { dates, spanDays }: { readonly dates: readonly string[]; readonly spanDays: number },
): Float64Array {
  const [first, second] = [champion, challenger].map((replay) =>
    calibrationCosts(target, replay, { dates, spanDays }),
  );
  return Float64Array.from(dates, (_, k) => (first?.[k] ?? 0) - (second?.[k] ?? 0));
}

/** Learns from pairs of a forecast and an outcome, and says what setting a forecast right saves. */
interface Calibrator {
  readonly learn: (forecast: number, outcome: number) => void;
  /** Settles what was learned. */
  readonly settle: () => void;
  readonly saving: (forecast: number, outcome: number) => number;
}

function calibrationCosts(
  target: Target,
  replay: Replay,
  { dates, spanDays }: { readonly dates: readonly string[]; readonly spanDays: number },
): Float64Array {
  const rows = rowsOf(replay, dates);
  const calibrator = calibratorOf(target, varianceOf(replay.outcomes.values));
  const costs = new Float64Array(dates.length);
  for (let k = 0; k < dates.length; k++) {
    const known = k - spanDays;
    if (known < 0) {
      continue;
    }
    eachPair(replay, rows[known] ?? 0, calibrator.learn);
    if ((known + 1) % KNOWN_DAYS_MIN === 0) {
      calibrator.settle();
    }
    if (known + 1 >= KNOWN_DAYS_MIN) {
      costs[k] = meanSaving(replay, rows[k] ?? 0, calibrator);
    }
  }
  return costs;
}

function meanSaving(replay: Replay, row: number, { saving }: Calibrator): number {
  let sum = 0;
  let count = 0;
  eachPair(replay, row, (forecast, outcome) => {
    sum += saving(forecast, outcome);
    count++;
  });
  return count === 0 ? 0 : sum / count;
}

function eachPair(
  replay: Replay,
  row: number,
  take: (forecast: number, outcome: number) => void,
): void {
  const outcomes = rowValues(replay.outcomes, row);
  for (const [k, forecast] of rowValues(replay.forecasts, row).entries()) {
    const outcome = outcomes[k] ?? Number.NaN;
    if (Number.isFinite(forecast) && Number.isFinite(outcome)) {
      take(forecast, outcome);
    }
  }
}

function calibratorOf(target: Target, variance: number): Calibrator {
  switch (target.kind) {
    case "rank":
    case "return":
      return line(variance);
    case "volatility":
      return factor();
    case "quantile":
      return shift(target.probability, Math.sqrt(variance));
  }
}

/** Squared errors over a variance, and the line of least squares. */
function line(variance: number): Calibrator {
  let [n, x, y, xx, xy] = [0, 0, 0, 0, 0];
  let [slope, intercept] = [1, 0];
  return {
    learn: (forecast, outcome) => {
      n++;
      x += forecast;
      y += outcome;
      xx += forecast * forecast;
      xy += forecast * outcome;
    },
    settle: () => {
      const spread = n * xx - x * x;
      slope = spread > 0 ? (n * xy - x * y) / spread : 0;
      intercept = n === 0 ? 0 : (y - slope * x) / n;
    },
    saving: (forecast, outcome) =>
      variance === 0
        ? 0
        : ((outcome - forecast) ** 2 - (outcome - intercept - slope * forecast) ** 2) / variance,
  };
}

/** QLIKE, x − ln x − 1 of the outcome over the forecast, and the factor that makes it least. */
function factor(): Calibrator {
  let [n, ratios, scale] = [0, 0, 1];
  const isUsable = (forecast: number, outcome: number) => forecast > 0 && outcome > 0;
  return {
    learn: (forecast, outcome) => {
      if (isUsable(forecast, outcome)) {
        n++;
        ratios += outcome / forecast;
      }
    },
    settle: () => {
      scale = n === 0 ? 1 : ratios / n;
    },
    saving: (forecast, outcome) =>
      isUsable(forecast, outcome) ? (outcome / forecast) * (1 - 1 / scale) - Math.log(scale) : 0,
  };
}

/** The pinball loss over a deviation, and the shift that makes it least: a quantile of what was missing. */
function shift(probability: number, deviation: number): Calibrator {
  const missed: number[] = [];
  let added = 0;
  const loss = (error: number) => Math.max(probability * error, (probability - 1) * error);
  return {
    learn: (forecast, outcome) => {
      missed.push(outcome - forecast);
    },
    settle: () => {
      const place = Math.max(0, Math.ceil(probability * missed.length) - 1);
      added = missed.length === 0 ? 0 : quickselect(Float64Array.from(missed), place);
    },
    saving: (forecast, outcome) => {
      const error = outcome - forecast;
      return deviation === 0 ? 0 : (loss(error) - loss(error - added)) / deviation;
    },
  };
}
