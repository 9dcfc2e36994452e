import { createRouterTransport } from "@connectrpc/connect";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MockJobs, mockJobs } from "../../../test/mock/job-service.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { jobWatch } from "../../lib/jobs/job-watch.svelte.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import JobsPage from "./jobs-page.svelte";

const PATIENCE = { timeout: 5000 };

describe("JobsPage", () => {
  let jobs: MockJobs;

  beforeAll(() => {
    connectPages();
    window.scrollTo = () => undefined;
  });
  beforeEach(async () => {
    jobs = mockJobs();
    jobWatch.entries = new Map();
    useTransport(createRouterTransport((router) => router.service(JobService, jobs.service)));
    await goTo("/jobs", "");
  });

  const running = (id: string, step: number) => ({
    id,
    title: `Walk-forward ${id}`,
    state: JobState.RUNNING,
    attempt: 1,
    startTime: new Date(Date.now() - 60_000).toISOString(),
    estimatedEndTime: new Date(Date.now() + 185_000).toISOString(),
    progress: {
      step: BigInt(step),
      stepCount: 240n,
      message: "Fold 41",
      updateTime: new Date(Date.now() - 4000).toISOString(),
    },
  });

  it("says that nothing is there", async () => {
    render(ProviderHarness, { component: JobsPage });

    expect(await screen.findByText(/^No jobs yet/u, {}, PATIENCE)).toBeDefined();
  });

  it("shows how far a job is, and how fresh that is", async () => {
    jobs.set(running("a", 41));
    render(ProviderHarness, { component: JobsPage });

    const bar = await screen.findByRole(
      "progressbar",
      { name: "Progress of Walk-forward a" },
      PATIENCE,
    );

    expect(bar).toMatchObject({ max: 240, value: 41 });
    const facts = screen.getByText(/step 41 of 240/iu).textContent;
    expect(facts).toMatch(/Fold 41/u);
    expect(facts).toMatch(/about 3 min left/u);
    expect(facts).toMatch(/updated [45] sec ago/u);
  });

  it("follows progress over one stream, and resumes it where it broke", async () => {
    jobs.set(running("a", 41));
    render(ProviderHarness, { component: JobsPage });
    await screen.findByText(/step 41 of 240/iu, {}, PATIENCE);

    jobs.set(running("a", 42));
    await screen.findByText(/step 42 of 240/iu, {}, PATIENCE);
    jobs.breakStreams();
    jobs.set({ id: "a", state: JobState.SUCCEEDED });
    await screen.findByText("Done", {}, PATIENCE);

    // The first stream starts at 0; the second where the first had come to: two changes.
    expect(jobs.watches).toEqual([expect.any(BigInt), 2n]);
  });

  it("cancels a job and tries it again", async () => {
    jobs.set(running("a", 41));
    render(ProviderHarness, { component: JobsPage });

    await fireEvent.click(
      await screen.findByRole("button", { name: "Cancel Walk-forward a" }, PATIENCE),
    );
    await screen.findByText("Cancelled", {}, PATIENCE);
    await fireEvent.click(screen.getByRole("button", { name: "Retry Walk-forward a" }));

    await screen.findByText("Waiting", {}, PATIENCE);
  });

  it("says why a job failed", async () => {
    jobs.set({
      id: "b",
      state: JobState.FAILED,
      error: { reason: "HISTORY_TOO_SHORT", description: "The instruments share too few days." },
    });
    render(ProviderHarness, { component: JobsPage });

    expect(
      await screen.findByText("The instruments share too few days.", {}, PATIENCE),
    ).toBeDefined();
    expect(screen.getByText("Failed")).toBeDefined();
  });

  it("says when a job is tried again, and when one has fallen silent", async () => {
    const agoMs = (ms: number) => new Date(Date.now() - ms).toISOString();
    jobs.set({ id: "b", state: JobState.QUEUED, attempt: 1, runTime: agoMs(-125_000) });
    jobs.set({ id: "c", state: JobState.QUEUED, runTime: agoMs(185_000) });
    const progress = { step: 1n, stepCount: 9n, message: "", updateTime: agoMs(245_000) };
    jobs.set({ id: "d", state: JobState.RUNNING, attempt: 2, progress });
    render(ProviderHarness, { component: JobsPage });

    expect(await screen.findByText(/next attempt in 2 min/u, {}, PATIENCE)).toBeDefined();
    expect(screen.getByText(/waiting for 3 min/u)).toBeDefined();
    expect(screen.getByText(/no word for 4 min · attempt 2/u)).toBeDefined();
  });

  it("shows what was set aside, and tries it again", async () => {
    jobs.set({
      id: "b",
      title: "Too large",
      state: JobState.QUARANTINED,
      attempt: 2,
      error: {
        reason: "JOB_CRASHED",
        description: "The process of this job died (out of memory).",
      },
    });
    jobs.set({ id: "c", title: "Fine", state: JobState.SUCCEEDED });
    await goTo("/jobs", "show=trouble");
    render(ProviderHarness, { component: JobsPage });

    await screen.findByText("Set aside after two crashes", {}, PATIENCE);
    expect(screen.getByText(/out of memory/u)).toBeDefined();
    expect(screen.queryByText("Fine")).toBeNull();
    await fireEvent.click(screen.getByRole("button", { name: "Retry Too large" }));

    await expect.poll(() => screen.queryByText("Too large")).toBeNull();
  });

  it("keeps in the address which jobs it shows", async () => {
    jobs.set(running("a", 41));
    jobs.set({ id: "b", title: "Long ago", state: JobState.SUCCEEDED });
    render(ProviderHarness, { component: JobsPage });
    await screen.findByText("Long ago", {}, PATIENCE);

    await fireEvent.change(screen.getByLabelText("Show"), { target: { value: "active" } });

    await screen.findByText("Walk-forward a");
    await expect.poll(() => screen.queryByText("Long ago")).toBeNull();
    expect(window.location.search).toBe("?show=active");
  });
});
