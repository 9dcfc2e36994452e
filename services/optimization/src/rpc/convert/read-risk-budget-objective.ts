import type {
  FactorRiskParity,
  RelaxedRiskParity,
  RiskParity,
  Objective as WireObjective,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Matrix, PortfolioMeasure } from "@portfolio/quant";
import type { RiskBudgetObjective } from "../../domain/rule-objectives.ts";
import { readMatrix } from "./read-matrix.ts";
import { checkNumbers } from "./read-numbers.ts";
import { RISK_BUDGET_RANGE, readRiskBudgets } from "./read-risk-budgets.ts";
import { readConvexMeasure } from "./read-risk-measure.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

/** JSON path of the lowest return of relaxed risk parity. */
export const RELAXED_RETURN = "objective.relaxed_risk_parity.return_per_year";

const VOLATILITY: PortfolioMeasure = { kind: "standard-deviation" };
const FACTORS = "objective.factor_risk_parity";
const PENALTY = 1;
const PENALTY_MAX = 1e6;

type WireGoal = Extract<
  WireObjective["goal"],
  { case: "riskParity" | "relaxedRiskParity" | "factorRiskParity" }
>;

/**
 * Reads an objective that is about budgets of risk.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `ESTIMATE_SHAPE_WRONG`,
 *   `RISK_MEASURE_MISSING`, and those of `readRiskBudgets`.
 */
export function readRiskBudgetObjective(goal: WireGoal, list: SymbolList): RiskBudgetObjective {
  switch (goal.case) {
    case "riskParity":
      return readRiskParity(goal.value, list);
    case "relaxedRiskParity":
      return readRelaxed(goal.value);
    case "factorRiskParity":
      return readFactors(goal.value, list.symbols.length);
  }
}

function readRiskParity(
  { budgets, measure, withinConstraints }: RiskParity,
  list: SymbolList,
): RiskBudgetObjective {
  return {
    kind: "risk-parity",
    budgets: readRiskBudgets(budgets, list),
    measure:
      measure === undefined
        ? VOLATILITY
        : readConvexMeasure(measure, "objective.risk_parity.measure"),
    withinConstraints,
  };
}

function readRelaxed({ returnPerYear, penalty = PENALTY }: RelaxedRiskParity): RiskBudgetObjective {
  const [min, max] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  checkNumbers([
    { field: RELAXED_RETURN, value: returnPerYear, min, max },
    { field: "objective.relaxed_risk_parity.penalty", value: penalty, min: 0, max: PENALTY_MAX },
  ]);
  return {
    kind: "relaxed-risk-parity",
    returnMinPerYear: returnPerYear ?? Number.NEGATIVE_INFINITY,
    penalty,
  };
}

function readFactors(
  { componentCount, loadings, budgets }: FactorRiskParity,
  assetCount: number,
): RiskBudgetObjective {
  checkNumbers([
    { field: `${FACTORS}.component_count`, value: componentCount, min: 0, max: assetCount },
    ...budgets.map((value, k) => ({
      field: `${FACTORS}.budgets[${k}]`,
      value,
      ...RISK_BUDGET_RANGE,
    })),
  ]);
  const matrix = loadings && readMatrix(loadings, `${FACTORS}.loadings`);
  if (matrix !== undefined) {
    checkLoadings(matrix, assetCount);
    if (componentCount > 0) {
      const field = `${FACTORS}.component_count`;
      refuse("REQUEST_INVALID", field, "loadings stand in place of components: give one");
    }
  }
  const count = matrix?.cols ?? componentCount;
  if (budgets.length > 0 && budgets.length !== count) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      `${FACTORS}.budgets`,
      `there are ${budgets.length} budgets, and the request sets ${count} factors`,
    );
  }
  return {
    kind: "factor-risk-parity",
    componentCount: componentCount > 0 ? componentCount : undefined,
    loadings: matrix,
    budgets: budgets.length > 0 ? Float64Array.from(budgets) : undefined,
  };
}

function checkLoadings({ rows, cols }: Matrix, assetCount: number): void {
  if (rows !== assetCount || cols < 1 || cols > assetCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      `${FACTORS}.loadings`,
      `the matrix is ${rows} by ${cols}; give ${assetCount} rows, one per symbol, of as many factors at most`,
    );
  }
}
