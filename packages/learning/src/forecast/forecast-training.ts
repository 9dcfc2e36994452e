import { ArgumentError, type Matrix } from "@portfolio/quant";
import type { PriceMarket } from "../features/price-market.ts";
import { nativeTrainer, type Trainer } from "../model/trainer.ts";
import type { AwaitedTraining } from "../training.ts";
import { type Fold, type FoldScheme, planFolds } from "./fold-plan.ts";
import {
  type FoldLearner,
  type ForecastLearner,
  type LearningData,
  type LearningDays,
  learningData,
  startFold,
} from "./fold-training.ts";
import { forecastRows, ruleForecasts, scatter, takeRows } from "./forecast-days.ts";
import type { ForecastRule } from "./forecast-rule.ts";
import type { ForecastTarget } from "./forecast-target.ts";
import {
  type Computer,
  newState,
  noteComputer,
  readState,
  type TrainingState,
  writeState,
} from "./training-state.ts";

/** What is learned, how it is measured, and from what seed. It can be written as JSON. */
export interface ForecastTrainingSpec {
  readonly target: ForecastTarget;
  readonly learner: ForecastLearner;
  readonly scheme: FoldScheme;
  /** Days between one that is learned from and the next, from 1. */
  readonly stepDays: number;
}

/** A step of one of the folds, or of the model that is kept. */
export interface ForecastProgress {
  /** Fold in training, from 0; the number of folds for the model that is kept. */
  readonly fold: number;
  readonly foldCount: number;
  /** Share of the fold's steps that are done, 0 … 1. */
  readonly share: number;
  readonly isDone: boolean;
}

/** Forecasts on days that training had not seen, and what came. */
export interface ForecastReplay {
  /** Rows of closes, ascending, length D. */
  readonly days: Int32Array;
  /** Shape (D, assets); NaN where there is none. */
  readonly forecasts: Matrix;
  readonly outcomes: Matrix;
  /** Number of the fold, from 1, that each day was tested in last, length D. */
  readonly folds: Int32Array;
}

/** What a training leads to. */
export interface ForecastTrainingResult {
  /** Learned from all days. */
  readonly rule: ForecastRule;
  readonly replay: ForecastReplay;
  /** Losses by step of the model that is kept. */
  readonly trainingLosses: Float64Array;
  /** On what it held out; empty when nothing was. */
  readonly validationLosses: Float64Array;
  /** What took its steps, in order; several when it went on from a checkpoint elsewhere. */
  readonly computedBy: readonly Computer[];
}

/** What a training may be told beside what it learns. */
export interface ForecastTrainingOptions {
  /** What computes models. (Default: the kernels of this package.) */
  readonly trainer?: Trainer | undefined;
  /** Of the same training, whatever computed it. */
  readonly checkpoint?: Uint8Array | undefined;
}

/** A training of folds and of the model that is kept, one step at a time. */
export interface ForecastTraining {
  /** Takes a step. Nothing else may be asked for until it is taken. */
  readonly advance: () => Promise<ForecastProgress>;
  /** Everything needed to go on from here, with the same specification and prices. */
  readonly checkpoint: () => Uint8Array;
  /** Forecasts of the folds that are done. @throws {ArgumentError} None is. */
  readonly replay: () => ForecastReplay;
  /** @throws {ArgumentError} The training is not done. */
  readonly result: () => ForecastTrainingResult;
  /** Frees what the trainer holds outside this process's own memory, done or not. */
  readonly close: () => void;
}

/** Rows of fewer days than this teach nothing. */
const LEARNED_ROWS_MIN = 30;

/**
 * Starts training: each fold in turn, then a model of all days, which is kept.
 *
 * @param market - Prices of more than a year.
 * @throws {ArgumentError} There are too few days, or the specification is not valid.
 */
export function startForecastTraining(
  spec: ForecastTrainingSpec,
  market: PriceMarket,
  { trainer = nativeTrainer, checkpoint }: ForecastTrainingOptions = {},
): ForecastTraining {
  const learner = { learner: spec.learner, trainer };
  const plan = planTraining(spec, market);
  const rowCount = plan.data.outcomes.length;
  const state =
    checkpoint === undefined
      ? newState(rowCount)
      : readState({ rowCount, foldCount: plan.folds.length }, checkpoint);
  let inner = state.fold <= plan.folds.length ? startAt(learner, plan, state) : undefined;
  const finish = (rule: ForecastRule) => {
    const fold = plan.folds[state.fold];
    if (fold === undefined) {
      state.rule = rule;
    } else {
      addForecasts(plan, state, fold, rule);
    }
    state.fold++;
    state.inner = undefined;
    inner = fold === undefined ? undefined : startAt(learner, plan, state);
  };
  return {
    advance: async () => {
      if (inner === undefined) {
        throw new ArgumentError("training is done");
      }
      const { fold } = state;
      const step = await inner.advance();
      noteComputer(state, trainer);
      if (fold === plan.folds.length) {
        state.trainingLosses.push(step.trainingLoss);
        state.validationLosses.push(step.validationLoss ?? Number.NaN);
      }
      if (step.isDone) {
        const rule = inner.model();
        inner.close();
        finish(rule);
      }
      return {
        fold,
        foldCount: plan.folds.length,
        share: step.isDone ? 1 : step.step / step.stepCountMax,
        isDone: inner === undefined,
      };
    },
    checkpoint: () => writeState(state, inner),
    replay: () => replayOf(plan, state),
    result: () => resultOf(plan, state),
    close: () => inner?.close(),
  };
}

