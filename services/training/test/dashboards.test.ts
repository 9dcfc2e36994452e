import { type Client, Code, createClient } from "@connectrpc/connect";
import {
  DashboardService,
  PanelStyle,
  SeriesTransform,
} from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayOf } from "../src/domain/day-number.ts";
import type { MetricSeries } from "../src/domain/model-version.ts";
import { failureOf } from "./failure-of.ts";
import {
  aliasRequest,
  openRegistry,
  type RegistryFixture,
  versionDraft,
} from "./registry-fixture.ts";

const FIRST_DAY = dayOf("2020-01-01");

let fixture: RegistryFixture;
let client: Client<typeof DashboardService>;

beforeAll(async () => {
  fixture = await openRegistry();
  client = createClient(DashboardService, fixture.transport);
}, 60_000);
afterAll(() => fixture.close());

const PANEL = {
  title: "Skill so far",
  query: {
    modelId: "rank-21d",
    aliases: ["champion"],
    series: "rank_ic",
    transforms: [SeriesTransform.CUMULATIVE_MEAN],
  },
  style: PanelStyle.LINES,
  place: { column: 6, row: 0, columnSpan: 6, rowSpan: 4 },
};

describe("a dashboard", () => {
  it("is kept with its panels, changed and deleted", async () => {
    const saved = await client.saveDashboard({ dashboard: { title: "Mine", panels: [PANEL] } });
    const { id = "" } = saved.dashboard ?? {};

    expect(saved.dashboard).toMatchObject({ title: "Mine", revision: 1, panels: [PANEL] });
    const changed = await client.saveDashboard({
      dashboard: { id, title: "Ours", panels: [PANEL, PANEL], revision: 1 },
    });
    expect(changed.dashboard).toMatchObject({ id, title: "Ours", revision: 2 });
    const found = await client.getDashboard({ id });
    expect(found.dashboard).toEqual(changed.dashboard);
    await client.deleteDashboard({ id });
    await client.deleteDashboard({ id });
    await client.deleteDashboard({ id: "none" });
    expect(await failureOf(client.getDashboard({ id }))).toMatchObject({
      code: Code.NotFound,
      reason: "DASHBOARD_UNKNOWN",
      fields: ["id"],
    });
  });

  it("is changed by one of two who have read it", async () => {
    const { dashboard } = await client.saveDashboard({ dashboard: { title: "Both" } });
    const change = { id: dashboard?.id ?? "", title: "Later", revision: 1 };

    const both = await Promise.allSettled([
      client.saveDashboard({ dashboard: change }),
      client.saveDashboard({ dashboard: change }),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await failureOf(client.saveDashboard({ dashboard: change }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "DASHBOARD_CHANGED",
    });
    const unknown = { ...change, id: "01900000-0000-7000-8000-000000000001" };
    expect(await failureOf(client.saveDashboard({ dashboard: unknown }))).toMatchObject({
      reason: "DASHBOARD_UNKNOWN",
    });
  });

  it("is listed by pages, newest first, up to a number", async () => {
    const insert = `
      insert into training.dashboard (tenant_id, id, title, panels, revision)
      select 'default', gen_random_uuid(), 'Filled up', '', 1 from generate_series(1, $1)`;
    const { rows } = await fixture.pool.query<{ readonly count: number }>(
      "select count(*) as count from training.dashboard",
    );
    await fixture.pool.query(insert, [199 - Number(rows[0]?.count)]);
    await client.saveDashboard({ dashboard: { title: "Last" } });

    const refused = client.saveDashboard({ dashboard: { title: "One too many" } });
    expect(await failureOf(refused)).toMatchObject({ reason: "DASHBOARDS_TOO_MANY" });
    const ids: string[] = [];
    let pageToken = "";
    do {
      const page = await client.listDashboards({ pageSize: 90, pageToken });
      ids.push(...page.dashboards.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(ids).toHaveLength(200);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });

  it("needs a title and a query in each panel", async () => {
    const untitled = client.saveDashboard({ dashboard: { title: "" } });
    const wrong = client.saveDashboard({
      dashboard: { title: "x", panels: [{ query: { modelId: "m", series: "No Name" } }] },
    });

    expect(await failureOf(untitled)).toMatchObject({ fields: ["dashboard.title"] });
    expect(await failureOf(wrong)).toMatchObject({
      reason: "REQUEST_INVALID",
      fields: ["dashboard.panels[0].query.series"],
    });
  });
});

describe("QuerySeries", () => {
  const daily = (name: string, values: readonly number[]): MetricSeries => ({
    ...{ name, unit: "day" },
    points: Int32Array.from(values, (_, k) => FIRST_DAY + k),
    values: Float64Array.from(values),
  });

  beforeAll(async () => {
    const add = (title: string, values: readonly number[]) =>
      fixture.registry.addVersion(
        versionDraft("drawn", {
          title,
          target: { kind: "rank", horizonDays: 1 },
          series: [daily("rank_ic", values)],
        }),
      );
    await add("Momentum", [0, 0.1, 0.2]);
    await add("Ridge", [0.3, 0.1, 0.2, 0.6]);
    await fixture.registry.addVersion(
      versionDraft("drawn", { target: { kind: "rank", horizonDays: 1 }, series: [] }),
    );
    await fixture.registry.setAlias(aliasRequest("drawn", 1, "baseline"), 0);
    await fixture.registry.setAlias(aliasRequest("drawn", 2), 0);
  });

  const query = async (fields: object) =>
    (await client.querySeries({ query: { modelId: "drawn", series: "rank_ic", ...fields } }))
      .series;

  it("reads versions by number and alias, each once, and leaves out those without it", async () => {
    const named = await query({ numbers: [3, 2], aliases: ["champion", "baseline", "shadow"] });

    expect(named).toMatchObject([
      {
        ...{ version: 2, label: "Ridge, version 2", aliases: ["champion"] },
        dates: ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"],
        values: [0.3, 0.1, 0.2, 0.6],
      },
      { version: 1, aliases: ["baseline"], lowers: [], uppers: [] },
    ]);
    expect((await query({})).map(({ version }) => version)).toEqual([2, 1]);
  });

  it("transforms one after the other", async () => {
    const { LESS_BASELINE, CUMULATIVE_SUM, CUMULATIVE_MEAN } = SeriesTransform;

    const [lead, ...others] = await query({ transforms: [LESS_BASELINE, CUMULATIVE_SUM] });
    expect(others).toEqual([]);
    expect(lead?.dates).toHaveLength(3);
    for (const [k, value] of [0.3, 0.3, 0.3].entries()) {
      expect(lead?.values[k]).toBeCloseTo(value, 15);
    }
    const [mean] = await query({ numbers: [2], transforms: [CUMULATIVE_MEAN] });
    // By hand: deviations 0, -0.2, -0.1, 0.3 of the mean 0.3 have the mean square 0.035.
    expect(mean?.values[3]).toBeCloseTo(0.3, 15);
    expect(mean?.uppers[3]).toBeCloseTo(0.3 + 1.959963984540054 * Math.sqrt(0.035 / 4), 12);
  });

  it("computes calibration, and the evidence of the newest experiment", async () => {
    const [calibration] = await query({ numbers: [2], series: "calibration" });
    expect(calibration?.numbers.length).toBeGreaterThan(2);
    expect(calibration?.values).toHaveLength(calibration?.numbers.length ?? 0);

    expect(await query({ numbers: [2], series: "evidence" })).toEqual([]);
    await fixture.experiments.add(
      "01900000-0000-7000-8000-000000000002",
      {
        ...{ modelId: "drawn", championVersion: 1, challengerVersion: 2, level: 0.05 },
        ...{ armCount: 1, effectMin: 0.01, daysMax: 504, canaryShare: 0 },
        ...{ autoPromote: false, guards: [] },
      },
      2,
    );
    const [evidence] = await query({ numbers: [2], series: "evidence" });
    const [gain] = await query({ numbers: [2], series: "gain" });
    expect(evidence?.threshold).toBeCloseTo(Math.log(20), 12);
    expect(gain?.dates).toEqual(evidence?.dates);
    expect(gain?.lowers).toHaveLength(gain?.values.length ?? 0);
  });

  it("shows how busy workers were with each kind of job", async () => {
    const insert = `
      insert into jobs.job (tenant_id, id, kind, title, owner_reference, payload, payload_digest,
        priority, state, run_time, start_time, end_time)
      select 'default', gen_random_uuid(), $1, '', '', '', '', 5, 'succeeded', now(),
        clock_timestamp() - $2 * interval '1 minute', clock_timestamp() - $3 * interval '1 minute'`;
    // Half an hour of the last one; an hour and a half over three hours before that.
    await fixture.pool.query(insert, ["training", 40, 10]);
    await fixture.pool.query(insert, ["forecast", 210, 120]);
    const series = await query({ series: "worker_use", modelId: "" });

    const use = (kind: string) => series.find(({ jobKind }) => jobKind === kind);
    expect(use("training")).toMatchObject({ version: 0, label: "training" });
    expect(use("training")?.numbers).toEqual(Array.from({ length: 48 }, (_, k) => k - 48));
    expect(use("training")?.values.at(-1)).toBeCloseTo(0.5, 3);
    expect(use("forecast")?.values.slice(-5)).toEqual([
      ...[0, expect.closeTo(0.5, 3), expect.closeTo(1, 3), expect.closeTo(0, 3), 0],
    ]);
    expect(await failureOf(query({ series: "rank_ic", modelId: "" }))).toMatchObject({
      reason: "MODEL_UNKNOWN",
    });
  });

  it("shows the detector of losses with its threshold", async () => {
    const loss = { dates: ["2020-01-02"], statistics: [1.5], threshold: 756, alarmDates: [] };
    await fixture.pool.query(
      `insert into training.drift_report (tenant_id, model_id, number, findings)
       values ('default', 'drawn', 2, $1)`,
      [JSON.stringify({ loss: { ...loss, metric: "rank_ic" } })],
    );

    expect(await query({ numbers: [2], series: "drift_statistic" })).toMatchObject([
      { dates: ["2020-01-02"], values: [1.5], threshold: 756 },
    ]);
  });

  it("is of a model that there is", async () => {
    const call = client.querySeries({ query: { modelId: "none", series: "rank_ic" } });

    expect(await failureOf(call)).toMatchObject({ reason: "MODEL_UNKNOWN" });
  });
});
