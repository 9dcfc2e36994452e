/** How a model is watched, and what follows on an alarm. */
export interface MonitoringPolicy {
  /** Mean number of trading days to a false alarm, at least. */
  readonly runLengthDays: number;
  readonly retrain: boolean;
  /** Trading days between two trainings on alarms at least. */
  readonly cooldownDays: number;
  /** Such trainings in 91 days at most. */
  readonly retrainingsPerQuarter: number;
  readonly fallBackToBaseline: boolean;
  /** Share of false names among features. */
  readonly falseShare: number;
}

export const DEFAULT_POLICY: MonitoringPolicy = {
  runLengthDays: 756,
  retrain: false,
  cooldownDays: 20,
  retrainingsPerQuarter: 2,
  fallBackToBaseline: false,
  falseShare: 0.05,
};

/** What followed on an alarm. */
export type AlarmAction = "none" | "cooling-down" | "retraining" | "challenging";

/** The losses of a version rose for good. */
export interface DriftAlarm {
  readonly modelId: string;
  readonly version: number;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly statistic: number;
  readonly threshold: number;
  /** Nothing until it was decided. */
  readonly action: AlarmAction | undefined;
  readonly jobId: string | undefined;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

const DAY_MS = 86_400_000;
const QUARTER_DAYS = 91;
const CALENDAR_DAYS_PER_TRADING_DAY = 365.25 / 252;

/**
 * Decides what follows on an alarm.
 *
 * @param earlier - Times at which trainings on alarms of the model were started, RFC 3339.
 * @param now - RFC 3339.
 */
export function actionOn(
  { retrain, cooldownDays, retrainingsPerQuarter }: MonitoringPolicy,
  earlier: readonly string[],
  now: string,
): "none" | "cooling-down" | "retraining" {
  if (!retrain) {
    return "none";
  }
  const ages = earlier.map((time) => (Date.parse(now) - Date.parse(time)) / DAY_MS);
  const isRecent = ages.some((age) => age < cooldownDays * CALENDAR_DAYS_PER_TRADING_DAY);
  const inQuarter = ages.filter((age) => age < QUARTER_DAYS).length;
  return isRecent || inQuarter >= retrainingsPerQuarter ? "cooling-down" : "retraining";
}
