import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { StatusService } from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { describe, expect, it } from "vitest";
import { mockError } from "../../../test/mock/mock-error.ts";
import { failureReport } from "./api-failure.ts";
import { apiKey } from "./api-key.svelte.ts";
import { toFailure } from "./backend.ts";
import { call, useTransport } from "./call.ts";

describe("toFailure", () => {
  it("keeps reason, violations, metadata and request id", () => {
    const failure = toFailure(
      mockError(Code.FailedPrecondition, "TARGET_OUT_OF_RANGE", "Too much.", {
        violations: [{ field: "objective", description: "too high" }],
        metadata: { maximum: "0.3" },
      }),
    );

    expect(failure).toMatchObject({
      kind: "rejected",
      reason: "TARGET_OUT_OF_RANGE",
      metadata: { maximum: "0.3" },
      violations: [{ field: "objective", description: "too high" }],
      retryable: false,
    });
    expect(failure.message).toBe("Too much.");
    expect(failureReport(failure)).toContain(`request id: ${failure.requestId}`);
  });

  it.each([
    [new ConnectError("busy", Code.ResourceExhausted), "overloaded"],
    [new ConnectError("slow", Code.DeadlineExceeded), "overloaded"],
    [new ConnectError("gone", Code.Unavailable), "unreachable"],
    [new TypeError("Failed to fetch"), "unreachable"],
    [new ConnectError("internal error", Code.Internal), "broken"],
    [new ConnectError("stopped", Code.Canceled), "canceled"],
    [new ConnectError("no key", Code.Unauthenticated), "unauthenticated"],
  ] as const)("takes %s for %s", (error, kind) => {
    expect(toFailure(error).kind).toBe(kind);
  });
});

describe("call", () => {
  it("asks for a key when the gateway wants one", async () => {
    useTransport(
      createRouterTransport(({ service }) => {
        service(StatusService, {
          getStatus() {
            throw mockError(Code.Unauthenticated, "API_KEY_MISSING", "A key is needed.");
          },
        });
      }),
    );

    const failure = await call((clients) => clients.status.getStatus({})).catch(
      (error: unknown) => error,
    );

    expect(failure).toMatchObject({ kind: "unauthenticated", reason: "API_KEY_MISSING" });
    expect(apiKey.wanted).toBe(true);
  });
});
