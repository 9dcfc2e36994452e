import { type DescField, type DescMessage, type JsonValue, ScalarType } from "@bufbuild/protobuf";

const SHOWN_VALUE_LENGTH_MAX = 60;
const SHOWN_FIELDS_MAX = 16;

/** Words for what a field takes, such as `a number`. */
export function describeExpected(field: DescField, { ofItem = false } = {}): string {
  if (field.fieldKind === "list" && !ofItem) {
    return "a list";
  }
  if (field.fieldKind === "map" && !ofItem) {
    return "an object";
  }
  if (field.message !== undefined) {
    return "an object";
  }
  if (field.enum !== undefined) {
    return `one of ${field.enum.values.map(({ name }) => name).join(", ")}`;
  }
  return field.scalar === undefined ? "a value" : describeScalar(field.scalar);
}

function describeScalar(scalar: ScalarType): string {
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return "a number";
    case ScalarType.BOOL:
      return "true or false";
    case ScalarType.STRING:
      return "text";
    case ScalarType.BYTES:
      return "text in base64";
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return "a whole number from 0 to 4294967295";
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return "a whole number from -2147483648 to 2147483647";
    default:
      return "a whole number";
  }
}

/** Shows a JSON value, cut to 60 characters. */
export function describeValue(json: JsonValue): string {
  if (Array.isArray(json)) {
    return "a list";
  }
  if (typeof json === "object" && json !== null) {
    return "an object";
  }
  if (typeof json === "number" && !Number.isFinite(json)) {
    return "a number beyond 1.8e308";
  }
  const text = JSON.stringify(json);
  return text.length <= SHOWN_VALUE_LENGTH_MAX
    ? text
    : `${text.slice(0, SHOWN_VALUE_LENGTH_MAX)}… (${text.length} characters)`;
}

/** Says that a message has no such field, and which it has. */
export function describeUnknownField(schema: DescMessage, key: string): string {
  const names = schema.fields.map(({ jsonName }) => jsonName);
  if (names.length === 0) {
    return "is not a field: this message has none";
  }
  const near = names.find((name) => isNear(name, key));
  if (near !== undefined) {
    return `is not a field. Did you mean ${near}?`;
  }
  const shown = names.slice(0, SHOWN_FIELDS_MAX).join(", ");
  return `is not a field. There are: ${shown}${names.length > SHOWN_FIELDS_MAX ? ", …" : ""}`;
}

/** Whether two names differ only in case and underscores, or by one character left out or added. */
function isNear(name: string, key: string): boolean {
  const plain = (text: string) => text.replaceAll("_", "").toLowerCase();
  const [a, b] = [plain(name), plain(key)];
  if (a === b) {
    return true;
  }
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  if (short.length < 3 || long.length - short.length > 1) {
    return false;
  }
  let start = 0;
  while (start < short.length && long[start] === short[start]) {
    start += 1;
  }
  const rest = long.length === short.length ? start + 1 : start;
  return long.slice(start + 1) === short.slice(rest);
}
