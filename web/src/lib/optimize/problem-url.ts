import { settingsOf } from "./covariance-settings.ts";
import { forecastText, readForecastText } from "./forecast-choice.ts";
import {
  type Goal,
  type GoalKind,
  PLAIN_GOALS,
  readGoalOptions,
  TARGET_GOALS,
  type TargetGoalKind,
} from "./goals.ts";
import { readLimits } from "./limits.ts";
import {
  type CovarianceMethod,
  DEFAULT_HALF_LIFE_DAYS,
  DEFAULT_MARKET_RISK_AVERSION,
  DEFAULT_PROBLEM,
  DEFAULT_RISK_AVERSION,
  type ExpectedReturnsMethod,
  PLAIN_COVARIANCES,
  PLAIN_MEANS,
  type Problem,
} from "./problem.ts";
import { parseJson } from "./read-json.ts";
import { hasLevel, RISK_MEASURES, type RiskMeasure } from "./risk-measures.ts";
import { scenariosFromText, scenarioText } from "./scenario-choice.ts";
import { readViews, viewsText } from "./views.ts";

/** Words of goals in addresses; the others stand for themselves. */
const GOAL_WORDS: Partial<Record<GoalKind, string>> = {
  "minimum-variance": "lowest-risk",
  "maximum-sharpe": "sharpe",
  "target-return": "return",
  "target-volatility": "volatility",
  "maximum-utility": "utility",
  "equal-weight": "equal",
  "risk-parity": "equal-risk",
  "hierarchical-risk-parity": "hrp",
  "maximum-diversification": "diversification",
};
const KIND_OF_WORD = new Map<string, GoalKind>([
  ...[...PLAIN_GOALS, ...TARGET_GOALS].map((kind): [string, GoalKind] => [kind, kind]),
  ...Object.entries(GOAL_WORDS).map(([kind, word]): [string, GoalKind] => [word, kind as GoalKind]),
]);

/** Targets of links that have none that can be read, and the range of those that have. */
const TARGETS: Record<TargetGoalKind, { normal: number; low: number; high: number }> = {
  "target-return": { normal: 0.1, low: -10, high: 10 },
  "target-volatility": { normal: 0.2, low: 0, high: 10 },
  "target-risk": { normal: 0.02, low: 0, high: 100 },
  "maximum-utility": { normal: DEFAULT_RISK_AVERSION, low: 0.01, high: 1000 },
  "moment-utility": { normal: DEFAULT_RISK_AVERSION, low: 0.01, high: 1000 },
  "relaxed-risk-parity": { normal: 0.1, low: -10, high: 10 },
  "schur-complementary": { normal: 0.5, low: 0, high: 1 },
};

const SYMBOLS_MAX = 1000;

