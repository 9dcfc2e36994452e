/** A bad request, and the answer that it must get. */
export interface MalformedRequest {
  /** What is wrong, in a few words. */
  readonly name: string;
  readonly service: "OptimizationService" | "PortfolioService";
  readonly method: string;
  /** Body as a JSON client sends it. */
  readonly body: string;
  readonly code: "INVALID_ARGUMENT" | "NOT_FOUND" | "FAILED_PRECONDITION";
  readonly reason: string;
  /** Field of the first violation. Undefined where the answer has none. */
  readonly field: string | undefined;
  /** Whether the body is no message at all, which whoever decodes JSON must say. */
  readonly isUndecodable: boolean;
}

type Expectation = readonly [
  code: MalformedRequest["code"],
  reason: string,
  field?: string | undefined,
];

/** Most of the answers. */
export const BAD = "INVALID_ARGUMENT";

export const SYMBOLS = ["AAPL", "KO"];
const GOAL = { minimum_variance: {} };

/** A good request with some of its fields replaced. */
export function optimize(name: string, fields: object, ...expectation: Expectation) {
  const body = JSON.stringify({ symbols: SYMBOLS, objective: GOAL, ...fields });
  return request(name, ["OptimizationService", "OptimizePortfolio", body], expectation);
}

export function constrain(name: string, constraints: object, ...expectation: Expectation) {
  return optimize(name, { constraints }, ...expectation);
}

export function covary(name: string, matrix: object, ...expectation: Expectation) {
  return optimize(name, { covariance: { given: { matrix } } }, ...expectation);
}

export function call(
  name: string,
  [method, fields]: readonly [method: string, fields: object],
  ...expectation: Expectation
) {
  const service = /^(Create|Get|List|Delete|RebalancePortfolio)/.test(method)
    ? "PortfolioService"
    : "OptimizationService";
  return request(name, [service, method, JSON.stringify(fields)], expectation);
}

export function request(
  name: string,
  [service, method, body]: readonly [MalformedRequest["service"], string, string],
  [code, reason, field]: Expectation,
): MalformedRequest {
  const isUndecodable = reason.startsWith("FIELD_") || reason === "JSON_INVALID";
  return { name, service, method, body, code, reason, field, isUndecodable };
}
