import { create, fromJson, type JsonObject, type JsonValue, toJson } from "@bufbuild/protobuf";
import type {
  GridParameter,
  ParameterGrid,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_strategy_pb.js";
import {
  type OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { requireRules } from "@portfolio/platform/rpc/message-rules";
import type { Candidate, GridMethod } from "../../domain/backtest-strategy.ts";
import type { OptimizationProblem } from "../../domain/portfolio-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import type { ReadTemplate } from "./read-strategy-method.ts";
import { refuse } from "./refuse.ts";

const CANDIDATES_MAX = 64;
const VALUE_MAX = 1e15;
const PATH = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/u;

/**
 * Reads a grid: each combination of the parameters' values is a candidate, then the alternatives.
 *
 * @param field - Path of the strategy.
 * @returns The optimization of the first candidate, and all of them.
 * @throws {AppError} `REQUEST_INVALID`: there are fewer than 2 or more than 64 candidates, a
 *   parameter is no number of an optimization, or a value breaks a rule of the contract.
 */
export function readGrid(
  { parameters, alternatives, trainDays, testDays, expanding }: ParameterGrid,
  template: OptimizePortfolioRequest | undefined,
  field: string,
  read: ReadTemplate,
): { optimization: OptimizationProblem; method: GridMethod<OptimizationProblem> } {
  const own = `${field}.grid`;
  const count = parameters.reduce((product, { values }) => product * values.length, 1);
  if (count + alternatives.length < 2 || count + alternatives.length > CANDIDATES_MAX) {
    const what = `${count + alternatives.length} candidates: give 2 to ${CANDIDATES_MAX}`;
    refuse("REQUEST_INVALID", own, what);
  }
  checkParameters(parameters, own);
  const base = template ?? create(OptimizePortfolioRequestSchema);
  const combined = combinations(parameters).map(
    (values): Candidate<OptimizationProblem> => ({
      name: nameOf(parameters, values),
      optimization: read(withValues(base, parameters, values, field), "optimization"),
    }),
  );
  const others = alternatives.map((alternative, k) => ({
    name: `Alternative ${k + 1}`,
    optimization: read(alternative, `grid.alternatives[${k}]`),
  }));
  const candidates = [...combined, ...others];
  const [first] = candidates;
  if (first === undefined) {
    throw new Error("a grid without candidates was let through");
  }
  return {
    optimization: first.optimization,
    method: { kind: "grid", candidates, trainDays, testDays, isExpanding: expanding },
  };
}

function nameOf(parameters: readonly GridParameter[], values: readonly number[]): string {
  return parameters.length === 0
    ? "As given"
    : parameters.map(({ field }, k) => `${field} = ${values[k]}`).join(", ");
}

function checkParameters(parameters: readonly GridParameter[], own: string): void {
  for (const [k, { field, values }] of parameters.entries()) {
    const at = `${own}.parameters[${k}]`;
    checkNumbers(
      values.map((value, i) => ({
        field: `${at}.values[${i}]`,
        value,
        min: -VALUE_MAX,
        max: VALUE_MAX,
      })),
    );
    if (values.length === 0 || new Set(values).size < values.length) {
      refuse("REQUEST_INVALID", `${at}.values`, "give each value once, and at least one");
    }
    if (!PATH.test(field) || parameters.findIndex((one) => one.field === field) < k) {
      refuse("REQUEST_INVALID", `${at}.field`, `"${field}" is no path, or is there twice`);
    }
  }
}

/** Lists all combinations; the last parameter changes fastest. */
function combinations(parameters: readonly GridParameter[]): readonly number[][] {
  return parameters.reduce<number[][]>(
    (known, { values }) => known.flatMap((one) => values.map((value) => [...one, value])),
    [[]],
  );
}

/** Sets fields of an optimization by their paths. */
function withValues(
  base: OptimizePortfolioRequest,
  parameters: readonly GridParameter[],
  values: readonly number[],
  strategy: string,
): OptimizePortfolioRequest {
  const json = toJson(OptimizePortfolioRequestSchema, base, { useProtoFieldName: true });
  for (const [k, { field }] of parameters.entries()) {
    setAt(json as JsonObject, field.split("."), values[k] ?? 0);
  }
  const request = requestFrom(json, parameters, strategy);
  requireRules(OptimizePortfolioRequestSchema, request, `${strategy}.optimization`);
  return request;
}

function requestFrom(
  json: JsonValue,
  parameters: readonly GridParameter[],
  strategy: string,
): OptimizePortfolioRequest {
  try {
    return fromJson(OptimizePortfolioRequestSchema, json);
  } catch {
    const paths = parameters.map(({ field }) => field).join(", ");
    return refuse(
      "REQUEST_INVALID",
      `${strategy}.grid.parameters`,
      `${paths}: no such number beside the rest`,
    );
  }
}

function setAt(json: JsonObject, path: readonly string[], value: number): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    json[name] = value;
    return;
  }
  const inner: JsonValue = json[name] ?? {};
  const next: JsonObject = typeof inner === "object" && !Array.isArray(inner) ? (inner ?? {}) : {};
  json[name] = next;
  setAt(next, rest, value);
}
