import { type DescMessage, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import {
  OptimizationService,
  OptimizePortfolioRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonViolations } from "../src/rpc/json-violations.ts";
import { arbitraryMessage } from "./arbitrary-message.ts";

function violationsOf(json: JsonValue) {
  return findJsonViolations(OptimizePortfolioRequestSchema, json);
}

describe("findJsonViolations", () => {
  it.each<[JsonValue, string, string]>([
    [{ symbols: "AAPL" }, "symbols", 'must be a list, not "AAPL"'],
    [{ symbols: ["AAPL", 5, 6] }, "symbols[1]", "must be text, not 5"],
    [{ symbols: ["AAPL", null] }, "symbols[1]", "must be text, not null"],
    [
      JSON.parse('{ "riskFreeRatePerYear": 1e400 }'),
      "riskFreeRatePerYear",
      "must be a number, not a number beyond 1.8e308",
    ],
    [{ riskFreeRatePerYear: "high" }, "riskFreeRatePerYear", 'must be a number, not "high"'],
    [
      { constraints: { bounds: { AAPL: { max: "1%" } } } },
      'constraints.bounds["AAPL"].max',
      'must be a number, not "1%"',
    ],
    [{ constraints: { bounds: [] } }, "constraints.bounds", "must be an object, not a list"],
    [
      { constraints: { groups: [{}, { symbols: [true] }] } },
      "constraints.groups[1].symbols[0]",
      "must be text, not true",
    ],
    [{ constraints: [] }, "constraints", "must be an object, not a list"],
    [
      { expectedReturns: { given: { values: [0.1, "x"] } } },
      "expectedReturns.given.values[1]",
      'must be a number, not "x"',
    ],
    [
      { covariance: { given: { matrix: { f64Le: "§" } } } },
      "covariance.given.matrix.f64Le",
      'must be text in base64, not "§"',
    ],
    [
      { covariance: { given: { matrix: { rows: 1.5 } } } },
      "covariance.given.matrix.rows",
      "must be a whole number from -2147483648 to 2147483647, not 1.5",
    ],
  ])("names the place in %j", (json, field, description) => {
    expect(violationsOf(json)).toEqual([{ reason: "FIELD_TYPE_WRONG", field, description }]);
  });

  it("suggests the field that was probably meant", () => {
    expect(violationsOf({ Symbol: ["AAPL"], risk_free_rate: 0 })).toMatchObject([
      { field: "Symbol", description: "is not a field. Did you mean symbols?" },
      { field: "risk_free_rate", description: expect.stringContaining("riskFreeRatePerYear") },
    ]);
  });

  it("finds fields that exclude each other, and a field under both of its names", () => {
    const json = {
      covariance: { sample: {}, ledoitWolf: {} },
      start_date: "2020-01-01",
      startDate: "2021-01-01",
    };

    expect(violationsOf(json)).toEqual([
      {
        reason: "FIELD_REPEATED",
        field: "covariance.ledoitWolf",
        description: "cannot be set together with sample",
      },
      {
        reason: "FIELD_REPEATED",
        field: "startDate",
        description: "cannot be set together with start_date",
      },
    ]);
  });

  it("finds several faults at once, at most 20", () => {
    const json = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`unknown${i}`, 1]));

    expect(violationsOf(json)).toHaveLength(20);
  });

  it("cuts long values short", () => {
    const [violation] = violationsOf({ riskFreeRatePerYear: `${"9".repeat(1000)}x` });

    expect(violation?.description.length).toBeLessThan(120);
  });

  it("finds the fault in a list of a million numbers by halving", () => {
    const values = Array.from({ length: 1_000_000 }, (_, i): JsonValue => i);
    values[765_432] = "x";

    const violations = violationsOf({ expectedReturns: { given: { values } } });

    expect(violations[0]?.field).toBe("expectedReturns.given.values[765432]");
  });

  it("has a violation for whatever protobuf-es refuses, and only for that", () => {
    const cases = fc
      .constantFrom(...OptimizationService.methods)
      .chain(({ input }) =>
        fc.tuple(
          fc.constant(input),
          arbitraryMessage(input),
          fc.nat(),
          fc.jsonValue({ maxDepth: 1 }),
        ),
      );
    fc.assert(
      fc.property(cases, ([schema, message, at, replacement]) => {
        const json = replaceSomewhere(toJson(schema, message), at, replacement as JsonValue);

        const violations = findJsonViolations(schema, json);

        expect(violations.length > 0).toBe(isRefused(schema, json));
      }),
      { numRuns: 500 },
    );
  });
});

function isRefused(schema: DescMessage, json: JsonValue): boolean {
  try {
    fromJson(schema, json);
    return false;
  } catch {
    return true;
  }
}

/** Puts a value in place of one of all the values that a JSON value is made of. */
function replaceSomewhere(json: JsonValue, at: number, replacement: JsonValue): JsonValue {
  let count = 0;
  JSON.stringify(json, (_, value: JsonValue) => {
    count += 1;
    return value;
  });
  let index = -1;
  const text = JSON.stringify(json, (_, value: JsonValue) => {
    index += 1;
    return index === at % count ? replacement : value;
  });
  return JSON.parse(text) as JsonValue;
}
