// @vitest-environment node
import { create } from "@bufbuild/protobuf";
import { PlottedSeriesSchema } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { describe, expect, it } from "vitest";
import { plotLine, sharedPlaces } from "./plot-line.ts";

const days = (version: number, dates: string[], values: number[]) =>
  plotLine(create(PlottedSeriesSchema, { version, label: `v${version}`, dates, values }));

describe("sharedPlaces", () => {
  it("puts lines over the days of all, with gaps where one has none", () => {
    const { isTime, places, lines } = sharedPlaces([
      days(1, ["2020-01-03", "2020-01-06"], [0.1, 0.2]),
      days(2, ["2020-01-02", "2020-01-06"], [0.3, 0.4]),
    ]);

    expect(isTime).toBe(true);
    expect(places).toEqual(["2020-01-02", "2020-01-03", "2020-01-06"]);
    expect(lines.map(({ values }) => Array.from(values))).toEqual([
      [Number.NaN, 0.1, 0.2],
      [0.3, Number.NaN, 0.4],
    ]);
  });

  it("orders numbers by size, and keeps intervals", () => {
    const numbers = [-0.1, 0, 0.25];
    const series = { version: 1, numbers, values: [1, 2, 3], lowers: [0, 1, 2], uppers: [2, 3, 4] };
    const other = { version: 2, numbers: [0.123_456_7], values: [5] };
    const { isTime, places, positions, lines } = sharedPlaces(
      [series, other].map((each) => plotLine(create(PlottedSeriesSchema, each))),
    );

    expect(isTime).toBe(false);
    expect(positions).toEqual([-0.1, 0, 0.123_456_7, 0.25]);
    expect(places).toEqual(["-0.1", "0", "0.1235", "0.25"]);
    expect(Array.from(lines[0]?.uppers ?? [])).toEqual([2, 3, Number.NaN, 4]);
  });

  it("has no places without lines", () => {
    expect(sharedPlaces([])).toMatchObject({ places: [], positions: [], lines: [] });
  });
});
