import type {
  ConditionalShock,
  FactorShock,
  RunStressRequest,
  SimulateGrowthRequest,
  StressWindow,
} from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import type {
  ConditionalProblem,
  GrowthModel,
  GrowthProblem,
  NamedShock,
  NamedWindow,
  StressProblem,
} from "../../domain/stress-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readPositions } from "./read-positions.ts";
import { readPrices } from "./read-prices.ts";
import { readSymbols } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const RETURN_MIN = -1;
const RETURN_MAX = 10;
const AMOUNT_MAX = 1e13;
const PATH_COUNT = 10_000;
const BLOCK_DAYS = 21;

/** Reads what to put a portfolio through. @throws {AppError} Names every field at fault. */
export function readStress(request: RunStressRequest): StressProblem {
  const positions = readPositions(request.positions);
  return {
    positions,
    prices: readPrices(request),
    windows: request.windows.map(readWindow),
    factorShocks: request.factorShocks.map((shock, k) => readShock(shock, `factor_shocks[${k}]`)),
    conditionalShocks: request.conditionalShocks.map((shock, k) =>
      readConditional(
        shock,
        `conditional_shocks[${k}]`,
        positions.map(({ symbol }) => symbol),
      ),
    ),
  };
}

function readWindow({ name, startDate, endDate }: StressWindow, k: number): NamedWindow {
  const field = `windows[${k}]`;
  for (const [part, date] of Object.entries({ start_date: startDate, end_date: endDate })) {
    readWindowDate(date, `${field}.${part}`);
  }
  if (startDate >= endDate) {
    refuse("DATES_REVERSED", `${field}.end_date`, `${endDate} is not after ${startDate}`);
  }
  return { name, startDate, endDate };
}

function readWindowDate(date: string, field: string): void {
  try {
    readPrices({ startDate: date, endDate: "" });
  } catch {
    refuse("DATE_INVALID", field, `"${date}" is not a day written as YYYY-MM-DD`);
  }
  if (date === "") {
    refuse("DATE_INVALID", field, "a window has a first and a last day");
  }
}

function readShock({ name, returns }: FactorShock | ConditionalShock, field: string): NamedShock {
  const entries = Object.entries(returns);
  const fieldOf = (k: number) => `${field}.returns[${JSON.stringify(entries[k]?.[0])}]`;
  if (entries.length === 0) {
    refuse("REQUEST_INVALID", `${field}.returns`, "give at least one return");
  }
  checkNumbers(
    entries.map(([, value], k) => ({
      field: fieldOf(k),
      value,
      min: RETURN_MIN,
      max: RETURN_MAX,
    })),
  );
  const { symbols } = readSymbols(
    entries.map(([symbol]) => symbol),
    { fieldOf, isFreeText: false },
  );
  return { name, returns: new Map(symbols.map((symbol, k) => [symbol, entries[k]?.[1] ?? 0])) };
}

function readConditional(
  message: ConditionalShock,
  field: string,
  held: readonly string[],
): ConditionalProblem {
  const shock = readShock(message, field);
  refuseIfAny(
    "CONSTRAINT_SYMBOL_UNKNOWN",
    [...shock.returns.keys()]
      .filter((symbol) => !held.includes(symbol))
      .map((symbol) => ({
        field: `${field}.returns[${JSON.stringify(symbol)}]`,
        description: `there is no position in "${symbol}"`,
      })),
  );
  return { ...shock, horizonDays: message.horizonDays || 1 };
}

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
