import { createRouterTransport } from "@connectrpc/connect";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MemoryDashboards, mockDashboardService } from "../../../test/mock/dashboard-service.ts";
import { mockJobs } from "../../../test/mock/job-service.ts";
import { MemoryRegistry } from "../../../test/mock/memory-registry.ts";
import { mockModelCare } from "../../../test/mock/model-care.ts";
import { addRankVersion, mockModelService } from "../../../test/mock/model-service.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { toasts } from "../../lib/state/toasts.svelte.ts";
import { connectPages } from "../../routes.ts";
import DashboardPage from "./dashboard-page.svelte";

const OLDER = "01900000-0000-7000-8000-0000000000ff";
const PATIENCE = { timeout: 5000 };
const SKILL = "Rank IC so far, with its interval";

let registry: MemoryRegistry;
let dashboards: MemoryDashboards;

beforeAll(() => {
  connectPages();
  window.scrollTo = () => undefined;
});
beforeEach(() => {
  registry = new MemoryRegistry();
  dashboards = new MemoryDashboards();
  toasts.list = [];
  useTransport(
    createRouterTransport((router) => {
      router.service(JobService, mockJobs().service);
      router.service(ModelService, mockModelService(registry));
      router.service(DashboardService, mockDashboardService(registry, dashboards));
      mockModelCare(router);
    }),
  );
});

async function show({ hasModel = true } = {}) {
  if (hasModel) {
    await addRankVersion(registry, "Ridge", 0.4);
    await addRankVersion(registry, "Boosted trees", 0.8);
    const change = { actor: "person", reason: "", evidence: "" };
    await registry.setAlias(
      { ...change, modelId: "rank-21d", alias: "champion", version: 1 },
      undefined,
    );
  }
  await reload();
}

async function reload() {
  cleanup();
  await goTo("/dashboard", window.location.pathname === "/dashboard" ? query() : "");
  render(ProviderHarness, { component: DashboardPage });
}

const query = () => window.location.search.slice(1);
const press = async (name: string | RegExp) =>
  fireEvent.click(await screen.findByRole("button", { name }, PATIENCE));
const panelTitles = () =>
  screen.getAllByRole("region").map((region) => region.querySelector("h2")?.textContent);

async function undo() {
  await expect.poll(() => toasts.list.length, PATIENCE).toBeGreaterThan(0);
  toasts.list.at(-1)?.action?.run();
}

async function startEmpty(title: string) {
  await show();
  await press("New dashboard");
  const dialog = within(await screen.findByRole("dialog", {}, PATIENCE));
  await fireEvent.input(dialog.getByRole("textbox", { name: "Name" }), {
    target: { value: title },
  });
  await fireEvent.click(dialog.getByRole("button", { name: "Create" }));
  await screen.findByRole("heading", { name: title }, PATIENCE);
}

async function addPanel(kind: string, version?: string) {
  await expect.poll(() => screen.queryByRole("dialog"), PATIENCE).toBeNull();
  await press("Add panel");
  const dialog = within(await screen.findByRole("dialog", {}, PATIENCE));
  await fireEvent.change(dialog.getByRole("combobox", { name: "Shows" }), {
    target: { value: kind },
  });
  if (version) {
    await fireEvent.click(await dialog.findByRole("checkbox", { name: version }, PATIENCE));
  }
  await fireEvent.click(dialog.getByRole("button", { name: "Add panel" }));
}

