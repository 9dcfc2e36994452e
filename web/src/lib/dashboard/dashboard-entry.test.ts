// @vitest-environment node
import { create } from "@bufbuild/protobuf";
import {
  DashboardSchema,
  PanelStyle,
  SeriesTransform,
} from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { describe, expect, it } from "vitest";
import { dashboardEntry, dashboardInit, type PanelEntry } from "./dashboard-entry.ts";

const PANEL: PanelEntry = {
  ...{ title: "Skill", modelId: "rank-21d", numbers: [2], aliases: ["champion"] },
  ...{ series: "rank_ic", transforms: ["less-baseline", "rolling-mean"] },
  ...{ look: "bars", size: "medium" },
};

describe("a dashboard", () => {
  it("comes back from the contract as it was, in every size and look", () => {
    const panels = (["small", "medium", "wide", "large"] as const).flatMap((size) =>
      (["lines", "bars", "table"] as const).map((look) => ({ ...PANEL, size, look })),
    );
    const entry = { id: "1", title: "Mine", revision: 3, panels };

    expect(dashboardEntry(create(DashboardSchema, dashboardInit(entry)))).toEqual(entry);
  });

  it("writes what the contract means, each panel beside or below the one before", () => {
    const { panels } = create(
      DashboardSchema,
      dashboardInit({
        ...{ id: "", title: "Mine", revision: 0 },
        panels: [PANEL, { ...PANEL, size: "large" }, { ...PANEL, size: "small" }],
      }),
    );

    expect(panels[0]).toMatchObject({
      style: PanelStyle.BARS,
      query: { transforms: [SeriesTransform.LESS_BASELINE, SeriesTransform.ROLLING_MEAN] },
      place: { column: 0, row: 0, columnSpan: 6, rowSpan: 4 },
    });
    expect(panels[1]?.place).toMatchObject({ column: 0, row: 4, columnSpan: 12, rowSpan: 8 });
    expect(panels[2]?.place).toMatchObject({ column: 0, row: 12, columnSpan: 4 });
  });

  it("reads panels of another client in the order of their places, with the nearest size", () => {
    const query = { modelId: "rank-21d", series: "ic" };
    const { panels } = dashboardEntry(
      create(DashboardSchema, {
        panels: [
          { title: "second", query, place: { row: 0, column: 5, columnSpan: 3 } },
          { title: "third", query, place: { row: 2, column: 0, columnSpan: 10, rowSpan: 7 } },
          { title: "first", query },
        ],
      }),
    );

    expect(panels.map(({ title, size, look }) => [title, size, look])).toEqual([
      ["first", "medium", "lines"],
      ["second", "small", "lines"],
      ["third", "large", "lines"],
    ]);
  });
});
