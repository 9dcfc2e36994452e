import type {
  ConditionalShock,
  FactorShock,
  RunStressRequest,
  StressWindow,
} from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import type {
  ConditionalProblem,
  NamedShock,
  NamedWindow,
  StressProblem,
} from "../../domain/stress-problem.ts";
import { RETURN_RANGE, readConditionalScenarios } from "./read-conditional-scenarios.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readPositions } from "./read-positions.ts";
import { readPrices } from "./read-prices.ts";
import { readProxies } from "./read-proxies.ts";
import { readSymbols } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

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
    proxies: readProxies(request, positions),
    conditionalScenarios: readConditionalScenarios(request.conditionalScenarios, positions.length),
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
      ...RETURN_RANGE,
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
