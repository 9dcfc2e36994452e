import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";

/** What a caller sees of a call that fails. */
export interface Failure {
  readonly code: string;
  readonly reason: string | undefined;
  readonly message: string;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
}

/** Waits for a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    () => {
      throw new Error("the call did not fail");
    },
    (thrown: unknown) => ConnectError.from(thrown),
  );
  const violations = error.findDetails(BadRequestSchema)[0]?.fieldViolations ?? [];
  return {
    code: Code[error.code] as string,
    reason: error.findDetails(ErrorInfoSchema)[0]?.reason,
    message: error.rawMessage,
    violations: violations.map(({ field, description }) => ({ field, description })),
  };
}
