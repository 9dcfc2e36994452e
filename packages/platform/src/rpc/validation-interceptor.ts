import type { DescMessage, DescService, Message } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { decodeErrorKey } from "./call-values.ts";
import { toConnectError } from "./error-mapping.ts";
import { compileRules, requireRules } from "./message-rules.ts";
import { currentRequest } from "./request-context.ts";

/**
 * Holds each request to the rules of the contract, before its handler sees it.
 *
 * @param services - Their rules are compiled now. Compiling takes up to 300 ms,
 *   and the first call of any other service has to wait for it.
 */
export function validationInterceptor(services: readonly DescService[]): Interceptor {
  for (const { input } of services.flatMap(({ methods }) => methods)) {
    compileRules(input);
  }
  return (next) => (request) => {
    if (request.stream) {
      const message = checkEach(request.method.input, request.message);
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
  schema: DescMessage,
  messages: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const message of messages) {
    check(schema, message);
    yield message;
  }
}

function check(schema: DescMessage, message: Message): void {
  try {
    requireRules(schema, message);
  } catch (error) {
    throw toConnectError(error, currentRequest()?.requestId);
  }
}
