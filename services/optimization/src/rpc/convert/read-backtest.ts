import { create, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type BacktestSpec,
  BacktestSpecSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  type StartBacktestRequest,
  StartBacktestRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import type { BacktestDraft } from "../../app/start-backtest.ts";
import type { BacktestProblem } from "../../domain/backtest-problem.ts";
import { pinVersions } from "./pin-versions.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readPositions } from "./read-positions.ts";
import { readPrices } from "./read-prices.ts";
import { readStrategies } from "./read-strategy.ts";
import { isPrintable, readRequestSymbols, readSymbols } from "./read-symbols.ts";
import { readAttributionGroups, readUniverse } from "./read-universe.ts";
import { readValidation } from "./read-validation.ts";
import { refuse } from "./refuse.ts";
import { under } from "./under-field.ts";

const MAX_AGE_DAYS = 7;

/** Reads a backtest to start. @throws {AppError} Names every field at fault. */
export function readBacktestDraft(request: StartBacktestRequest): BacktestDraft {
  const { requestId } = request;
  const name = request.name.trim();
  if (name !== "" && !isPrintable(name)) {
    refuse("REQUEST_INVALID", "name", "a name holds no control character");
  }
  if (requestId !== "" && !isPrintable(requestId)) {
    refuse("REQUEST_INVALID", "request_id", "an identifier holds no control character");
  }
  const spec = request.spec ?? create(BacktestSpecSchema);
  return {
    name,
    problem: readBacktest(spec),
    writeSpec: ({ id, revision }, origins) => {
      const dataset = create(DatasetReferenceSchema, { id, revision });
      return toBinary(BacktestSpecSchema, { ...pinVersions(spec, origins), dataset });
    },
    requestId,
    content: toJson(StartBacktestRequestSchema, request),
  };
}

/** Reads what to test. @throws {AppError} Names every field at fault, below `spec`. */
export function readBacktest(spec: BacktestSpec): BacktestProblem {
  const { list, prices } = under("spec", () => ({
    list: readRequestSymbols(spec.symbols, false),
    prices: readPrices(spec),
  }));
  checkNumbers([
    { field: "spec.cash_rate_per_year", value: spec.cashRatePerYear, min: -0.99, max: 1 },
  ]);
  const benchmark = under("spec.benchmark", () =>
    spec.benchmark.length === 0 ? undefined : readPositions(spec.benchmark),
  );
  refuseWithoutWalk(spec);
  return {
    symbols: list.symbols,
    prices,
    strategies: readStrategies(spec),
    validation: readValidation(spec, list),
    benchmark,
    cashRatePerYear: spec.cashRatePerYear,
    universe: spec.universe && readUniverse(spec.universe, list),
    attributionGroups: readAttributionGroups(spec, list, benchmark),
    factorSymbols: readSymbols(spec.factorSymbols, {
      fieldOf: (k) => `spec.factor_symbols[${k}]`,
      isFreeText: false,
    }).symbols,
    pastForecasts: {
      maxAgeDays: spec.pastForecasts?.maxAgeDays ?? MAX_AGE_DAYS,
      fitsPeriod: spec.pastForecasts?.fitPeriod ?? false,
    },
  };
}

/** Refuses what only a walk forward can have. */
function refuseWithoutWalk(spec: BacktestSpec): void {
  const given = {
    universe: spec.universe !== undefined,
    attribution_groups: spec.attributionGroups.length > 0,
    factor_symbols: spec.factorSymbols.length > 0,
    past_forecasts: spec.pastForecasts !== undefined,
  };
  for (const [name, isGiven] of Object.entries(given)) {
    if (isGiven && spec.validation.case !== "walkForward") {
      refuse("REQUEST_INVALID", `spec.${name}`, "it needs validation by walk_forward");
    }
  }
}