/** Writes a problem as a query string. Defaults are left out, so that links stay short. */
export function problemToSearch(problem: Problem): string {
  const entries: [string, string][] = [
    ["symbols", problem.symbols.join(",")],
    ["dataset", datasetText(problem.dataset)],
    ["from", problem.startDate],
    ["to", problem.endDate],
    ["goal", goalWord(problem.goal.kind)],
    ["target", "value" in problem.goal ? String(problem.goal.value) : ""],
    ["options", jsonText(problem.goal.options)],
    ["limits", jsonText(problem.limits)],
    ["views", viewsText(problem.views)],
    ["band", problem.band ? "1" : ""],
    ["compare", problem.comparedMeasure ? measureText(problem.comparedMeasure) : ""],
    ["max", problem.maxWeight === undefined ? "" : String(problem.maxWeight)],
    ["min", unlessDefault(problem.minWeight, DEFAULT_PROBLEM.minWeight)],
    ["rf", unlessDefault(problem.riskFreeRate, DEFAULT_PROBLEM.riskFreeRate)],
    ["horizon", unlessDefault(problem.horizonDays, DEFAULT_PROBLEM.horizonDays)],
    ["mean", methodText(problem.expectedReturns, "historical-mean")],
    ["covariance", methodText(problem.covariance, "ledoit-wolf")],
    ["settings", "settings" in problem.covariance ? jsonText(problem.covariance.settings) : ""],
    ["scenarios", scenarioText(problem.scenarios)],
    ["cash", unlessDefault(problem.cash, DEFAULT_PROBLEM.cash)],
  ];
  return entries
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`)
    .join("&");
}

/** Reads a problem from a query string. What cannot be read takes its default. */
export function problemFromSearch(search: string): Problem {
  const params = new URLSearchParams(search);
  const maxWeight = params.get("max");
  return {
    symbols: readSymbols(params.get("symbols") ?? ""),
    dataset: readDataset(params.get("dataset") ?? ""),
    startDate: readDate(params.get("from")),
    endDate: readDate(params.get("to")),
    riskFreeRate: readNumber(params.get("rf"), DEFAULT_PROBLEM.riskFreeRate, -1, 1),
    horizonDays: Math.round(
      readNumber(params.get("horizon"), DEFAULT_PROBLEM.horizonDays, 0, 2520),
    ),
    expectedReturns: readExpectedReturns(params.get("mean") ?? ""),
    covariance: readCovariance(params.get("covariance") ?? "", params.get("settings") ?? ""),
    scenarios: scenariosFromText(params.get("scenarios") ?? ""),
    goal: readGoal(params),
    limits: readLimits(parseJson(params.get("limits") ?? "")),
    views: readViews(params.get("views") ?? ""),
    band: params.get("band") === "1",
    comparedMeasure: readMeasureText(params.get("compare") ?? ""),
    minWeight: readNumber(params.get("min"), DEFAULT_PROBLEM.minWeight, -1, 1),
    maxWeight: maxWeight === null ? undefined : readNumber(maxWeight, 1, 0, 1),
    cash: readNumber(params.get("cash"), DEFAULT_PROBLEM.cash, 0, 1e12),
  };
}

function unlessDefault(value: number, normal: number): string {
  return value === normal ? "" : String(value);
}

function datasetText({ id, revision }: Problem["dataset"]): string {
  if (id === DEFAULT_PROBLEM.dataset.id && revision === 0) {
    return "";
  }
  return revision === 0 ? id : `${id}@${revision}`;
}

function methodText(method: ExpectedReturnsMethod | CovarianceMethod, normal: string): string {
  if (method.kind === "exponential") {
    return `exponential-${method.halfLifeDays}`;
  }
  if (method.kind === "equilibrium") {
    return `equilibrium-${method.riskAversion}`;
  }
  if (method.kind === "forecast") {
    return forecastText(method);
  }
  return method.kind === normal ? "" : method.kind;
}

function readSymbols(text: string): readonly string[] {
  const symbols = text
    .split(",")
    .map((symbol) => symbol.trim().toUpperCase())
    .filter((symbol) => symbol !== "" && symbol.length <= 32);
  return [...new Set(symbols)].slice(0, SYMBOLS_MAX);
}

function readDataset(text: string): Problem["dataset"] {
  const match = /^(?<id>[a-z][a-z0-9-]{0,62})(?:@(?<revision>\d{1,9}))?$/u.exec(text);
  const id = match?.groups?.["id"];
  return id === undefined
    ? DEFAULT_PROBLEM.dataset
    : { id, revision: Number(match?.groups?.["revision"] ?? 0) };
}

function readDate(text: string | null): string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/u.test(text) ? text : "";
}

function readNumber(text: string | null, normal: number, low: number, high: number): number {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : normal;
}

function readHalfLife(text: string): number | undefined {
  const match = /^exponential(?:-(?<days>\d{1,6}(?:\.\d+)?))?$/u.exec(text);
  if (match === null) {
    return;
  }
  const days = Number(match.groups?.["days"] ?? DEFAULT_HALF_LIFE_DAYS);
  return days > 0 && days <= 100_000 ? days : DEFAULT_HALF_LIFE_DAYS;
}

function readExpectedReturns(text: string): ExpectedReturnsMethod {
  const halfLifeDays = readHalfLife(text);
  if (halfLifeDays !== undefined) {
    return { kind: "exponential", halfLifeDays };
  }
  const riskAversion = /^equilibrium(?:-(?<number>.*))?$/u.exec(text);
  if (riskAversion !== null) {
    return {
      kind: "equilibrium",
      riskAversion: readNumber(
        riskAversion.groups?.["number"] ?? null,
        DEFAULT_MARKET_RISK_AVERSION,
        0.01,
        1000,
      ),
    };
  }
  return (
    readForecastText(text) ?? {
      kind: PLAIN_MEANS.find((kind) => kind === text) ?? "historical-mean",
    }
  );
}

function readCovariance(text: string, settingsText: string): CovarianceMethod {
  const halfLifeDays = readHalfLife(text);
  if (halfLifeDays !== undefined) {
    return { kind: "exponential", halfLifeDays };
  }
  const forecast = readForecastText(text);
  if (forecast !== undefined) {
    return forecast;
  }
  const kind = PLAIN_COVARIANCES.find((each) => each === text) ?? "ledoit-wolf";
  const settings = settingsOf(kind, parseJson(settingsText));
  return { kind, ...(settings && { settings }) };
}

function readGoal(params: URLSearchParams): Goal {
  const kind = KIND_OF_WORD.get(params.get("goal") ?? "") ?? DEFAULT_PROBLEM.goal.kind;
  const options = readGoalOptions(parseJson(params.get("options") ?? ""));
  const more = options === undefined ? {} : { options };
  if (isTargetGoal(kind)) {
    const { normal, low, high } = TARGETS[kind];
    return { kind, value: readNumber(params.get("target"), normal, low, high), ...more };
  }
  return { kind, ...more };
}

function isTargetGoal(kind: GoalKind): kind is TargetGoalKind {
  return kind in TARGETS;
}

function goalWord(kind: GoalKind): string {
  return kind === DEFAULT_PROBLEM.goal.kind ? "" : (GOAL_WORDS[kind] ?? kind);
}

function jsonText(value: object | undefined): string {
  return value === undefined || Object.keys(value).length === 0 ? "" : JSON.stringify(value);
}

function measureText({ kind, level }: RiskMeasure): string {
  return level === undefined ? kind : `${kind}@${level}`;
}

function readMeasureText(text: string): RiskMeasure | undefined {
  const [word, level] = text.split("@");
  const kind = RISK_MEASURES.find((each) => each === word);
  if (kind === undefined || level === undefined || !hasLevel(kind)) {
    return kind && { kind };
  }
  return { kind, level: readNumber(level, 0.95, 0.5, 0.9999) };
}
