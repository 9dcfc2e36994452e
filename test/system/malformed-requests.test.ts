// Sends every malformed request of the table to the running system, as a script would, and reads the whole error.
import { afterAll, beforeAll, expect, it } from "vitest";
import { MALFORMED_REQUESTS } from "../../services/optimization/test/malformed-requests.ts";
import { type RunningSystem, removeHome, startSystem } from "./start-system.ts";

interface ErrorDetail {
  readonly type: string;
  readonly debug?: {
    readonly reason?: string;
    readonly requestId?: string;
    readonly fieldViolations?: readonly { readonly field?: string }[];
  };
}

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.stop();
  await removeHome(system.homeDirectory);
});

async function send(service: string, method: string, body: string): Promise<ErrorAnswer> {
  const url = `${system.url}/portfolio.optimization.v1.${service}/${method}`;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const { code, details } = (await response.json()) as { code: string; details: ErrorDetail[] };
  const find = (type: string) => details.find((detail) => detail.type === type)?.debug;
  return {
    status: response.status,
    code: code.toUpperCase(),
    reason: find("google.rpc.ErrorInfo")?.reason,
    fields: find("google.rpc.BadRequest")?.fieldViolations?.map(({ field = "" }) => field) ?? [],
    requestId: find("google.rpc.RequestInfo")?.requestId,
    requestIdHeader: response.headers.get("x-request-id"),
  };
}

interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly reason: string | undefined;
  readonly fields: readonly string[];
  readonly requestId: string | undefined;
  readonly requestIdHeader: string | null;
}

it("has at least fifty of them", () => {
  expect(MALFORMED_REQUESTS.length).toBeGreaterThanOrEqual(50);
});

it.each(MALFORMED_REQUESTS)("answers $code $reason: $name", async (bad) => {
  const answer = await send(bad.service, bad.method, bad.body);

  expect(answer).toMatchObject({ code: bad.code, reason: bad.reason });
  if (bad.field !== undefined) expect(answer.fields[0]).toBe(bad.field);
  expect(answer.requestId).toBe(answer.requestIdHeader);
});

it("refuses a body over 4 MiB", async () => {
  const symbols = Array.from({ length: 700_000 }, (_, i) => `S${i}`);

  const answer = await send(
    "OptimizationService",
    "OptimizePortfolio",
    JSON.stringify({ symbols }),
  );

  expect(answer.code).toBe("RESOURCE_EXHAUSTED");
  expect(answer.reason).toBeDefined();
});
