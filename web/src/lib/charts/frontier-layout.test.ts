// @vitest-environment node
import { describe, expect, it } from "vitest";
import {
  sampleAssets,
  sampleEqualWeight,
  sampleModel,
} from "../../../test/fixtures/frontier-model.ts";
import { randomPortfolios } from "../frontier/cloud.ts";
import { sampleCurve } from "../frontier/frontier.ts";
import { englishChartLabels } from "./chart-labels.ts";
import { layOutFrontier } from "./frontier-layout.ts";
import { nearestMark } from "./nearest-mark.ts";
import { plotMarks } from "./plot-marks.ts";

const sources = { assets: sampleAssets, equalWeight: sampleEqualWeight, current: undefined };
const content = {
  curve: sampleCurve(sampleModel, 200),
  marks: plotMarks(sampleModel, sources, englishChartLabels),
  cloud: randomPortfolios(sampleModel, { count: 200, seed: 1 }),
};

describe("layOutFrontier", () => {
  it.each([280, 640, 1200])("keeps every mark and the whole curve inside at %d px", (width) => {
    const { box, marks, curve } = layOutFrontier(content, { width, height: 380 }, false);

    const inside = (x: number, y: number) =>
      x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    expect(marks.every(({ x, y }) => inside(x, y))).toBe(true);
    expect([...curve.x].every((x, i) => inside(x, curve.y[i] ?? 0))).toBe(true);
  });

  it("points to an asset far off the scale, and says where it is", () => {
    const far = { symbol: "FAR", volatility: 2, expectedReturn: 0.2 };
    const marks = plotMarks(sampleModel, { ...sources, assets: [far] }, englishChartLabels);

    const layout = layOutFrontier({ ...content, marks }, { width: 640, height: 380 }, false);

    const arrow = layout.marks.find(({ mark }) => mark.name === "FAR");
    expect(arrow?.offScaleAngle).toBeCloseTo(0, 0);
    expect(layout.labels.map(({ text }) => text)).toContain("FAR (200.0%, 20.0%)");
  });
});

describe("nearestMark", () => {
  const layout = layOutFrontier(content, { width: 640, height: 380 }, false);
  const find = nearestMark(layout, content.cloud);

  it("finds an asset near the pointer", () => {
    const apple = layout.marks.find(({ mark }) => mark.name === "AAPL");

    expect(find((apple?.x ?? 0) + 3, (apple?.y ?? 0) - 3)?.name).toBe("AAPL");
  });

  it("finds a random portfolio where there is no mark", () => {
    const hits = [...content.cloud.volatilities].map((volatility, i) =>
      find(layout.x.scale(volatility), layout.y.scale(content.cloud.expectedReturns[i] ?? 0)),
    );

    const dots = hits.filter((hit) => hit?.name === undefined);
    expect(hits.every((hit) => hit !== undefined)).toBe(true);
    expect(dots.length).toBeGreaterThan(50);
  });

  it("finds nothing in the open", () => {
    expect(find(layout.box.left + 2, layout.box.top + 2)).toBeUndefined();
  });
});
