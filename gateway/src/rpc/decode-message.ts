import { isUtf8 } from "node:buffer";
import {
  type DescMessage,
  fromBinary,
  fromJsonString,
  type JsonValue,
  type MessageShape,
} from "@bufbuild/protobuf";
import { AppError } from "@portfolio/platform/app-error";
import { findJsonViolations } from "./json-violations.ts";

/** Some editors and shells put it before a text that they save or send. */
const BYTE_ORDER_MARK = /^\ufeff/;

/**
 * Reads a message from JSON. Unknown and repeated fields are errors.
 *
 * @throws {AppError} `JSON_INVALID`: the text is no JSON; `FIELD_UNKNOWN`, `FIELD_TYPE_WRONG`,
 *   `FIELD_REPEATED`: with a violation for each field.
 */
export function decodeJson<D extends DescMessage>(schema: D, bytes: Buffer): MessageShape<D> {
  if (!isUtf8(bytes)) {
    throw new AppError("invalid-argument", "JSON_INVALID", "The request body is not UTF-8 text.");
  }
  const text = bytes.toString("utf8").replace(BYTE_ORDER_MARK, "");
  try {
    return fromJsonString(schema, text);
  } catch (cause) {
    throw explainJsonError(schema, text, cause);
  }
}

/**
 * Reads a message from protobuf's binary encoding.
 *
 * @throws {AppError} `PROTOBUF_INVALID`: the bytes are no such message.
 */
export function decodeBinary<D extends DescMessage>(schema: D, bytes: Uint8Array): MessageShape<D> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    const message = `The request body is not a ${schema.typeName}: ${messageOf(cause)}.`;
    throw new AppError("invalid-argument", "PROTOBUF_INVALID", message, { cause });
  }
}

/** Says why a JSON text is refused as a message, field by field where it can. */
export function explainJsonError(schema: DescMessage, text: string, cause: unknown): AppError {
  if (text.trim() === "") {
    const message = "The request body is empty. Send {} for a request without fields.";
    return new AppError("invalid-argument", "JSON_INVALID", message, { cause });
  }
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch (syntaxError) {
    const message = `The request body is not JSON: ${messageOf(syntaxError)}.`;
    return new AppError("invalid-argument", "JSON_INVALID", message, { cause });
  }
  const violations = findJsonViolations(schema, json);
  const [first] = violations;
  if (first === undefined) {
    const message = `The request body is not a ${schema.typeName}: ${messageOf(cause)}.`;
    return new AppError("invalid-argument", "JSON_INVALID", message, { cause });
  }
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  const subject = first.field === "" ? "The request" : first.field;
  return new AppError("invalid-argument", first.reason, `${subject} ${first.description}${more}.`, {
    cause,
    violations,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
