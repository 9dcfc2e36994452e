import { describe, expect, it } from "vitest";
import { cellColor } from "./cell-color.ts";
import { tableCsv } from "./csv-text.ts";
import { indexAfterKey } from "./index-keys.ts";
import { dayNumber, timeAxis, valueAxis } from "./series-axes.ts";
import { thinLine } from "./thin-line.ts";

describe("thinLine", () => {
  it("keeps the ends, and the peak and the fall that one day makes", () => {
    const values = new Float64Array(10_000).fill(1);
    values[4321] = 9;
    values[7777] = -9;

    const picked = thinLine(values, 100);

    expect(picked.length).toBeLessThanOrEqual(202);
    expect(picked).toEqual(expect.arrayContaining([0, 4321, 7777, 9999]));
  });

  it("keeps a short line whole and skips a gap", () => {
    expect(thinLine([1, 2, 3], 10)).toEqual([0, 1, 2]);
    expect(thinLine([Number.NaN, Number.NaN, Number.NaN, 1, 2, 3], 2)).toEqual([0, 3, 5]);
  });
});

describe("axes", () => {
  it("puts ticks at the start of years", () => {
    const axis = timeAxis([dayNumber("2000-03-01"), dayNumber("2010-06-01")], [0, 700]);

    expect(axis.ticks.map(axis.format)).toEqual(["2002", "2004", "2006", "2008", "2010"]);
  });

  it("has no ticks where a date cannot be read", () => {
    expect(timeAxis([dayNumber("no date"), dayNumber("2010-06-01")], [0, 700]).ticks).toEqual([]);
  });

  it("writes values on a logarithmic axis as they are", () => {
    const axis = valueAxis([50, 1000], {
      range: [200, 0],
      format: (value) => String(Math.round(value)),
      isLogarithmic: true,
    });

    expect(axis.ticks.map(axis.format)).toEqual(["50", "100", "200", "500", "1000"]);
  });

  it("writes as many digits as tell the ticks of a small range apart", () => {
    const labelsOf = (values: readonly number[], format: (value: number) => string) => {
      const axis = valueAxis(values, { range: [120, 0], format });
      return axis.ticks.map(axis.format);
    };
    const loss = labelsOf([0.9981, 0.9994], (value) => value.toFixed(2));
    const share = labelsOf([0.05011, 0.05024], (value) => `${(100 * value).toFixed(1)}%`);

    expect(loss.slice(0, 2)).toEqual(["0.998", "0.999"]);
    expect(share.every((label) => /^5\.\d{2,}%$/u.test(label))).toBe(true);
    for (const labels of [loss, share]) expect(new Set(labels).size).toBe(labels.length);
    expect(labelsOf([0, 1], (value) => value.toFixed(1))).toContain("0.5");
  });

  it("has 0 on an axis of bars, even if all are equal", () => {
    const axis = valueAxis([0.2], { range: [100, 0], format: String, includesZero: true });

    expect(axis.scale.domain()[0]).toBe(0);
  });
});

describe("indexAfterKey", () => {
  it.each([
    ["ArrowRight", 6],
    ["ArrowLeft", 4],
    ["PageDown", 0],
    ["End", 19],
    ["Home", 0],
    ["x", undefined],
  ])("moves by %s to %s", (key, place) => {
    expect(indexAfterKey(5, 20, key)).toBe(place);
  });
});

describe("cellColor", () => {
  it("leaves weak and missing values without a color, and caps strong ones", () => {
    expect(cellColor(0.29, 1, 0.3)).toBeUndefined();
    expect(cellColor(Number.NaN, 1)).toBeUndefined();
    expect(cellColor(0, 1)).toBeUndefined();
    expect(cellColor(-5, 1)).toContain("#b35806 72%");
    expect(cellColor(0.5, 1)).toContain("#2166ac 36%");
  });
});

describe("tableCsv", () => {
  it("writes numbers with a plain minus and makes no formula", () => {
    const text = tableCsv({ caption: "", header: ["a", 'b"c'], rows: [["\u22121.5%", "=1+1"]] });

    expect(text).toBe('a,"b""c"\r\n-1.5%,\'=1+1\r\n');
  });
});
