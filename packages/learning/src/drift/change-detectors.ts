import { ArgumentError } from "@portfolio/quant";

/** A detector that takes a series number by number. */
export interface ChangeDetector {
  /**
   * Takes the next number.
   *
   * @returns Whether it says that the mean has changed. It then starts again.
   */
  readonly add: (value: number) => boolean;
  /** What is compared with the threshold. */
  readonly statistic: () => number;
}

/**
 * Sums up rises of a standardized series: S ← max(0, S + z − k), alarm at S > h.
 *
 * Of independent normal numbers with k = ½, watched for rises and for falls, the mean time to a false
 * alarm is 168 for h = 4 and 465 for h = 5. Autocorrelation shortens it: take residuals.
 *
 * @param allowance - k, in deviations, at least 0.
 * @param threshold - h, in deviations, positive.
 * @throws {ArgumentError} One of them is out of range.
 * @see Page (1954), "Continuous Inspection Schemes", doi:10.1093/biomet/41.1-2.100
 */
export function cumulativeSum(allowance: number, threshold: number): ChangeDetector {
  requireParameters({ allowance, threshold });
  let sum = 0;
  return {
    statistic: () => sum,
    add: (value) => {
      sum = Math.max(0, sum + value - allowance);
      const isAlarm = sum > threshold;
      sum = isAlarm ? 0 : sum;
      return isAlarm;
    },
  };
}

/**
 * Watches for a rise of the mean over what it has been: m ← m + x − x̄ − δ, alarm at m − min m > λ.
 *
 * @param allowance - δ, in the unit of the series, at least 0.
 * @param threshold - λ, in the unit of the series, positive.
 * @throws {ArgumentError} One of them is out of range.
 * @see Mouss et al. (2004), "Test of Page-Hinkley, an approach for fault detection",
 *   doi:10.1109/ASCC.2004.184970
 */
export function pageHinkley(allowance: number, threshold: number): ChangeDetector {
  requireParameters({ allowance, threshold });
  let [count, mean, sum, least] = [0, 0, 0, 0];
  return {
    statistic: () => sum - least,
    add: (value) => {
      count++;
      mean += (value - mean) / count;
      sum += value - mean - allowance;
      least = Math.min(least, sum);
      const isAlarm = sum - least > threshold;
      if (isAlarm) {
        [count, mean, sum, least] = [0, 0, 0, 0];
      }
      return isAlarm;
    },
  };
}

const CHECK_EVERY = 32;
const PART_MIN = 5;

/**
 * Keeps a window of the series and drops its older part once the two parts' means differ by more
 * than ε = √(2σ² ln(2/δ')/m) + 2 ln(2/δ')/(3m), δ' = δ/ln n, 1/m = 1/n₀ + 1/n₁.
 *
 * All ways to cut the window are tried, every 32 numbers.
 *
 * @param confidence - δ, the chance of a false alarm at a check, in (0, 1).
 * @param windowMax - Numbers kept, at most; from 32.
 * @throws {ArgumentError} One of them is out of range.
 * @see Bifet & Gavaldà (2007), "Learning from Time-Changing Data with Adaptive Windowing", section 3,
 *   doi:10.1137/1.9781611972771.42
 */
export function adaptiveWindow(confidence: number, windowMax: number): ChangeDetector {
  if (!(confidence > 0 && confidence < 1 && windowMax >= CHECK_EVERY)) {
    throw new ArgumentError(`confidence ${confidence} with a window of ${windowMax}`);
  }
  let window: number[] = [];
  let sinceCheck = 0;
  let excess = 0;
  return {
    statistic: () => excess,
    add: (value) => {
      window.push(value);
      if (window.length > windowMax) {
        window.shift();
      }
      sinceCheck = (sinceCheck + 1) % CHECK_EVERY;
      if (sinceCheck !== 0) {
        return false;
      }
      const cut = mostDifferentCut(window, confidence);
      excess = cut.excess;
      if (cut.excess <= 1) {
        return false;
      }
      window = window.slice(cut.at);
      return true;
    },
  };
}

/** Finds the cut whose means differ most, over what they may differ by. */
function mostDifferentCut(window: readonly number[], confidence: number) {
  const count = window.length;
  const total = window.reduce((sum, value) => sum + value, 0);
  const mean = total / count;
  const variance = window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const doubt = Math.log((2 * Math.log(count)) / confidence);
  let best = { at: 0, excess: 0 };
  let older = 0;
  for (let at = 1; at < count; at++) {
    older += window[at - 1];
    if (at < PART_MIN || count - at < PART_MIN) {
      continue;
    }
    const inverse = 1 / at + 1 / (count - at);
    const allowed = Math.sqrt(2 * variance * doubt * inverse) + (2 / 3) * doubt * inverse;
    const excess = Math.abs(older / at - (total - older) / (count - at)) / allowed;
    best = excess > best.excess ? { at, excess } : best;
  }
  return best;
}

function requireParameters({ allowance, threshold }: { allowance: number; threshold: number }) {
  if (!(allowance >= 0 && threshold > 0 && Number.isFinite(allowance + threshold))) {
    throw new ArgumentError(`allowance ${allowance} with a threshold of ${threshold}`);
  }
}
