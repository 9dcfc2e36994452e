import { type Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RequestInfoSchema,
} from "@portfolio/gen/google/rpc/error_details_pb.js";

/** Identifier of every request to the mock. */
export const REQUEST_ID = "01935b7e-0000-7000-8000-000000000001";

/** Makes an error as the services do: reason, violations and request identifier as details. */
export function mockError(
  code: Code,
  reason: string,
  message: string,
  options: {
    violations?: { field: string; description: string }[];
    metadata?: Record<string, string>;
  } = {},
): ConnectError {
  const { violations = [], metadata = {} } = options;
  return new ConnectError(message, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "portfolio", metadata } },
    ...(violations.length > 0
      ? [{ desc: BadRequestSchema, value: { fieldViolations: violations } }]
      : []),
    { desc: RequestInfoSchema, value: { requestId: REQUEST_ID } },
  ]);
}
