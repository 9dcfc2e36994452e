import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  type MessageInitShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";

/** Messages nested deeper than this are left out, so that every draw ends. */
const DEPTH_MAX = 4;

/** Draws messages of any type, every kind of field and unset fields among them. */
export function arbitraryMessage<D extends DescMessage>(
  schema: D,
  depth = 0,
): fc.Arbitrary<Message> {
  const fields = schema.fields.filter((field) => field.oneof === undefined);
  const values = Object.fromEntries(
    fields.map((field) => [field.localName, arbitraryField(field, depth)]),
  );
  const oneofs = Object.fromEntries(
    schema.oneofs.map((oneof) => [
      oneof.localName,
      fc.oneof(
        fc.constant({ case: undefined }),
        ...oneof.fields.map((field) =>
          arbitraryField(field, depth).map((value) => ({ case: field.localName, value })),
        ),
      ),
    ]),
  );
  return fc
    .record({ ...values, ...oneofs }, { requiredKeys: [] })
    .map((init) =>
      create(schema as DescMessage, withoutUnset(init) as MessageInitShape<DescMessage>),
    );
}

function withoutUnset(init: Record<string, unknown>): Record<string, unknown> {
  const set = Object.entries(init).filter(
    ([, value]) => value !== undefined && !isUnsetOneof(value),
  );
  return Object.fromEntries(set);
}

function isUnsetOneof(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "case" in value &&
    (value.case === undefined || ("value" in value && value.value === undefined))
  );
}

function arbitraryField(field: DescField, depth: number): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case "list":
      return fc.array(arbitrarySingle(field, depth), { maxLength: 5 }).map(dropUndefined);
    case "map":
      return fc.dictionary(fc.string({ maxLength: 8 }), arbitrarySingle(field, depth), {
        maxKeys: 4,
        noNullPrototype: true,
      });
    default:
      return arbitrarySingle(field, depth);
  }
}

function dropUndefined(items: unknown[]): unknown[] {
  return items.filter((item) => item !== undefined);
}

/** Draws durations of one sign and of less than a second beside whole ones: others have no JSON. */
function arbitraryDuration(): fc.Arbitrary<unknown> {
  return fc
    .record({
      seconds: fc.bigInt({ min: 0n, max: 315_576_000_000n }),
      nanos: fc.nat({ max: 999_999_999 }),
    })
    .map((init) => create(DurationSchema, init));
}

function arbitrarySingle(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message?.typeName === DurationSchema.typeName) {
    return arbitraryDuration();
  }
  if (field.message !== undefined) {
    return depth < DEPTH_MAX ? arbitraryMessage(field.message, depth + 1) : fc.constant(undefined);
  }
  if (field.enum !== undefined) {
    return fc.constantFrom(...field.enum.values.map(({ number }) => number));
  }
  return arbitraryScalar(field.scalar);
}

function arbitraryScalar(scalar: ScalarType | undefined): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.INT32:
      return fc.integer();
    case ScalarType.UINT32:
      return fc.nat({ max: 2 ** 32 - 1 });
    case ScalarType.INT64:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 40 });
    case ScalarType.STRING:
      return fc.string({ unit: "grapheme", maxLength: 12 });
    default:
      throw new Error(`no values are drawn for scalar ${scalar}`);
  }
}
