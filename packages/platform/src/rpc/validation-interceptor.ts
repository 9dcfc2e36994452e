import { create, type DescMessage, type DescService, type Message } from "@bufbuild/protobuf";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import type { Interceptor } from "@connectrpc/connect";
import { AppError } from "../app-error.ts";
import { decodeErrorKey } from "./call-values.ts";
import { toConnectError } from "./error-mapping.ts";
import { currentRequest } from "./request-context.ts";

type Check = (schema: DescMessage, message: Message) => void;

/**
 * Holds each request to the rules of the contract, before its handler sees it.
 *
 * @param services - Their rules are compiled now. Compiling takes up to 300 ms,
 *   and the first call of any other service has to wait for it.
 */
export function validationInterceptor(services: readonly DescService[]): Interceptor {
  const validator = createValidator();
  for (const { input } of services.flatMap(({ methods }) => methods)) {
    validator.validate(input, create(input));
  }
  const check = createCheck(validator);
  return (next) => (request) => {
    if (request.stream) {
      const message = checkEach(check, request.method.input, request.message);
      return next({ ...request, message });
    }
    if (request.contextValues.get(decodeErrorKey) !== undefined) {
      return next(request);
    }
    try {
      check(request.method.input, request.message);
    } catch (error) {
      return Promise.reject(error);
    }
    return next(request);
  };
}

async function* checkEach<T extends Message>(
  check: Check,
  schema: DescMessage,
  messages: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const message of messages) {
    check(schema, message);
    yield message;
  }
}

function createCheck(validator: Validator): Check {
  return (schema, message) => {
    const result = validator.validate(schema, message);
    if (result.kind === "error") {
      throw toConnectError(result.error, currentRequest()?.requestId);
    }
    if (result.kind === "invalid") {
      throw toConnectError(requestInvalid(result.violations), currentRequest()?.requestId);
    }
  };
}

function requestInvalid(found: readonly Violation[]): AppError {
  const violations = found.map((violation) => ({
    field: violation.field.length === 0 ? "" : violationPath(violation),
    description: violation.message,
  }));
  const summary = violations
    .map(({ field, description }) => (field === "" ? description : `${field}: ${description}`))
    .join("; ");
  return new AppError("invalid-argument", "REQUEST_INVALID", `Bad request: ${summary}`, {
    violations,
  });
}

/** Path as protovalidate writes it, such as `constraints.bounds["AAPL"].max`. */
function violationPath(violation: Violation): string {
  const text = violation.toString();
  const end = text.indexOf(`: ${violation.message}`);
  return end < 0 ? text : text.slice(0, end);
}
