import { ArgumentError } from "@portfolio/quant";
import { requireInteger } from "../require-integer.ts";
import {
  intervalRadius,
  logEvidence,
  type MeanEstimate,
  mixtureParameter,
} from "./mixture-test.ts";

/** How a challenger is compared with a champion. */
export interface ExperimentSpec {
  /** Days that a label spans, from 1: differences of that many days in a row depend on each other. */
  readonly horizonDays: number;
  /** α, the chance of ever deciding although there is no difference. */
  readonly level: number;
  /** Days after which a decision is expected, such as 250; the interval is narrowest there. */
  readonly expectedDays: number;
  /** The least mean difference worth promoting for, positive. */
  readonly effectMin: number;
  /** Days after which the experiment ends without a decision. */
  readonly daysMax: number;
}

/** A metric that must not get worse by more than a margin. */
export interface Guard {
  readonly name: string;
  /** Differences per day, positive where the challenger is better. */
  readonly differences: Float64Array;
  /** By how much the challenger may be worse, positive. */
  readonly margin: number;
}

/**
 * Where an experiment stands.
 *
 * continue → promote: the challenger is better, and no guard says otherwise;
 * continue → stop-harm: it is worse;
 * continue → stop-futile: it is not better by what is worth it;
 * continue → expired: time is up.
 */
export type ExperimentState = "continue" | "promote" | "stop-futile" | "stop-harm" | "expired";

/** What is known of a difference at the end of a block. */
export interface ExperimentPoint {
  readonly days: number;
  /** Mean difference per day so far. */
  readonly mean: number;
  /** Bounds of the mean that hold at all times together; infinite at first. */
  readonly lower: number;
  readonly upper: number;
  /** Logarithm of the evidence against no difference. */
  readonly logEvidence: number;
}

/** An experiment so far. */
export interface ExperimentReport {
  readonly state: ExperimentState;
  /** One point for each block from the second on. */
  readonly path: readonly ExperimentPoint[];
  /** Always valid, however often it is looked at. */
  readonly pValue: number;
  /** Guards that are not yet known to hold. */
  readonly openGuards: readonly string[];
}

const BLOCK_DAYS_MIN = 10;

/**
 * Evaluates a running comparison of two models, as often as one likes.
 *
 * Means of blocks of max(10, 2h) days are nearly independent and nearly normal, whatever the days
 * are. On them stands a mixture t-test that is valid at all times together, so that looking every
 * day costs nothing. Days of an unfinished block do not count yet. A decision stays: what comes
 * after cannot widen the interval again.
 *
 * @param differences - Loss of the champion less that of the challenger for each day, oldest first:
 *   positive where the challenger is better.
 * @throws {ArgumentError} A number of the specification is out of range, a difference is not finite,
 *   or a guard has another number of days.
 * @see Lindon et al. (2022), arXiv:2210.08589; Choe & Ramdas (2023), "Comparing Sequential
 *   Forecasters", doi:10.1287/opre.2021.0792 (lags)
 */
export function evaluateExperiment(
  spec: ExperimentSpec,
  differences: Float64Array,
  guards: readonly Guard[] = [],
): ExperimentReport {
  requireSpec(spec);
  requireDays(differences, guards);
  const path = pathOf(spec, differences);
  const openGuards = guards
    .filter((guard) => !(lastOf(pathOf(spec, guard.differences)).lower > -guard.margin))
    .map(({ name }) => name);
  const most = path.reduce((best, point) => Math.max(best, point.logEvidence), 0);
  return {
    state: stateOf(spec, differences.length, lastOf(path), openGuards),
    path,
    pValue: Math.min(1, Math.exp(-most)),
    openGuards,
  };
}

/**
 * Estimates how many days a decision takes.
 *
 * @param effect - The mean difference in standard deviations of a day, such as 0.2.
 * @returns Days after which an effect of just that size decides, whole blocks, or nothing when there
 *   are more than `daysMax`.
 */
