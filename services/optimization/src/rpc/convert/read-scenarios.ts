import {
  type GivenScenarios,
  ScenarioDistribution,
  type Scenarios,
  type SimulatedScenarios,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { ScenariosMethod } from "../../domain/views-method.ts";
import { readReturns } from "./read-matrix.ts";
import { checkNumbers } from "./read-numbers.ts";
import { refuse } from "./refuse.ts";

const COUNT_MAX = 20_000;
const BLOCK_MAX = 10_000;
const HALF_LIFE_MAX = 100_000;
// Returns of all scenarios take 80 MB at this number.
const ENTRIES_MAX = 10_000_000;
const VINE_ASSETS_MAX = 50;

const DISTRIBUTIONS = {
  [ScenarioDistribution.UNSPECIFIED]: "gaussian",
  [ScenarioDistribution.GAUSSIAN]: "gaussian",
  [ScenarioDistribution.STUDENT_T]: "student-t",
  [ScenarioDistribution.GAUSSIAN_COPULA]: "gaussian-copula",
  [ScenarioDistribution.STUDENT_T_COPULA]: "student-t-copula",
  [ScenarioDistribution.VINE_COPULA]: "vine-copula",
} as const;

/**
 * Reads how possible daily returns are made; each day of the past when nothing is said.
 *
 * @throws {AppError} `REQUEST_INVALID`, `NUMBER_NOT_FINITE`, `ESTIMATE_SHAPE_WRONG`.
 */
export function readScenarios(message: Scenarios | undefined, assetCount: number): ScenariosMethod {
  const method = message?.method;
  switch (method?.case) {
    case "exponential": {
      const { halfLifeDays } = method.value;
      const field = "scenarios.exponential.half_life_days";
      checkNumbers([{ field, value: halfLifeDays, min: Number.MIN_VALUE, max: HALF_LIFE_MAX }]);
      return { kind: "exponential", halfLifeDays };
    }
    case "bootstrap": {
      const { count, meanBlockDays, seed } = method.value;
      checkCount("scenarios.bootstrap", count, assetCount);
      const field = "scenarios.bootstrap.mean_block_days";
      checkNumbers([{ field, value: meanBlockDays, min: 0, max: BLOCK_MAX }]);
      return { kind: "bootstrap", count, meanBlockDays: Math.max(1, meanBlockDays), seed };
    }
    case "simulated":
      return readSimulated(method.value, assetCount);
    case "given":
      return readGiven(method.value, assetCount);
    default:
      return { kind: "historical" };
  }
}

function checkCount(field: string, count: number, assetCount: number): void {
  const max = Math.min(COUNT_MAX, Math.floor(ENTRIES_MAX / assetCount));
  checkNumbers([{ field: `${field}.count`, value: count, min: 2, max }]);
}

function readSimulated(
  { count, distribution, seed }: SimulatedScenarios,
  assetCount: number,
): ScenariosMethod {
  checkCount("scenarios.simulated", count, assetCount);
  const kind = DISTRIBUTIONS[distribution];
  if (kind === "vine-copula" && assetCount > VINE_ASSETS_MAX) {
    refuse(
      "REQUEST_INVALID",
      "scenarios.simulated.distribution",
      `a vine has up to ${VINE_ASSETS_MAX} assets, and there are ${assetCount}`,
    );
  }
  return { kind, count, seed };
}

function readGiven(
  { returns, probabilities }: GivenScenarios,
  assetCount: number,
): ScenariosMethod {
  const field = "scenarios.given";
  const panel = readReturns(returns, `${field}.returns`, assetCount);
  if (probabilities.length > 0 && probabilities.length !== panel.rows) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      `${field}.probabilities`,
      `there are ${probabilities.length} probabilities for ${panel.rows} scenarios`,
    );
  }
  checkNumbers(
    probabilities.map((value, k) => ({
      field: `${field}.probabilities[${k}]`,
      value,
      min: 0,
      max: 1e18,
    })),
  );
  const weights =
    probabilities.length > 0
      ? Float64Array.from(probabilities)
      : new Float64Array(panel.rows).fill(1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) {
    refuse("REQUEST_INVALID", `${field}.probabilities`, "no probability is over 0");
  }
  return { kind: "given", returns: panel, probabilities: weights.map((weight) => weight / total) };
}
