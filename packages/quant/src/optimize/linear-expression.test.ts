import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vocabulary } from "../expression/vocabulary.ts";
import { formatConstraint, parseConstraint } from "./linear-expression.ts";

const ASSETS = ["AAPL", "MSFT", "BRK-B", "BTC-USD", "BTC", "0700.HK", "3M", "S&P 500", "sum"];
const VOCABULARY: Vocabulary = {
  assets: ASSETS,
  groups: new Map([
    ["tech", [0, 1]],
    ["energy", [2, 5]],
    ["none", []],
  ]),
};

function rowOf(text: string) {
  const parsed = parseConstraint(text, VOCABULARY);
  if (parsed.status === "invalid") {
    throw new Error(parsed.message);
  }
  return parsed.row;
}

function errorOf(text: string) {
  const parsed = parseConstraint(text, VOCABULARY);
  if (parsed.status !== "invalid") {
    throw new Error(`${text} was read`);
  }
  return parsed;
}

describe("parseConstraint", () => {
  it.each([
    ["tech <= 0.3", "tech", [0, 1], [1, 1], -Infinity, 0.3],
    ["AAPL >= 2 * MSFT", "AAPL - 2 * MSFT", [0, 1], [1, -2], 0, Infinity],
    ["10% <= tech + energy - AAPL <= 30 %", "tech + energy - AAPL", [1, 2, 5], [1, 1, 1], 0.1, 0.3],
    ["0.3 ≥ BRK-B ≥ 0.1", `"BRK-B"`, [2], [1], 0.1, 0.3],
    ["BTC-USD = 0.1", `"BTC-USD"`, [3], [1], 0.1, 0.1],
    ["BTC - MSFT == 0.1", "BTC - MSFT", [1, 4], [-1, 1], 0.1, 0.1],
    ["aapl/4 <= 1", "0.25 * AAPL", [0], [0.25], -Infinity, 1],
    ["0700.HK + 3M <= 1", `"0700.HK" + "3M"`, [5, 6], [1, 1], -Infinity, 1],
    ["'S&P 500' + sum >= 0.2", `"S&P 500" + sum`, [7, 8], [1, 1], 0.2, Infinity],
    ["mean(tech, BTC) <= 0.3", "mean(tech, BTC)", [0, 1, 4], [1 / 3, 1 / 3, 1 / 3], -Infinity, 0.3],
    [
      "SUM(tech) + 0.1 <= 2 * (0.3 - BTC)",
      "sum(tech) + 2 * BTC",
      [0, 1, 4],
      [1, 1, 2],
      -Infinity,
      0.5,
    ],
    ["-AAPL <= -5e-2", "AAPL", [0], [1], 0.05, Infinity],
    ["tech <= 0.5 * tech + 0.1", "0.5 * tech", [0, 1], [0.5, 0.5], -Infinity, 0.1],
  ])("reads %s", (text, name, assets, coefficients, lower, upper) => {
    expect(rowOf(text)).toEqual({
      name,
      assets,
      coefficients: coefficients.map((value) => expect.closeTo(value, 15)),
      lower,
      upper,
    });
  });

  it("keeps limits that contradict each other as they are", () => {
    expect(rowOf("0.5 <= AAPL <= 0.1")).toMatchObject({ lower: 0.5, upper: 0.1 });
    expect(rowOf("0.5 <= -AAPL <= 0.1")).toMatchObject({ lower: -0.1, upper: -0.5 });
  });

  it.each([
    ["", 0, "the text ends"],
    ["tech", 4, "the text ends"],
    ["tech <= ", 8, "the text ends"],
    ["tech < 0.3", 5, `"<" has no meaning, expected <=`],
    [
      "tehc <= 0.3",
      0,
      `"tehc" is no known asset or group, expected the name of one; did you mean tech?`,
    ],
    ["AAPL * MSFT <= 1", 5, "not linear"],
    ["1 / AAPL <= 1", 2, "only a number"],
    ["AAPL / 0 <= 1", 5, "only a number other than 0"],
    ["AAPL - AAPL <= 1", 12, "no weight is left"],
    ["0.1 <= 0.2", 4, "no weight is left"],
    ["AAPL <= MSFT <= BTC", 5, "both ends"],
    ["0 <= MSFT >= 0", 10, "a third part"],
    ["0 <= AAPL <= 1 <= 2", 10, "a third part"],
    ["AAPL MSFT <= 1", 5, `"MSFT" does not fit`],
    ["max(AAPL) <= 1", 0, "no function"],
    ["mean(1) <= 1", 5, "1 does not fit"],
    ["(AAPL <= 1", 6, "expected )"],
    ["none <= 1", 0, "is empty"],
    ['"AAPL <= 1', 0, "does not end"],
    ["1e400 <= AAPL", 0, "too large"],
    ["1e300 * 1e300 * AAPL <= 1", 14, "too large"],
    [`${"(".repeat(60)}AAPL <= 1`, 50, "too many brackets"],
    ["AAPL # 1", 5, `"#" has no meaning`],
  ])("says where and why %s is wrong", (text, position, message) => {
    const error = errorOf(text);
    expect(error.position).toBe(position);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`at ${position + 1}: `);
  });

  it("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "AAPL",
      "tech",
      "<=",
      ">=",
      "=",
      "+",
      "-",
      "*",
      "/",
      "(",
      ")",
      "%",
      "0.3",
      ",",
      '"',
      "mean",
      " ",
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary", maxLength: 30 }),
    );

    fc.assert(
      fc.property(text, (words) => {
        const parsed = parseConstraint(words, VOCABULARY);
        if (parsed.status === "invalid") {
          expect(parsed.position).toBeLessThanOrEqual(words.length);
        } else {
          expect(parsed.row.coefficients.every(Number.isFinite)).toBe(true);
          expect(Number.isNaN(parsed.row.lower) || Number.isNaN(parsed.row.upper)).toBe(false);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("reads back what formatConstraint writes", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 6 }),
      fc.constantFrom("A", "A-B", "A - B", "1e", "1e5", "-A", "A.B", "sum", 'q"', "\\"),
    );
    const coefficient = fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
      .filter((value) => value !== 0);
    const limit = fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
      .map((x) => x + 0);
    const row = fc.uniqueArray(name, { minLength: 1, maxLength: 5 }).chain((assets) =>
      fc.record({
        assets: fc.constant(assets),
        coefficients: fc.tuple(
          coefficient.map(Math.abs),
          ...assets.slice(1).map(() => coefficient),
        ),
        limits: fc.oneof(
          fc.tuple(limit, fc.constant(Number.POSITIVE_INFINITY)),
          fc.tuple(fc.constant(Number.NEGATIVE_INFINITY), limit),
          fc.tuple(limit, limit),
          limit.map((x): [number, number] => [x, x]),
        ),
      }),
    );

    fc.assert(
      fc.property(row, ({ assets, coefficients, limits: [lower, upper] }) => {
        const indices = assets.map((_, i) => i);
        const text = formatConstraint(
          { name: "", assets: indices, coefficients, lower, upper },
          assets,
        );
        const parsed = parseConstraint(text, { assets, groups: new Map() });
        expect(parsed).toMatchObject({
          status: "parsed",
          row: { assets: indices, coefficients, lower, upper },
        });
      }),
      { numRuns: 1000 },
    );
  });
});
