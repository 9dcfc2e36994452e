import { describe, expect, it } from "vitest";
import { onCommonDays } from "./compared.ts";
import { choiceEntries, choiceFromSearch, withEntries } from "./holdings.ts";
import { monthRows } from "./month-rows.ts";
import { stackHistory } from "./weight-history.ts";

describe("holdings in the address", () => {
  it("come back as they were written", () => {
    const choice = choiceFromSearch("weights=KO:0.5,pep:-0.25,bad,X:nan");

    expect(choice).toEqual({
      kind: "given",
      positions: [
        { symbol: "KO", weight: 0.5 },
        { symbol: "PEP", weight: -0.25 },
      ],
    });
    expect(choiceFromSearch(withEntries("", choiceEntries(choice)))).toEqual(choice);
  });

  it("are none, or a saved portfolio", () => {
    expect(choiceFromSearch("tab=stress")).toBeUndefined();
    expect(choiceFromSearch("portfolio=p1&weights=KO:1")).toEqual({ kind: "saved", id: "p1" });
  });

  it("leave other entries alone", () => {
    expect(withEntries("a=1&b=2", { b: "", c: "x:y,z" })).toBe("a=1&c=x:y,z");
  });
});

describe("onCommonDays", () => {
  const of = (dates: string[], values: number[]) => ({
    name: "",
    positions: [],
    dates,
    values: Float64Array.from(values),
  });

  it("keeps the days that all share", () => {
    const common = onCommonDays([of(["a", "b", "c"], [1, 2, 3]), of(["b", "c", "d"], [4, 5, 6])]);

    expect(common?.dates).toEqual(["b", "c"]);
    expect(common?.values.map((values) => [...values])).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it("is undefined when nothing overlaps", () => {
    expect(onCommonDays([of(["a"], [1]), of(["b"], [1])])).toBeUndefined();
  });
});

describe("monthRows", () => {
  it("compounds the months that there are", () => {
    const [row] = monthRows([
      { year: 2020, month: 2, compoundReturn: 0.1 },
      { year: 2020, month: 3, compoundReturn: -0.1 },
    ]);

    expect(row?.values[0]).toBeNaN();
    expect(row?.whole).toBeCloseTo(-0.01, 12);
  });
});

describe("stackHistory", () => {
  it("stacks long weights up, short ones down, and sums what has no color", () => {
    const slots = new Map([
      ["A", 0],
      ["B", 1],
      ["C", null],
      ["D", null],
    ]);

    const layers = stackHistory(["A", "B", "C", "D"], [[0.6, -0.2, 0.3, 0.3]], slots);

    expect(layers.map(({ symbol }) => symbol)).toEqual(["A", "B", undefined]);
    expect(layers.map(({ lower, upper }) => [lower[0], upper[0]])).toEqual([
      [0, 0.6],
      [-0.2, 0],
      [0.6, 1.2],
    ]);
  });
});
