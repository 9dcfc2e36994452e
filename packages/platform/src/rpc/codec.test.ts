import { create, toBinary } from "@bufbuild/protobuf";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage, lasting } from "./codec.ts";

const reference = () => create(DatasetReferenceSchema, { id: "sample", revision: 3 });

describe("a message", () => {
  it("is encoded anew each time, as it may have changed", () => {
    const message = reference();
    encodeMessage(DatasetReferenceSchema, message);
    message.revision = 4;

    const bytes = encodeMessage(DatasetReferenceSchema, message);

    expect(decodeMessage(DatasetReferenceSchema, bytes)).toMatchObject({ revision: 4 });
  });

  it("that lasts is encoded once", () => {
    const message = lasting(reference());

    const bytes = encodeMessage(DatasetReferenceSchema, message);

    expect([...bytes]).toEqual([...toBinary(DatasetReferenceSchema, reference())]);
    expect(encodeMessage(DatasetReferenceSchema, message)).toBe(bytes);
  });
});
