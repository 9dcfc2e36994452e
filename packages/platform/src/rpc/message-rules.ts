import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import { AppError } from "../app-error.ts";

// Shared, since compiling the rules of a message takes up to 300 ms.
const validator = createValidator();

/** Compiles the rules of a message, so that the first check need not wait for it. */
export function compileRules(schema: DescMessage): void {
  validator.validate(schema, create(schema));
}

/**
 * Holds a message to the rules of the contract.
 *
 * @param parent - Path of the message within the request. Empty for the request itself.
 * @throws {AppError} `REQUEST_INVALID`, with the path of each field that breaks a rule.
 * @throws {Error} The rules themselves cannot be compiled or evaluated.
 */
export function requireRules(schema: DescMessage, message: Message, parent = ""): void {
  const result = validator.validate(schema, message);
  if (result.kind === "error") {
    throw result.error;
  }
  if (result.kind === "invalid") {
    throw requestInvalid(result.violations, parent);
  }
}

function requestInvalid(found: readonly Violation[], parent: string): AppError {
  const violations = found.map((violation) => ({
    field: [parent, violation.field.length === 0 ? "" : violationPath(violation)]
      .filter((part) => part !== "")
      .join("."),
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
