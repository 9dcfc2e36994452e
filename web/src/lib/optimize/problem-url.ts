import {
  type CovarianceMethod,
  DEFAULT_HALF_LIFE_DAYS,
  DEFAULT_MARKET_RISK_AVERSION,
  DEFAULT_PROBLEM,
  DEFAULT_RISK_AVERSION,
  type ExpectedReturnsMethod,
  type Goal,
  PLAIN_COVARIANCES,
  PLAIN_MEANS,
  type Problem,
} from "./problem.ts";

const GOAL_WORDS = {
  "minimum-variance": "lowest-risk",
  "maximum-sharpe": "sharpe",
  "target-return": "return",
  "target-volatility": "volatility",
  "maximum-utility": "utility",
  "equal-weight": "equal",
  "inverse-volatility": "inverse-volatility",
  "risk-parity": "equal-risk",
  "hierarchical-risk-parity": "hrp",
  "maximum-diversification": "diversification",
} as const satisfies Record<Goal["kind"], string>;

const SYMBOLS_MAX = 1000;

/** Writes a problem as a query string. Defaults are left out, so that links stay short. */
export function problemToSearch(problem: Problem): string {
  const entries: [string, string][] = [
    ["symbols", problem.symbols.join(",")],
    ["dataset", datasetText(problem.dataset)],
    ["from", problem.startDate],
    ["to", problem.endDate],
    ["goal", problem.goal.kind === "maximum-sharpe" ? "" : GOAL_WORDS[problem.goal.kind]],
    ["target", "value" in problem.goal ? String(problem.goal.value) : ""],
    ["max", problem.maxWeight === undefined ? "" : String(problem.maxWeight)],
    ["min", unlessDefault(problem.minWeight, DEFAULT_PROBLEM.minWeight)],
    ["rf", unlessDefault(problem.riskFreeRate, DEFAULT_PROBLEM.riskFreeRate)],
    ["mean", methodText(problem.expectedReturns, "historical-mean")],
    ["covariance", methodText(problem.covariance, "ledoit-wolf")],
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
    expectedReturns: readExpectedReturns(params.get("mean") ?? ""),
    covariance: readCovariance(params.get("covariance") ?? ""),
    goal: readGoal(params.get("goal") ?? "", params.get("target")),
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
  return { kind: PLAIN_MEANS.find((kind) => kind === text) ?? "historical-mean" };
}

function readCovariance(text: string): CovarianceMethod {
  const halfLifeDays = readHalfLife(text);
  if (halfLifeDays !== undefined) {
    return { kind: "exponential", halfLifeDays };
  }
  return { kind: PLAIN_COVARIANCES.find((kind) => kind === text) ?? "ledoit-wolf" };
}

function readGoal(word: string, target: string | null): Goal {
  switch (word) {
    case GOAL_WORDS["minimum-variance"]:
      return { kind: "minimum-variance" };
    case GOAL_WORDS["target-return"]:
      return { kind: "target-return", value: readNumber(target, 0.1, -10, 10) };
    case GOAL_WORDS["target-volatility"]:
      return { kind: "target-volatility", value: readNumber(target, 0.2, 0, 10) };
    case GOAL_WORDS["maximum-utility"]:
      return {
        kind: "maximum-utility",
        value: readNumber(target, DEFAULT_RISK_AVERSION, 0.01, 1000),
      };
    case GOAL_WORDS["equal-weight"]:
      return { kind: "equal-weight" };
    case GOAL_WORDS["inverse-volatility"]:
      return { kind: "inverse-volatility" };
    case GOAL_WORDS["risk-parity"]:
      return { kind: "risk-parity" };
    case GOAL_WORDS["hierarchical-risk-parity"]:
      return { kind: "hierarchical-risk-parity" };
    case GOAL_WORDS["maximum-diversification"]:
      return { kind: "maximum-diversification" };
    default:
      return DEFAULT_PROBLEM.goal;
  }
}
