import {
  bootstrapScenarios,
  ellipticalCopulaScenarios,
  exponentialScenarios,
  fitDegrees,
  fitVine,
  historicalScenarios,
  type Matrix,
  type ScenarioSet,
  simulateScenarios,
  TRADING_DAYS_PER_YEAR,
  vineScenarios,
} from "@portfolio/quant";
import type { Estimates } from "./estimates.ts";
import type { ScenariosMethod } from "./views-method.ts";

// Where the covariance has no inverse the likelihood has no maximum; tails of stocks are like this.
const DEGREES_OF_SINGULAR = 5;

/**
 * Makes scenarios of daily returns.
 *
 * @param returns - Daily returns of the past. Unused, and may be missing, for given scenarios.
 * @param estimates - Moments per year of the distributions that are drawn from.
 */
export function makeScenarios(
  method: ScenariosMethod,
  returns: Matrix | undefined,
  estimates: Pick<Estimates, "expectedReturns" | "covariance">,
): ScenarioSet {
  switch (method.kind) {
    case "given":
      return { returns: method.returns, probabilities: method.probabilities };
    case "historical":
      return historicalScenarios(required(returns));
    case "exponential":
      return exponentialScenarios(required(returns), method.halfLifeDays);
    case "bootstrap":
      return bootstrapScenarios(required(returns), method.count, method.meanBlockDays, method.seed);
    case "gaussian":
    case "student-t": {
      const mean = estimates.expectedReturns.map(perDay);
      const covariance = {
        ...estimates.covariance,
        values: estimates.covariance.values.map(perDay),
      };
      const degrees =
        method.kind === "gaussian"
          ? undefined
          : (fitDegrees(required(returns), mean, covariance) ?? DEGREES_OF_SINGULAR);
      return simulateScenarios({ mean, covariance, degrees }, method.count, method.seed);
    }
    case "gaussian-copula":
      return ellipticalCopulaScenarios(required(returns), "gaussian", method.count, method.seed);
    case "student-t-copula":
      return ellipticalCopulaScenarios(required(returns), "studentT", method.count, method.seed);
    case "vine-copula":
      return vineScenarios(fitVine(required(returns)), method.count, method.seed);
  }
}

function perDay(perYear: number): number {
  return perYear / TRADING_DAYS_PER_YEAR;
}

function required(returns: Matrix | undefined): Matrix {
  if (returns === undefined) {
    throw new Error("scenarios from prices were asked for without prices");
  }
  return returns;
}
