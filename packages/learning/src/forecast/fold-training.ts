import { ArgumentError } from "@portfolio/quant";
import type { FeatureView } from "../features/feature-frame.ts";
import type { PriceMarket } from "../features/price-market.ts";
import { type LearnedModel, predictModel } from "../model/learned-model.ts";
import type { LearnerSpec } from "../model/start-training.ts";
import type { Trainer } from "../model/trainer.ts";
import { type AwaitedTraining, awaited, type TrainingProgress } from "../training.ts";
import { fitGarch } from "../volatility/garch.ts";
import { fitHeterogeneous } from "../volatility/heterogeneous-autoregression.ts";
import type { ForecastRows } from "./forecast-days.ts";
import type { BaselineName, ForecastRule } from "./forecast-rule.ts";
import { type ForecastTarget, learnedUnit, outcomesOf } from "./forecast-target.ts";
import { gatherRows, holdOutLast, type Observations } from "./learning-rows.ts";
import { standardized } from "./standardize.ts";
import { dayVariances } from "./volatility-forecasts.ts";

/** What learns from rows and days. It can be written as JSON. */
export type ForecastLearner =
  /** `lookbackDays` is 0 unless it reads the last days of an asset. */
  | { readonly kind: "learned"; readonly spec: LearnerSpec; readonly lookbackDays: number }
  | { readonly kind: "garch" }
  | { readonly kind: "heterogeneous"; readonly logarithmic: boolean }
  | { readonly kind: "exponential-volatility"; readonly decay: number }
  | { readonly kind: "baseline"; readonly rule: BaselineName };

/** What learns, and what computes it. */
export interface FoldLearner {
  readonly learner: ForecastLearner;
  readonly trainer: Trainer;
}

/** All that can be learned from. */
export interface LearningData {
  readonly market: PriceMarket;
  readonly target: ForecastTarget;
  readonly rows: ForecastRows;
  /** What came of each row; NaN where it is not known. */
  readonly outcomes: Float64Array;
}

/** What of it a fold learns from. */
export interface LearningDays {
  /** Rows, ascending; all have an outcome. */
  readonly rows: Int32Array;
  /** Whether a day's return may be learned from, length T. */
  readonly isLearned: Uint8Array;
}

/** Gathers all that can be learned from. @throws {ArgumentError} As `outcomesOf`. */
export function learningData(
  market: PriceMarket,
  target: ForecastTarget,
  rows: ForecastRows,
): LearningData {
  return { market, target, rows, outcomes: outcomesOf(market, target, rows) };
}

/** Describes what a learner reads. */
export function viewOf(target: ForecastTarget, lookbackDays: number): FeatureView {
  if (lookbackDays > 0) {
    return { kind: "sequence", dayCount: lookbackDays };
  }
  return { kind: target.kind === "rank" || target.kind === "return" ? "ranks" : "levels" };
}

/**
 * Starts learning a rule.
 *
 * @throws {ArgumentError} There are too few rows, or the checkpoint is not of this training.
 */
export function startFold(
  { learner, trainer }: FoldLearner,
  data: LearningData,
  learned: LearningDays,
  checkpoint: Uint8Array | undefined,
): AwaitedTraining<ForecastRule, Uint8Array> {
  switch (learner.kind) {
    case "learned":
      return startLearned({ learner, trainer }, data, learned, checkpoint);
    case "garch":
      return atOnce(() => garchRule(data, learned));
    case "heterogeneous":
      return atOnce(() => heterogeneousRule(data, learned, learner.logarithmic));
    case "exponential-volatility":
      return atOnce(() => learner);
    case "baseline":
      return atOnce(() => ({ kind: "baseline", name: learner.rule }));
  }
}

