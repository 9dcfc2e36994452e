import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
} from "@bufbuild/protobuf";
import type { FieldViolation } from "@portfolio/platform/app-error";
import { describeExpected, describeUnknownField, describeValue } from "./json-words.ts";

/** Why a JSON value cannot be a message. */
export type JsonViolationReason = "FIELD_UNKNOWN" | "FIELD_TYPE_WRONG" | "FIELD_REPEATED";

export interface JsonViolation extends FieldViolation {
  readonly reason: JsonViolationReason;
}

/** More would only repeat themselves, and the answer travels in a header for gRPC. */
const MAX_VIOLATIONS = 20;

/** As deep as protobuf-es reads messages. */
const MAX_DEPTH = 100;

/**
 * Finds every place at which a JSON value does not fit a message.
 *
 * Each part is given to protobuf-es on its own, so that what is reported here is exactly what
 * it refuses; only parts that it refuses are looked into. Of a list of numbers, texts or
 * other scalars, only the first bad item is reported.
 *
 * @param json - A value that `fromJson(schema, json)` refuses.
 * @returns At most 20 violations; none when the reason is in no single place.
 */
export function findJsonViolations(schema: DescMessage, json: JsonValue): JsonViolation[] {
  const walk = new Walk();
  walk.visitMessage(schema, json, "", 0);
  return walk.violations;
}

class Walk {
  readonly violations: JsonViolation[] = [];

  visitMessage(schema: DescMessage, json: JsonValue, path: string, depth: number): void {
    if (!isObject(json) || schema.typeName.startsWith("google.protobuf.")) {
      this.#add("FIELD_TYPE_WRONG", path, `must be an object, not ${describeValue(json)}`);
      return;
    }
    if (depth >= MAX_DEPTH) {
      this.#add("FIELD_TYPE_WRONG", path, "is nested too deeply");
      return;
    }
    const seen = new Map<string, string>();
    for (const [key, value] of Object.entries(json)) {
      if (this.violations.length >= MAX_VIOLATIONS) {
        return;
      }
      const field = fieldOf(schema, key);
      const fieldPath = path === "" ? key : `${path}.${key}`;
      if (field === undefined) {
        this.#add("FIELD_UNKNOWN", fieldPath, describeUnknownField(schema, key));
      } else if (!this.#isRepeated(field, value, { key, fieldPath, seen })) {
        this.#visitField(schema, field, { key, value, path: fieldPath, depth });
      }
    }
  }

  /** Notes a field, or its oneof, and tells whether the object had it before under any name. */
  #isRepeated(
    field: DescField,
    value: JsonValue,
    { key, fieldPath, seen }: { key: string; fieldPath: string; seen: Map<string, string> },
  ): boolean {
    const isUnset = value === null && field.fieldKind === "scalar";
    const group = field.oneof && !isUnset ? `oneof ${field.oneof.name}` : field.name;
    const earlier = seen.get(group);
    seen.set(group, key);
    if (earlier === undefined) {
      return false;
    }
    this.#add("FIELD_REPEATED", fieldPath, `cannot be set together with ${earlier}`);
    return true;
  }

  #visitField(schema: DescMessage, field: DescField, place: FieldPlace): void {
    const { key, value, path } = place;
    if (fits(schema, { [key]: value })) {
      return;
    }
    const countBefore = this.violations.length;
    switch (field.fieldKind) {
      case "message":
        this.visitMessage(field.message, value, path, place.depth + 1);
        break;
      case "list":
        this.#visitList(schema, field, place);
        break;
      case "map":
        this.#visitMap(schema, field, place);
        break;
      default:
        break;
    }
    if (this.violations.length === countBefore) {
      const description = `must be ${describeExpected(field)}, not ${describeValue(value)}`;
      this.#add("FIELD_TYPE_WRONG", path, description);
    }
  }

  #visitList(
    schema: DescMessage,
    field: DescField & { fieldKind: "list" },
    { key, value, path, depth }: FieldPlace,
  ): void {
    if (!Array.isArray(value)) {
      return;
    }
    if (field.listKind !== "message") {
      const index = firstBadIndex(value, (items) => fits(schema, { [key]: items }));
      this.#addItem(field, value[index] ?? null, `${path}[${index}]`);
      return;
    }
    for (const [index, item] of value.entries()) {
      if (this.violations.length < MAX_VIOLATIONS && !fits(field.message, item)) {
        this.visitMessage(field.message, item, `${path}[${index}]`, depth + 1);
      }
    }
  }

  #visitMap(
    schema: DescMessage,
    field: DescField & { fieldKind: "map" },
    { key, value, path, depth }: FieldPlace,
  ): void {
    if (!isObject(value)) {
      return;
    }
    for (const [entryKey, item] of Object.entries(value)) {
      const entryPath = `${path}[${JSON.stringify(entryKey)}]`;
      if (this.violations.length >= MAX_VIOLATIONS) {
        return;
      }
      if (fits(schema, { [key]: { [entryKey]: item } })) {
        continue;
      }
      if (field.mapKind === "message") {
        this.visitMessage(field.message, item, entryPath, depth + 1);
      } else {
        this.#addItem(field, item, entryPath);
      }
    }
  }

  #addItem(field: DescField, item: JsonValue, path: string): void {
    const expected = describeExpected(field, { ofItem: true });
    this.#add("FIELD_TYPE_WRONG", path, `must be ${expected}, not ${describeValue(item)}`);
  }

  #add(reason: JsonViolationReason, field: string, description: string): void {
    if (this.violations.length < MAX_VIOLATIONS) {
      this.violations.push({ reason, field, description });
    }
  }
}

/** One field of a JSON object, and where it is. */
interface FieldPlace {
  /** The field's name as the object has it. */
  readonly key: string;
  readonly value: JsonValue;
  readonly path: string;
  readonly depth: number;
}

function fieldOf(schema: DescMessage, key: string): DescField | undefined {
  return schema.fields.find((field) => field.jsonName === key || field.name === key);
}

function fits(schema: DescMessage, json: JsonValue): boolean {
  try {
    fromJson(schema, json);
    return true;
  } catch {
    return false;
  }
}

/** Finds the first item without which the list before it fits, by halving. */
function firstBadIndex(items: JsonValue[], listFits: (items: JsonValue[]) => boolean): number {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (listFits(items.slice(low, middle + 1))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
