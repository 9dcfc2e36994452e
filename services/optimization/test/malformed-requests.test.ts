import { type DescMethodUnary, fromJsonString } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MALFORMED_REQUESTS, type MalformedRequest } from "./malformed-requests.ts";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const CODES = {
  INVALID_ARGUMENT: Code.InvalidArgument,
  NOT_FOUND: Code.NotFound,
  FAILED_PRECONDITION: Code.FailedPrecondition,
} as const;

describe("a bad request", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  const decodable = MALFORMED_REQUESTS.filter(({ isUndecodable }) => !isUndecodable);
  const undecodable = MALFORMED_REQUESTS.filter(({ isUndecodable }) => isUndecodable);

  it.each(decodable)("gets its code, reason and field: $name", async (bad) => {
    const method = methodOf(bad);
    const message = fromJsonString(method.input, bad.body);

    const call = service.transport.unary(method, undefined, undefined, undefined, message);
    const failure = await failureOf(call);

    expect({ code: failure.code, reason: failure.reason, field: failure.fields[0] }).toEqual({
      code: CODES[bad.code],
      reason: bad.reason,
      field: bad.field,
    });
    expect(failure.message).not.toBe("");
  });

  it.each(undecodable)("is no message: $name", (bad) => {
    expect(() => fromJsonString(methodOf(bad).input, bad.body)).toThrow();
  });

  it("is listed in at least fifty kinds, each once", () => {
    expect(MALFORMED_REQUESTS.length).toBeGreaterThanOrEqual(50);
    expect(new Set(MALFORMED_REQUESTS.map(({ name }) => name)).size).toBe(
      MALFORMED_REQUESTS.length,
    );
  });
});

function methodOf({ service, method }: MalformedRequest): DescMethodUnary {
  const { methods } = service === "PortfolioService" ? PortfolioService : OptimizationService;
  const found = methods.find(({ name }) => name === method);
  if (found?.methodKind !== "unary") {
    throw new Error(`${service} has no unary method ${method}`);
  }
  return found as DescMethodUnary;
}
