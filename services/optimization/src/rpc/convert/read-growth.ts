import type { SimulateGrowthRequest } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import type { GrowthModel, GrowthProblem } from "../../domain/stress-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readPositions } from "./read-positions.ts";
import { readPrices } from "./read-prices.ts";
import { refuse } from "./refuse.ts";

const AMOUNT_MAX = 1e13;
const PATH_COUNT = 10_000;
const BLOCK_DAYS = 21;

// Draws that take about a second.
const MONTH_DRAWS_MAX = 20_000_000;
const BOOTSTRAP_DRAWS_MAX = 1_000_000;

/** Reads a plan to simulate. @throws {AppError} Names every field at fault. */
export function readGrowth(request: SimulateGrowthRequest): GrowthProblem {
  const { initialAmount, monthlyAmount, goalAmount, monthCount, seed } = request;
  const positions = readPositions(request.positions);
  checkNumbers([
    { field: "initial_amount", value: initialAmount, min: 0, max: AMOUNT_MAX },
    { field: "monthly_amount", value: monthlyAmount, min: -AMOUNT_MAX, max: AMOUNT_MAX },
    { field: "goal_amount", value: goalAmount, min: 0, max: AMOUNT_MAX },
  ]);
  const model = readModel(request);
  const pathCount = request.pathCount || PATH_COUNT;
  const most = model.kind === "block-bootstrap" ? BOOTSTRAP_DRAWS_MAX : MONTH_DRAWS_MAX;
  if (pathCount * monthCount > most) {
    const description = `${pathCount} times ${monthCount} months are over ${most}`;
    refuse("REQUEST_INVALID", "path_count", description);
  }
  return {
    positions,
    prices: readPrices(request),
    initialAmount,
    monthCount,
    monthlyAmount,
    goalAmount,
    pathCount,
    seed,
    model,
  };
}

function readModel({ model }: SimulateGrowthRequest): GrowthModel {
  switch (model.case) {
    case "lognormal":
      return { kind: "gaussian" };
    case "studentT":
      return { kind: "student-t" };
    case "blockBootstrap": {
      const { meanBlockDays } = model.value;
      const days = meanBlockDays || BLOCK_DAYS;
      checkNumbers([{ field: "block_bootstrap.mean_block_days", value: days, min: 1, max: 252 }]);
      return { kind: "block-bootstrap", meanBlockDays: days };
    }
    case undefined:
      return { kind: "block-bootstrap", meanBlockDays: BLOCK_DAYS };
  }
}