describe("the page of dashboards", () => {
  it("asks for models first", async () => {
    await show({ hasModel: false });

    expect(await screen.findByText(/^A dashboard is about models/u, {}, PATIENCE)).toBeDefined();
    expect(screen.getByRole("button", { name: "Go to the models" })).toBeDefined();
  });

  it("makes a first dashboard with one click, which is there again later", async () => {
    await show();
    await press("Make the first dashboard");

    await screen.findByRole("region", { name: `${SKILL}: rank-21d` }, PATIENCE);
    await screen.findByText(/^Ridge, version 1: .* within /u, {}, PATIENCE);
    expect(
      await screen.findByText(/^Ridge, version 1: 0\.02 at 5\.$/u, {}, PATIENCE),
    ).toBeDefined();
    await expect
      .poll(() => screen.queryAllByText("None of these versions has this yet."), PATIENCE)
      .toHaveLength(3);
    expect(await screen.findByText("training: 1 at -1.", {}, PATIENCE)).toBeDefined();
    await reload();
    expect(
      await screen.findByRole("region", { name: "Calibration: rank-21d" }, PATIENCE),
    ).toBeDefined();
    expect(dashboards.all).toHaveLength(1);
  });

  it("adds panels, moves, changes and removes them, and undoes that", async () => {
    await startEmpty("Mine");
    await addPanel("rank_ic cumulative-mean", "2 · Boosted trees");
    await screen.findByRole("region", { name: SKILL }, PATIENCE);
    await addPanel("return_by_group");
    await screen.findByRole("region", { name: "Outcomes by fifths of the forecast" }, PATIENCE);

    await press(`Move ${SKILL} later`);
    await screen.findByText(`${SKILL} is 2 of 2 now.`, {}, PATIENCE);
    expect(panelTitles().filter((title) => title !== undefined)).toEqual([
      "Outcomes by fifths of the forecast",
      SKILL,
    ]);
    await press(`Change ${SKILL}`);
    const dialog = within(await screen.findByRole("dialog", {}, PATIENCE));
    await fireEvent.change(dialog.getByRole("combobox", { name: "Drawn as" }), {
      target: { value: "table" },
    });
    await fireEvent.input(dialog.getByRole("textbox", { name: "Title" }), {
      target: { value: "How good" },
    });
    await fireEvent.click(dialog.getByRole("button", { name: "Save panel" }));
    const table = await screen.findByRole("table", { name: "How good" }, PATIENCE);
    expect(
      within(table).getByRole("rowheader", { name: "Boosted trees, version 2" }),
    ).toBeDefined();

    await press("Remove How good");
    await expect.poll(() => screen.queryByRole("region", { name: "How good" })).toBeNull();
    await undo();
    await screen.findByRole("region", { name: "How good" }, PATIENCE);
    expect(dashboards.all[0]?.revision).toBe(7);
  });

  it("draws held-out losses beside those of training, and nowhere else", async () => {
    await startEmpty("Mine");
    await addPanel("training_loss");
    await screen.findByText("Ridge, version 1, held out", {}, PATIENCE);
    await addPanel("calibration");
    const calibration = await screen.findByRole("region", { name: "Calibration" }, PATIENCE);

    await within(calibration).findByText("As forecast", {}, PATIENCE);
    expect(screen.getAllByText("Ridge, version 1, held out")).toHaveLength(1);
  });

  it("renames, switches and deletes dashboards, and undoes that", async () => {
    await startEmpty("Mine");
    await press("Rename");
    const dialog = within(await screen.findByRole("dialog", {}, PATIENCE));
    await fireEvent.input(dialog.getByRole("textbox"), { target: { value: "Ours" } });
    await fireEvent.click(dialog.getByRole("button", { name: "Rename" }));
    await screen.findByRole("heading", { name: "Ours" }, PATIENCE);
    await dashboards.add({ id: OLDER, title: "Older", panels: new Uint8Array() });
    await reload();

    const choice = await screen.findByRole("combobox", { name: "Dashboard" }, PATIENCE);
    expect((choice as HTMLSelectElement).selectedOptions[0]?.textContent).toBe("Ours");
    await fireEvent.change(choice, { target: { value: OLDER } });
    await screen.findByRole("heading", { name: "Older" }, PATIENCE);
    await press("Delete");
    await screen.findByRole("heading", { name: "Ours" }, PATIENCE);
    await undo();
    await screen.findByRole("heading", { name: "Older" }, PATIENCE);
    expect(dashboards.all.map(({ title }) => title)).toEqual(["Older", "Ours"]);
  });

  it("shows what somebody else has changed in place of a change on top of it", async () => {
    await startEmpty("Mine");
    const [held] = dashboards.all;
    if (held === undefined) throw new Error("no dashboard");
    await dashboards.replace({ ...held, title: "Theirs" });
    await addPanel("calibration");

    await screen.findByText(/^Somebody else has changed the dashboard/u, {}, PATIENCE);
    expect(await screen.findByRole("heading", { name: "Theirs" }, PATIENCE)).toBeDefined();
  });
});
