import { ArgumentError } from "../errors.ts";
import { momentsOf } from "../performance/moments.ts";
import { requireReturns } from "../performance/return-series.ts";
import { drawChiSquare, normalSource } from "../random/normal.ts";

/** How the returns of a portfolio are drawn, period by period. Plain data. */
export type ReturnModel =
  | {
      /** Log returns are independent and normal. */
      readonly kind: "gaussian";
      /** Mean and standard deviation of the log return per period. */
      readonly logMean: number;
      readonly logDeviation: number;
    }
  | {
      /** Log returns are independent and of Student's t, scaled to the deviation. */
      readonly kind: "student-t";
      readonly logMean: number;
      readonly logDeviation: number;
      /** Degrees of freedom, an integer of at least 3. */
      readonly degrees: number;
    }
  | {
      /** Runs of consecutive past returns, of geometric length, with the end joined to the start. */
      readonly kind: "block-bootstrap";
      /** Simple returns of the past, each above −1. */
      readonly returns: Float64Array;
      /** Mean length of a run, at least 1. */
      readonly meanBlockLength: number;
      /** Returns that make up a period: 21 for months of daily returns. */
      readonly returnsPerPeriod: number;
    };

/**
 * Checks a model.
 *
 * @throws {ArgumentError} A number is out of its range, or there is no past return above −1.
 */
export function checkReturnModel(model: ReturnModel): void {
  if (model.kind === "block-bootstrap") {
    checkBootstrap(model);
    return;
  }
  if (!(Number.isFinite(model.logMean) && model.logDeviation >= 0 && model.logDeviation < 100)) {
    throw new ArgumentError(
      `log returns cannot have the mean ${model.logMean} and the deviation ${model.logDeviation}`,
    );
  }
  if (model.kind === "student-t" && !(Number.isInteger(model.degrees) && model.degrees >= 3)) {
    throw new ArgumentError(`the degrees of freedom are ${model.degrees}, not at least 3`);
  }
}

// Beyond this Student's t is normal for all practical purposes; below 3 it has no variance.
const DEGREES_MAX = 100;
const DEGREES_MIN = 3;

/**
 * Fits a model to past returns.
 *
 * Log returns of a period are sums of independent ones: means and variances add, and so do excess
 * kurtoses times squared variances. Student's degrees of freedom are those with the kurtosis,
 * 4 + 6/excess, rounded and held within 3 … 100.
 *
 * @param kind - Model to fit.
 * @param returns - Simple returns, at least 2, each above −1.
 * @param returnsPerPeriod - Returns that make up a period: 21 for months of daily returns.
 * @throws {ArgumentError} There are fewer than 2 returns, one is −1 or below, or the number that
 *   makes up a period is not valid.
 */
export function fitReturnModel(
  kind: "gaussian" | "student-t",
  returns: Float64Array,
  returnsPerPeriod: number,
): ReturnModel {
  checkBootstrap({ kind: "block-bootstrap", returns, meanBlockLength: 1, returnsPerPeriod });
  const { mean, standardDeviation, kurtosis = 3 } = momentsOf(returns.map(Math.log1p));
  const moments = {
    logMean: mean * returnsPerPeriod,
    logDeviation: standardDeviation * Math.sqrt(returnsPerPeriod),
  };
  if (kind === "gaussian") {
    return { kind, ...moments };
  }
  const excess = Math.max(0, kurtosis - 3) / returnsPerPeriod;
  const degrees = Math.round(Math.min(DEGREES_MAX, 4 + 6 / excess));
  return { kind, ...moments, degrees: Math.max(DEGREES_MIN, degrees) };
}

type BlockBootstrap = Extract<ReturnModel, { kind: "block-bootstrap" }>;

function checkBootstrap({ returns, meanBlockLength, returnsPerPeriod }: BlockBootstrap): void {
  requireReturns(returns, 1, "past returns");
  if (returns.some((value) => value <= -1)) {
    throw new ArgumentError("a past return of -1 has no logarithm");
  }
  if (!(meanBlockLength >= 1 && Number.isFinite(meanBlockLength))) {
    throw new ArgumentError(`the mean block length is ${meanBlockLength}, not at least 1`);
  }
  if (!(Number.isInteger(returnsPerPeriod) && returnsPerPeriod >= 1)) {
    throw new ArgumentError(`${returnsPerPeriod} returns cannot make up a period`);
  }
}

/**
 * Makes a source of log returns per period.
 *
 * @param uniform - Uniform numbers in [0, 1).
 * @returns Draws the next period's log return. `restart` begins a new path.
 * @see Politis & Romano (1994), "The Stationary Bootstrap", doi:10.1080/01621459.1994.10476870
 */
export function logReturnSource(
  model: ReturnModel,
  uniform: () => number,
): { readonly next: () => number; readonly restart: () => void } {
  if (model.kind === "block-bootstrap") {
    return bootstrapSource(model, uniform);
  }
  const normal = normalSource(uniform);
  const { logMean, logDeviation } = model;
  if (model.kind === "gaussian") {
    return { next: () => logMean + logDeviation * normal(), restart: () => undefined };
  }
  const { degrees } = model;
  const scale = logDeviation * Math.sqrt(degrees - 2);
  return {
    next: () => logMean + (scale * normal()) / Math.sqrt(drawChiSquare(degrees, uniform, normal)),
    restart: () => undefined,
  };
}

function bootstrapSource(model: BlockBootstrap, uniform: () => number) {
  const logs = model.returns.map(Math.log1p);
  const newBlock = 1 / model.meanBlockLength;
  let at = -1;
  const next = () => {
    let sum = 0;
    for (let k = 0; k < model.returnsPerPeriod; k++) {
      const isNew = at < 0 || uniform() < newBlock;
      at = isNew ? Math.floor(uniform() * logs.length) : (at + 1) % logs.length;
      sum += logs[at];
    }
    return sum;
  };
  return {
    next,
    restart: () => {
      at = -1;
    },
  };
}
