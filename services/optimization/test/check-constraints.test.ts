import { closesOf } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

describe("CheckConstraints", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(closesOf({}));
  });
  afterAll(() => service.close());

  it("says what limits leave of each sum and of the return", async () => {
    // By hand: C holds 0.2 to 0.3, because A and B hold 0.8 at most.
    const answer = await service.client.checkConstraints({
      symbols: ["A", "B", "C"],
      constraints: {
        bounds: { A: { max: 0.5 }, C: { max: 0.3 } },
        groups: [{ name: "tech", symbols: ["A", "B"], max: 0.8 }],
        linear: [{ expression: "C <= 1" }],
      },
      expectedReturnsPerYear: [0.1, 0.05, 0.01],
    });

    expect(answer).toMatchObject({ feasible: true, conflicts: [], relaxation: [] });
    expect(answer.ranges).toMatchObject([
      { name: "budget", field: "constraints.budget", min: 1, max: 1 },
      {
        name: "group tech",
        field: "constraints.groups[0]",
        min: expect.closeTo(0.7, 12),
        max: expect.closeTo(0.8, 12),
      },
      {
        name: "C",
        field: "constraints.linear[0]",
        min: expect.closeTo(0.2, 12),
        max: expect.closeTo(0.3, 12),
      },
    ]);
    expect(answer.expectedReturn?.min).toBeCloseTo(0.7 * 0.05 + 0.3 * 0.01, 12);
    expect(answer.expectedReturn?.max).toBeCloseTo(0.5 * 0.1 + 0.3 * 0.05 + 0.2 * 0.01, 12);
  });

  it("answers a contradiction with its parts and the least remedy", async () => {
    const answer = await service.client.checkConstraints({
      symbols: ["A", "B"],
      constraints: { groups: [{ name: "all", symbols: ["A", "B"], max: 0.75 }] },
    });

    expect(answer).toMatchObject({
      feasible: false,
      ranges: [],
      conflicts: [
        {
          description: expect.stringContaining("group all at most 75 %"),
          fields: expect.arrayContaining(["constraints.groups[0].max", "constraints.budget"]),
        },
      ],
      relaxation: [
        {
          field: "constraints.groups[0].max",
          from: 0.75,
          to: expect.closeTo(1, 12),
          description: "raise the maximum of group all from 75 % to 100 %",
        },
      ],
    });
    expect(answer.expectedReturn).toBeUndefined();
  });

  it("spreads a change over a default that all assets share, and asks for no short position", async () => {
    // Five minimums of 30 % are 50 % too much: 10 % each, or one whole and most of another.
    const { relaxation, evenRelaxation } = await service.client.checkConstraints({
      symbols: ["A", "B", "C", "D", "E"],
      constraints: { defaultMin: 0.3 },
    });

    const field = "constraints.default_min";
    expect(evenRelaxation).toMatchObject([{ field, from: 0.3, to: expect.closeTo(0.2, 9) }]);
    expect(relaxation).toMatchObject([{ field, from: 0.3, to: expect.closeTo(0, 9) }]);
  });

  it("checks the defaults when there are no constraints", async () => {
    const { feasible, ranges } = await service.client.checkConstraints({ symbols: ["A"] });

    expect(feasible).toBe(true);
    expect(ranges).toHaveLength(1);
  });

  it("refuses what it cannot read", async () => {
    const returns = await failureOf(
      service.client.checkConstraints({ symbols: ["A"], expectedReturnsPerYear: [0.1, 0.2] }),
    );
    expect(returns).toMatchObject({ reason: "ESTIMATE_SHAPE_WRONG" });
    const words = await failureOf(
      service.client.checkConstraints({
        symbols: ["A"],
        constraints: { linear: [{ expression: "A <" }] },
      }),
    );
    expect(words).toMatchObject({
      reason: "EXPRESSION_INVALID",
      fields: ["constraints.linear[0].expression"],
    });
    const none = await failureOf(service.client.checkConstraints({}));
    expect(none.reason).toBe("SYMBOLS_EMPTY");
  });
});
