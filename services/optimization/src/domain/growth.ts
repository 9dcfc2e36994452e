import { fitReturnModel, type Matrix, type ReturnModel, simulateWealth } from "@portfolio/quant";
import { heldReturns } from "./held-returns.ts";
import type { GrowthModel } from "./stress-problem.ts";
import type { GrowthTask, GrowthTaskOutcome } from "./stress-task.ts";

const DAYS_PER_MONTH = 21;
const FAN_ENTRIES_MAX = 120;

/** Simulates what a portfolio with payments may grow to. */
export function simulateGrowth({ weights, closes, plan }: GrowthTask): GrowthTaskOutcome {
  const returns = pastReturns(closes, weights);
  if (returns.some((value) => value <= -1)) {
    return { status: "ruined" };
  }
  const { finalValues: _, ...simulation } = simulateWealth({
    initialValue: plan.initialAmount,
    flows: new Float64Array(plan.monthCount).fill(plan.monthlyAmount),
    model: modelOf(plan.model, returns),
    goal: plan.goalAmount,
    pathCount: plan.pathCount,
    seed: plan.seed,
    fanEvery: Math.ceil(plan.monthCount / FAN_ENTRIES_MAX),
  });
  return { status: "solved", ...simulation };
}

function pastReturns(closes: Matrix, weights: Float64Array): Float64Array {
  return heldReturns(closes, weights, { start: 0, end: closes.rows - 1 }, 0);
}

function modelOf(model: GrowthModel, returns: Float64Array): ReturnModel {
  return model.kind === "block-bootstrap"
    ? {
        kind: model.kind,
        returns,
        meanBlockLength: model.meanBlockDays,
        returnsPerPeriod: DAYS_PER_MONTH,
      }
    : fitReturnModel(model.kind, returns, DAYS_PER_MONTH);
}
