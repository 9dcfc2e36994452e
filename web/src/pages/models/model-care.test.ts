import { createRouterTransport } from "@connectrpc/connect";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mockJobs } from "../../../test/mock/job-service.ts";
import { MemoryRegistry } from "../../../test/mock/memory-registry.ts";
import { type ModelCare, mockModelCare } from "../../../test/mock/model-care.ts";
import { addRankVersion, mockModelService } from "../../../test/mock/model-service.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import ModelPage from "./model-page.svelte";

const PATIENCE = { timeout: 5000 };

let registry: MemoryRegistry;
let care: ModelCare | undefined;

beforeAll(() => {
  connectPages();
  window.scrollTo = () => undefined;
});
beforeEach(async () => {
  registry = new MemoryRegistry();
  const jobs = mockJobs();
  useTransport(
    createRouterTransport((router) => {
      router.service(JobService, jobs.service);
      router.service(ModelService, mockModelService(registry));
      care = mockModelCare(router);
    }),
  );
  await addRankVersion(registry, "Ridge", 0.4);
  await addRankVersion(registry, "Boosted trees", 0.8);
});

async function show({ hasChampion = true } = {}) {
  if (hasChampion) {
    await registry.setAlias(
      {
        ...{ modelId: "rank-21d", alias: "champion", version: 1 },
        ...{ actor: "person", reason: "", evidence: "" },
      },
      undefined,
    );
  }
  await goTo("/models/rank-21d");
  render(ProviderHarness, { component: ModelPage });
}

async function type(place: ReturnType<typeof within>, label: string, text: string) {
  const field = place.getByRole("textbox", { name: label });
  await fireEvent.change(field, { target: { value: text } });
}

async function card(name: string) {
  return within(await screen.findByRole("region", { name }, PATIENCE));
}

describe("the card of forecasts", () => {
  it("names version and days, and orders assets by their forecast", async () => {
    await show();
    const forecasts = await card("Forecasts");
    await forecasts.findByText(
      "Version 1, Ridge, as of 28 Dec 2022; trained on prices until 28 Nov 2022.",
      {},
      PATIENCE,
    );

    expect(forecasts.getByText("Highest: AAPL with 5.0% a year.")).toBeDefined();
    const rows = within(forecasts.getByRole("table", { name: "All forecasts" })).getAllByRole(
      "row",
    );
    expect(rows[1]?.textContent).toMatch(/AAPL.*0\.3.*−0\.25 … 0\.75.*31\.0%/u);
  });

  it("hands its assets and its model to the optimizer", async () => {
    await show();
    const forecasts = await card("Forecasts");
    await fireEvent.click(
      await forecasts.findByRole("button", { name: "Use in Optimize" }, PATIENCE),
    );

    await expect
      .poll(() => window.location.pathname + window.location.search, PATIENCE)
      .toBe("/optimize?symbols=AAPL,KO&mean=forecast-rank-21d");
  });

  it("explains one asset by its features", async () => {
    await show();
    const forecasts = await card("Forecasts");
    const choice = await forecasts.findByRole("combobox", { name: "Explain" }, PATIENCE);
    await fireEvent.change(choice, { target: { value: "AAPL" } });

    await forecasts.findByText(/^AAPL: 0\.3, from 0\.1 for an asset/u, {}, PATIENCE);
    expect(forecasts.getAllByText("momentum_12_1").length).toBeGreaterThan(0);
  });

  it("says that nothing is forecast without a champion", async () => {
    await show({ hasChampion: false });

    const forecasts = await card("Forecasts");
    expect(forecasts.getByText(/^There is no champion/u)).toBeDefined();
  });
});

