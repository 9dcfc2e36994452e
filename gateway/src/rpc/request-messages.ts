import type { DescMessage, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "@portfolio/platform/app-error";

/**
 * The messages of a request, as Connect's protocol handlers read them, with errors that say
 * what is wrong with the request.
 *
 * A transport that reads them may turn an error into one of its own: `error` keeps the first.
 */
export class RequestMessages implements AsyncIterable<Message> {
  readonly #messages: AsyncIterable<Message>;
  readonly #schema: DescMessage;
  error: Error | undefined;

  constructor(messages: AsyncIterable<Message>, schema: DescMessage) {
    this.#messages = messages;
    this.#schema = schema;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    try {
      yield* this.#messages;
    } catch (error) {
      this.error ??= explainRequestError(error, this.#schema);
      throw this.error;
    }
  }
}

/**
 * Reads the only message of a unary request.
 *
 * @throws {AppError} `MESSAGE_COUNT_WRONG`: there is none, or a second.
 */
export async function readSingle(messages: AsyncIterable<Message>): Promise<Message> {
  let single: Message | undefined;
  for await (const message of messages) {
    if (single !== undefined) {
      throw new AppError(
        "invalid-argument",
        "MESSAGE_COUNT_WRONG",
        "Send one message, not several.",
      );
    }
    single = message;
  }
  if (single === undefined) {
    throw new AppError("invalid-argument", "MESSAGE_COUNT_WRONG", "The request has no message.");
  }
  return single;
}

function explainRequestError(error: unknown, schema: DescMessage): Error {
  const { code, rawMessage, cause } = ConnectError.from(error);
  switch (code) {
    case Code.ResourceExhausted:
      return new AppError("resource-exhausted", "REQUEST_TOO_LARGE", rawMessage, { cause });
    case Code.Unimplemented:
    case Code.Canceled:
    case Code.Aborted:
      return new ConnectError(rawMessage, code);
    default: {
      const message = `The request is not a ${schema.typeName}: ${rawMessage}.`;
      return new AppError("invalid-argument", "REQUEST_INVALID", message, { cause });
    }
  }
}