interface Plan {
  readonly data: LearningData;
  /** First day with a row: day 0 of the folds. */
  readonly firstDay: number;
  readonly days: Int32Array;
  readonly folds: readonly Fold[];
  readonly stepDays: number;
}

function planTraining(spec: ForecastTrainingSpec, market: PriceMarket): Plan {
  const all = Int32Array.from({ length: market.dayCount }, (_, t) => t);
  const firstDay = forecastRows(market, all).days[0];
  if (firstDay === undefined || !(Number.isInteger(spec.stepDays) && spec.stepDays >= 1)) {
    throw new ArgumentError(`no asset has a year of prices, or a step is ${spec.stepDays} days`);
  }
  const days = all.subarray(firstDay);
  const data = learningData(market, spec.target, forecastRows(market, days));
  const folds = planFolds(spec.scheme, days.length, spec.target.horizonDays);
  return { data, firstDay, days, folds, stepDays: spec.stepDays };
}

function startAt(
  learner: FoldLearner,
  plan: Plan,
  state: TrainingState,
): AwaitedTraining<ForecastRule, Uint8Array> {
  return startFold(learner, plan.data, learningDays(plan, state.fold), state.inner);
}

/** Lists what a fold learns from; after the last fold, all. */
function learningDays({ data, firstDay, folds, stepDays }: Plan, fold: number): LearningDays {
  const { rows, outcomes, market } = data;
  const mayLearn = (day: number) => folds[fold]?.isTraining[day - firstDay] !== 0;
  const isLearned = new Uint8Array(market.dayCount);
  // The first year, of which there are no rows, goes with the day that follows it.
  for (let t = 0; t < market.dayCount; t++) {
    isLearned[t] = mayLearn(Math.max(t, firstDay)) ? 1 : 0;
  }
  const learned: number[] = [];
  for (let i = 0; i < outcomes.length; i++) {
    const day = rows.days[i];
    if ((day - firstDay) % stepDays === 0 && isLearned[day] === 1 && !Number.isNaN(outcomes[i])) {
      learned.push(i);
    }
  }
  if (learned.length < LEARNED_ROWS_MIN) {
    throw new ArgumentError(`${learned.length} observations are too few to learn from`);
  }
  return { rows: Int32Array.from(learned), isLearned };
}

function addForecasts(
  { data, firstDay, days }: Plan,
  state: TrainingState,
  fold: Fold,
  rule: ForecastRule,
): void {
  const { market, target, rows } = data;
  const isTested = new Uint8Array(days.length);
  for (const day of fold.testDays) {
    isTested[day] = 1;
  }
  const tested = Int32Array.from(rows.days.keys()).filter(
    (i) => isTested[rows.days[i] - firstDay] === 1,
  );
  const forecasts = ruleForecasts(market, target, rule, takeRows(rows, tested));
  for (let k = 0; k < tested.length; k++) {
    if (!Number.isNaN(forecasts[k])) {
      state.sums[tested[k]] += forecasts[k];
      state.counts[tested[k]]++;
      state.foldOfRow[tested[k]] = state.fold + 1;
    }
  }
}

function resultOf(plan: Plan, state: TrainingState): ForecastTrainingResult {
  if (state.rule === undefined) {
    throw new ArgumentError("the training is not done");
  }
  return {
    rule: state.rule,
    replay: replayOf(plan, state),
    trainingLosses: Float64Array.from(state.trainingLosses),
    validationLosses: Float64Array.from(state.validationLosses).filter((x) => !Number.isNaN(x)),
    computedBy: state.computedBy,
  };
}

function replayOf({ data, days }: Plan, state: TrainingState): ForecastReplay {
  const { market, rows, outcomes } = data;
  const firstRow = state.counts.findIndex((count) => count > 0);
  if (firstRow < 0) {
    throw new ArgumentError("no fold is done, or none has forecast anything");
  }
  const first = rows.days[firstRow];
  const tested = days.filter((day) => day >= first);
  const isTested = Int32Array.from(rows.days.keys()).filter((i) => rows.days[i] >= first);
  const own = {
    days: isTested.map((i) => rows.days[i]),
    assets: isTested.map((i) => rows.assets[i]),
  };
  const folds = new Int32Array(tested.length);
  for (const i of isTested) {
    folds[rows.days[i] - tested[0]] = state.foldOfRow[i];
  }
  const valuesOf = (value: (i: number) => number) =>
    scatter(market, tested, own, Float64Array.from(isTested, value));
  return {
    days: tested,
    forecasts: valuesOf((i) => state.sums[i] / state.counts[i]),
    outcomes: valuesOf((i) => outcomes[i]),
    folds,
  };
}
