import { ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";

/** What a caller can tell from a failed call. */
export async function failureOf(call: Promise<unknown>): Promise<{
  readonly code: number;
  readonly reason: string | undefined;
  readonly message: string;
  readonly fields: readonly string[];
}> {
  const error = await call.then(
    () => {
      throw new Error("the call did not fail");
    },
    (reason: unknown) => ConnectError.from(reason),
  );
  const violations = error.findDetails(BadRequestSchema)[0]?.fieldViolations ?? [];
  return {
    code: error.code,
    reason: error.findDetails(ErrorInfoSchema)[0]?.reason,
    message: error.rawMessage,
    fields: violations.map(({ field }) => field),
  };
}