describe("the card of drift", () => {
  it("looks on request, and says what is still needed", async () => {
    await show();
    const drift = await card("Drift");
    await drift.findByText("Nobody has looked yet.", {}, PATIENCE);
    await fireEvent.click(drift.getByRole("button", { name: "Look now" }));

    await expect.poll(() => care?.looks, PATIENCE).toBe(1);
  });

  it("shows the evidence, its threshold and what has changed", async () => {
    if (care === undefined) throw new Error("no services");
    care.report = {
      ...{ version: 1, lastDate: "2022-12-28", liveDayCount: 40, referenceDayCount: 500 },
      liveDaysNeeded: 23,
      loss: { dates: ["2022-12-27", "2022-12-28"], statistics: [1, 12], threshold: 756 },
      features: [{ name: "momentum_12_1", statistic: 0.4, pValue: 0.001, isShifted: true }],
    };
    await show();
    const drift = await card("Drift");

    await drift.findByText("Now 12; an alarm is at 760.", {}, PATIENCE);
    expect(drift.getByText(/^23 more live days are needed/u)).toBeDefined();
    const table = drift.getByRole("table", { name: "Features and forecasts" });
    expect(within(table).getByText("yes")).toBeDefined();
  });

  it("lists alarms, each with what was done", async () => {
    const alarm = { version: 1, date: "2022-12-20", statistic: 800, threshold: 756 };
    care?.alarms.push({ ...alarm, action: 3 }, { ...alarm, date: "2022-06-01", action: 2 });
    await show();
    const drift = await card("Drift");

    const table = await drift.findByRole("table", { name: "Alarms" }, PATIENCE);
    const rows = within(table)
      .getAllByRole("row")
      .map(({ textContent }) => textContent);
    expect(rows[1]).toMatch(/2022-12-20.*1.*800.*760.*The champion is trained anew/u);
    expect(rows[2]).toMatch(/2022-06-01.*a training was too recent/u);
  });

  it("switches what follows on an alarm, and leaves the rest of the policy", async () => {
    await show();
    const drift = await card("Drift");
    const retrain = await drift.findByRole("switch", { name: "Train anew on an alarm" }, PATIENCE);
    await fireEvent.click(retrain);

    await expect
      .poll(() => care?.policy, PATIENCE)
      .toMatchObject({ retrain: true, runLengthDays: 756 });
  });
});

describe("the card of schedules", () => {
  it("creates a schedule and deletes it", async () => {
    await show();
    const schedules = await card("Schedules");
    await schedules.findByText("Nothing is scheduled.", {}, PATIENCE);
    await fireEvent.click(schedules.getByRole("button", { name: "Add schedule" }));
    await schedules.findByText(/next 2026-01-06 00:00 UTC/u, {}, PATIENCE);
    expect(care?.schedules[0]?.spec).toMatchObject({ modelId: "rank-21d", cron: "0 19 * * 1-5" });
    await fireEvent.click(schedules.getByRole("button", { name: /^Delete Forecast/u }));

    expect(await schedules.findByText("Nothing is scheduled.", {}, PATIENCE)).toBeDefined();
  });

  it("says what is wrong with the times", async () => {
    await show();
    const schedules = await card("Schedules");
    const times = schedules.getByRole("textbox", { name: /^Minute, hour/u });
    await fireEvent.input(times, { target: { value: "0 19 * *" } });
    await fireEvent.click(schedules.getByRole("button", { name: "Add schedule" }));

    expect(await schedules.findByText(/Five fields are needed/u, {}, PATIENCE)).toBeDefined();
  });
});

describe("the card of an experiment", () => {
  it("previews, starts, shows the evidence with its threshold, and stops", async () => {
    await show();
    const experiment = await card("Experiment");
    const choice = await experiment.findByRole("combobox", { name: "Challenger" }, PATIENCE);
    await fireEvent.change(choice, { target: { value: "2" } });
    await experiment.findByText("not in time", {}, PATIENCE);
    await fireEvent.change(experiment.getByRole("combobox", { name: "The challenger forecasts" }), {
      target: { value: "canary" },
    });
    await experiment.findByText(/^90 days compared/u, {}, PATIENCE);
    await type(experiment, "Share that it serves", "20");
    await type(experiment, "Chance of a wrong decision", "10");
    await type(experiment, "Turnover may grow by", "0.1");
    await type(experiment, "Drawdown may grow by", "0.2");
    await type(experiment, "Cost of miscalibration may grow by", "0.05");
    await fireEvent.click(experiment.getByRole("switch", { name: "Promote when better" }));
    await experiment.findByText(/^90 days compared/u, {}, PATIENCE);
    await fireEvent.click(experiment.getByRole("button", { name: "Start the experiment" }));
    await experiment.findByText(/^Champion 1 against challenger 2/u, {}, PATIENCE);

    expect(experiment.getByText(/^Evidence of 1\.5; it decides at 2\.3/u)).toBeDefined();
    expect(
      experiment.getByText("Level 10.0%; serving 20.0% of those who ask; promoted by itself."),
    ).toBeDefined();
    expect(care?.experiment?.spec).toMatchObject({
      ...{ level: 0.1, canaryShare: 0.2, effectMin: 0, autoPromote: true },
      guards: [
        { metric: 1, margin: 0.1 },
        { metric: 3, margin: 0.2 },
        { metric: 4, margin: 0.05 },
      ],
    });
    await fireEvent.click(await experiment.findByRole("button", { name: "Stop" }, PATIENCE));
    expect(await experiment.findByText(/Somebody stopped it/u, {}, PATIENCE)).toBeDefined();
  });
});