export function daysToDecision(spec: ExperimentSpec, effect: number): number | undefined {
  requireSpec(spec);
  const blockDays = blockDaysOf(spec);
  const mixture = mixtureParameter(spec.expectedDays / blockDays, spec.level);
  for (let count = 2; count * blockDays <= spec.daysMax; count++) {
    const estimate = {
      count,
      mean: effect,
      deviation: 1 / Math.sqrt(blockDays),
      degrees: count - 1,
    };
    if (logEvidence(estimate, mixture) >= Math.log(1 / spec.level)) {
      return count * blockDays;
    }
  }
  return undefined;
}

/** Days of a block, whose means hardly depend on each other. */
export function blockDaysOf({ horizonDays }: ExperimentSpec): number {
  return Math.max(BLOCK_DAYS_MIN, 2 * horizonDays);
}

function stateOf(
  spec: ExperimentSpec,
  days: number,
  { lower, upper }: ExperimentPoint,
  openGuards: readonly string[],
): ExperimentState {
  if (lower > 0 && openGuards.length === 0) {
    return "promote";
  }
  if (upper < 0) {
    return "stop-harm";
  }
  if (upper < spec.effectMin) {
    return "stop-futile";
  }
  return days >= spec.daysMax ? "expired" : "continue";
}

const NOTHING_KNOWN: ExperimentPoint = {
  days: 0,
  mean: 0,
  lower: Number.NEGATIVE_INFINITY,
  upper: Number.POSITIVE_INFINITY,
  logEvidence: 0,
};

function lastOf(path: readonly ExperimentPoint[]): ExperimentPoint {
  return path[path.length - 1] ?? NOTHING_KNOWN;
}

function pathOf(spec: ExperimentSpec, differences: Float64Array): ExperimentPoint[] {
  const blockDays = blockDaysOf(spec);
  const mixture = mixtureParameter(spec.expectedDays / blockDays, spec.level);
  const path: ExperimentPoint[] = [];
  let mean = 0;
  let squares = 0;
  for (let count = 1; count * blockDays <= differences.length; count++) {
    const block = blockMean(differences, (count - 1) * blockDays, blockDays);
    const deviation = block - mean;
    mean += deviation / count;
    squares += deviation * (block - mean);
    if (count >= 2) {
      const degrees = count - 1;
      const estimate = { count, mean, deviation: Math.sqrt(squares / degrees), degrees };
      path.push(pointOf(estimate, blockDays, mixture, spec.level, lastOf(path)));
    }
  }
  return path;
}

function pointOf(
  estimate: MeanEstimate,
  blockDays: number,
  mixture: number,
  level: number,
  before: ExperimentPoint,
): ExperimentPoint {
  const radius = intervalRadius(estimate, mixture, level);
  return {
    days: estimate.count * blockDays,
    mean: estimate.mean,
    // Each bound holds at all times, so the narrowest does.
    lower: Math.max(before.lower, estimate.mean - radius),
    upper: Math.min(before.upper, estimate.mean + radius),
    logEvidence: logEvidence(estimate, mixture),
  };
}

function blockMean(differences: Float64Array, start: number, length: number): number {
  let sum = 0;
  for (let t = start; t < start + length; t++) {
    sum += differences[t];
  }
  return sum / length;
}

function requireSpec(spec: ExperimentSpec): void {
  requireInteger(spec.horizonDays, 1, 1000, "horizon in days");
  requireInteger(spec.daysMax, 1, 100_000, "days at most");
  if (!(spec.level > 0 && spec.level < 1)) {
    throw new ArgumentError(`level is ${spec.level}, not between 0 and 1`);
  }
  for (const name of ["expectedDays", "effectMin"] as const) {
    if (!(spec[name] > 0 && Number.isFinite(spec[name]))) {
      throw new ArgumentError(`${name} is ${spec[name]}, not a positive number`);
    }
  }
}

function requireDays(differences: Float64Array, guards: readonly Guard[]): void {
  for (const [what, series] of [
    ["differences", differences] as const,
    ...guards.map((guard) => [`guard ${guard.name}`, guard.differences] as const),
  ]) {
    if (series.length !== differences.length) {
      throw new ArgumentError(`${what}: ${series.length} days, not ${differences.length}`);
    }
    const bad = series.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new ArgumentError(`${what}: day ${bad} is ${series[bad]}, not a finite number`);
    }
  }
}