function startLearned(
  {
    learner: { spec, lookbackDays },
    trainer,
  }: FoldLearner & { readonly learner: Extract<ForecastLearner, { kind: "learned" }> },
  { target, rows, outcomes }: LearningData,
  learned: LearningDays,
  checkpoint: Uint8Array | undefined,
): AwaitedTraining<ForecastRule, Uint8Array> {
  const view = viewOf(target, lookbackDays);
  const unit = learnedUnit(target, outcomes, rows.variances);
  const targets = spec.kind === "logistic" ? unit.map((value) => (value > 0 ? 1 : 0)) : unit;
  const observations: Observations = { features: rows.featuresOf(view), targets, days: rows.days };
  const stopsEarly = spec.kind === "boosted-trees" || spec.kind === "networks";
  const { fit, stop } = stopsEarly
    ? holdOutLast(observations, learned.rows, target.horizonDays)
    : { fit: learned.rows, stop: new Int32Array(0) };
  const set = gatherRows(observations, fit, target.horizonDays);
  const scale = stopsEarly ? undefined : standardized(set);
  const training = trainer.startTraining(spec, scale?.set ?? set, {
    ...(stop.length > 0 && { validation: gatherRows(observations, stop, target.horizonDays) }),
    ...(checkpoint && { checkpoint }),
  });
  return {
    ...training,
    model: () => {
      const model = scale?.restore(training.model()) ?? training.model();
      return { kind: "learned", view, model, smearing: smearingOf(target, model, set) };
    },
  };
}

/** Mean of variances over their forecasts; 1 unless logarithms were learned. */
function smearingOf(
  target: ForecastTarget,
  model: LearnedModel,
  { features, targets }: ReturnType<typeof gatherRows>,
): number {
  if (target.kind !== "volatility") {
    return 1;
  }
  const forecasts = predictModel(model, features);
  const ratios = targets.map((y, i) => Math.exp(y - forecasts[i]));
  return ratios.reduce((sum, ratio) => sum + ratio / ratios.length, 0);
}

function garchRule(data: LearningData, learned: LearningDays): ForecastRule {
  const fits = returnsByAsset(data, learned).map((returns) => {
    const fit = returns.length >= GARCH_DAYS_MIN ? fitGarch(returns) : undefined;
    return (
      fit && {
        mean: fit.mean,
        constant: fit.constant,
        shock: fit.shock,
        persistence: fit.persistence,
      }
    );
  });
  return { kind: "garch", symbols: data.market.symbols, fits };
}

function heterogeneousRule(
  data: LearningData,
  learned: LearningDays,
  logarithmic: boolean,
): ForecastRule {
  const { horizonDays } = data.target;
  const least = horizonDays + HETEROGENEOUS_DAYS_MIN;
  const fits = returnsByAsset(data, learned).map((returns) =>
    returns.length >= least
      ? fitHeterogeneous({ horizonDays, logarithmic }, dayVariances(returns))
      : undefined,
  );
  return { kind: "heterogeneous", symbols: data.market.symbols, fits };
}

const GARCH_DAYS_MIN = 252;
const HETEROGENEOUS_DAYS_MIN = 100;

/** Takes each asset's returns of the days that are learned from. */
function returnsByAsset({ market }: LearningData, { isLearned }: LearningDays): Float64Array[] {
  return market.returns.map((own) =>
    own.filter((value, t) => isLearned[t] === 1 && !Number.isNaN(value)),
  );
}

/** A training of one step, without a checkpoint. */
function atOnce(learn: () => ForecastRule): AwaitedTraining<ForecastRule, Uint8Array> {
  let rule: ForecastRule | undefined;
  let progress: TrainingProgress | undefined;
  return awaited({
    progress: () => progress,
    advance: () => {
      rule = learn();
      progress = { step: 1, stepCountMax: 1, trainingLoss: 0, bestStep: 1, isDone: true };
      return progress;
    },
    checkpoint: () => new Uint8Array(0),
    model: () => {
      if (rule === undefined) {
        throw new ArgumentError("there is no rule before the first step");
      }
      return rule;
    },
  });
}
