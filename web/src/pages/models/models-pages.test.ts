import { createRouterTransport } from "@connectrpc/connect";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { fireEvent, render, screen, within } from "@testing-library/svelte";
import type { Component } from "svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MockJobs, mockJobs } from "../../../test/mock/job-service.ts";
import { MemoryRegistry } from "../../../test/mock/memory-registry.ts";
import { addRankVersion, mockModelService } from "../../../test/mock/model-service.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { jobWatch } from "../../lib/jobs/job-watch.svelte.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import CompareVersionsPage from "./compare-versions-page.svelte";
import ModelPage from "./model-page.svelte";
import ModelsPage from "./models-page.svelte";

const PATIENCE = { timeout: 5000 };

let jobs: MockJobs;
let registry: MemoryRegistry;
let trainings: unknown[];

beforeAll(() => {
  connectPages();
  window.scrollTo = () => undefined;
});
beforeEach(() => {
  jobs = mockJobs();
  registry = new MemoryRegistry();
  trainings = [];
  jobWatch.entries = new Map();
  useTransport(
    createRouterTransport((router) => {
      router.service(JobService, jobs.service);
      router.service(ModelService, mockModelService(registry));
      router.service(TrainingService, {
        startTraining: (request) => {
          trainings.push(request.spec?.learner?.method.case);
          return { job: { id: "job-1", kind: "training", title: "Train", state: JobState.QUEUED } };
        },
        startDefaultTrainings: () => {
          jobs.set({ id: "a", kind: "training", title: "Train ridge", state: JobState.RUNNING });
          return { jobs: [] };
        },
      });
    }),
  );
});

async function show(page: Component, path: string, search = "") {
  await goTo(path as "/models", search);
  render(ProviderHarness, { component: page });
}

describe("the page of all models", () => {
  it("trains the first ones with one click, and follows", async () => {
    await show(ModelsPage, "/models");
    await screen.findByText(/^No models yet/u, {}, PATIENCE);

    await fireEvent.click(screen.getByRole("button", { name: "Train the first models" }));
    await screen.findByText("Train ridge", {}, PATIENCE);
    await addRankVersion(registry, "Ridge", 0.4);
    jobs.set({ id: "a", state: JobState.SUCCEEDED });

    expect(await screen.findByRole("link", { name: "rank-21d" }, PATIENCE)).toBeDefined();
  });

  it("shows the champion and its skill", async () => {
    await addRankVersion(registry, "Ridge", 0.4);
    await registry.setAlias(
      {
        ...{ modelId: "rank-21d", alias: "champion", version: 1 },
        ...{ actor: "person", reason: "", evidence: "" },
      },
      undefined,
    );
    await show(ModelsPage, "/models");

    const row = (await screen.findByRole("link", { name: "rank-21d" }, PATIENCE)).closest("tr");
    expect(row?.textContent).toMatch(/Ranks of returns, 21 days ahead/u);
    expect(row?.textContent).toMatch(/1 · Ridge/u);
    expect(row?.textContent).toMatch(/Rank IC 0\.04 ± 0\.01/u);
  });
});

describe("the page of a model", () => {
  beforeEach(async () => {
    await addRankVersion(registry, "Ridge", 0.4);
    await addRankVersion(registry, "Boosted trees", 0.8);
  });

  it("promotes a version for a reason, and goes back", async () => {
    await show(ModelPage, "/models/rank-21d", "version=1");
    const promote = async (number: number) => {
      await fireEvent.click(
        await screen.findByRole("button", { name: new RegExp(`^${number} · `, "u") }, PATIENCE),
      );
      await fireEvent.click(await screen.findByRole("button", { name: "Make champion" }, PATIENCE));
      const dialog = await screen.findByRole("dialog", {}, PATIENCE);
      await fireEvent.input(within(dialog).getByRole("textbox"), { target: { value: "it wins" } });
      await fireEvent.click(within(dialog).getByRole("button", { name: "Make champion" }));
      await screen.findByText(`Champion: version ${number}`, {}, PATIENCE);
      await expect.poll(() => screen.queryByRole("dialog"), PATIENCE).toBeNull();
    };
    await promote(1);
    await promote(2);
    await fireEvent.click(screen.getByRole("button", { name: "Give Champion back to version 1" }));

    await screen.findByText(/went back from version 2/u, {}, PATIENCE);
    expect(await registry.findAlias("rank-21d", "champion")).toBe(1);
  });

  it("shows skill by fold, the curve and where the version comes from", async () => {
    await show(ModelPage, "/models/rank-21d", "version=2");

    const table = await screen.findByRole("table", { name: "Skill on unseen days" }, PATIENCE);
    expect(within(table).getByText("Fold 1")).toBeDefined();
    expect(within(table).getByText("t against momentum")).toBeDefined();
    expect(screen.getByRole("heading", { name: "Learning curve" })).toBeDefined();
    expect(screen.getByText("Highest after 5 days.")).toBeDefined();
    expect(screen.getByText("Highest less lowest: 0.04.")).toBeDefined();
    expect(screen.getByText("sample, revision 1")).toBeDefined();
  });

  it("trains one more version by another learner", async () => {
    await show(ModelPage, "/models/rank-21d");
    const open = await screen.findByRole("button", { name: "Train a version" }, PATIENCE);
    await expect.poll(() => open.hasAttribute("disabled"), PATIENCE).toBe(false);
    await fireEvent.click(open);
    const dialog = await screen.findByRole("dialog", {}, PATIENCE);
    await fireEvent.change(within(dialog).getByRole("combobox"), {
      target: { value: "boostedTrees" },
    });
    await fireEvent.click(within(dialog).getByRole("button", { name: "Start training" }));

    await expect.poll(() => trainings, PATIENCE).toEqual(["boostedTrees"]);
  });

  it("says that there is no such model", async () => {
    await show(ModelPage, "/models/none");

    expect(await screen.findByText(/no model none/iu, {}, PATIENCE)).toBeDefined();
  });
});

describe("the page that compares versions", () => {
  it("says what differs, and which is better", async () => {
    await addRankVersion(registry, "Ridge", 0.2);
    await addRankVersion(registry, "Boosted trees", 2);
    await show(CompareVersionsPage, "/models/rank-21d/compare", "v=1,2");

    const skills = await screen.findByRole(
      "table",
      { name: "Difference in skill by version" },
      PATIENCE,
    );
    expect(within(skills).getByText("better")).toBeDefined();
    const fields = screen.getByRole("table", { name: "What differs by version" });
    expect(fields.textContent).toMatch(/penalty/u);
  });
});
