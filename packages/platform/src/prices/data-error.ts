import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { AppError, type AppErrorKind } from "../app-error.ts";

/** Answers of the data service that mean something to our own caller. */
const KIND_BY_CODE: ReadonlyMap<Code, AppErrorKind> = new Map([
  [Code.InvalidArgument, "invalid-argument"],
  [Code.NotFound, "not-found"],
  [Code.FailedPrecondition, "failed-precondition"],
  [Code.ResourceExhausted, "resource-exhausted"],
  [Code.Unavailable, "unavailable"],
]);

/** Gives an error of the data service the meaning that it has for our own caller. */
export function translateDataError(error: unknown): unknown {
  if (!(error instanceof ConnectError)) {
    return error;
  }
  const kind = KIND_BY_CODE.get(error.code);
  const info = error.findDetails(ErrorInfoSchema)[0];
  if (kind !== undefined && info !== undefined) {
    const violations = error
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations)
      .map(({ field, description }) => ({ field, description }));
    const { reason, metadata } = info;
    return new AppError(kind, reason, error.rawMessage, { violations, metadata, cause: error });
  }
  if (kind === "unavailable") {
    return new AppError(
      "unavailable",
      "PRICES_UNAVAILABLE",
      "Prices cannot be read at the moment. Try again shortly.",
      { cause: error },
    );
  }
  return error;
}
