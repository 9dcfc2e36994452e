import { clone, create, equals, isFieldSet } from "@bufbuild/protobuf";
import { ObjectiveSchema } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { describe, expect, it } from "vitest";
import { PayloadSchema } from "../testing/transport-contract/echo-service.ts";
import { copyMessage } from "./copy-message.ts";

describe("copyMessage", () => {
  it("copies as protobuf's own clone does", () => {
    const message = create(PayloadSchema, {
      text: "a",
      data: Uint8Array.of(1, 2),
      numbers: [1, Number.NaN],
      weights: { AAPL: 0.5 },
      child: { child: { text: "deep" } },
      count: 0,
    });

    const copy = copyMessage(message);

    expect(copy).toEqual(clone(PayloadSchema, message));
    expect(equals(PayloadSchema, { ...copy, numbers: [] }, { ...message, numbers: [] })).toBe(true);
    expect(copy.data).not.toBe(message.data);
    expect(copy.child?.child).not.toBe(message.child?.child);
  });

  it("keeps the presence of optional fields", () => {
    expect(isFieldSet(copyMessage(create(PayloadSchema, {})), PayloadSchema.field.count)).toBe(
      false,
    );
    expect(
      isFieldSet(copyMessage(create(PayloadSchema, { count: 0 })), PayloadSchema.field.count),
    ).toBe(true);
  });

  it("copies fields that it does not know", () => {
    const message = create(PayloadSchema, {});
    message.$unknown = [{ no: 99, wireType: 0, data: Uint8Array.of(1) }];

    const copy = copyMessage(message);

    expect(copy.$unknown).toEqual(message.$unknown);
    expect(copy.$unknown?.[0]?.data).not.toBe(message.$unknown[0]?.data);
  });

  it("copies a oneof, and the message in it", () => {
    const message = create(ObjectiveSchema, {
      goal: { case: "targetReturn", value: { returnPerYear: 0.1 } },
    });

    const copy = copyMessage(message);

    expect(copy).toEqual(clone(ObjectiveSchema, message));
    expect(copy.goal.value).not.toBe(message.goal.value);
  });
});
