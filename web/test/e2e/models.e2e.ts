import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readAxe, runAxe } from "./axe.ts";
import { baseUrl, launchBrowser, newPage, takePicture } from "./browser.ts";

const SYMBOLS = ["AAPL", "JPM", "KO", "PEP", "XOM", "WMT"];
const JOB_MS = 45_000;
// Of this run alone, on a system that may have seen others.
const MODEL = `rank-5d-${Date.now().toString(36)}`;

describe("the pages of models", () => {
  let browser: Browser;
  let axe: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    axe = await readAxe();
    await train({ ridge: {} });
    await train({ baseline: { rule: "BASELINE_MOMENTUM" } });
  });
  afterAll(() => browser.close());

  const views = (["light", "dark"] as const).flatMap((colorScheme) =>
    [390, 1440].map((width) => ({ colorScheme, width })),
  );

  it("promotes a version, which then forecasts, and compares it", async () => {
    const { page, misdeeds, close } = await newPage(browser);
    await page.goto(`${baseUrl}/models`);
    await page.getByRole("link", { name: MODEL }).click();
    await page.getByRole("button", { name: "1 · Ridge" }).click();
    await page.getByRole("button", { name: "Make champion" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("to see it");
    await dialog.getByRole("button", { name: "Make champion" }).click();
    await page.getByText("Champion: version 1").waitFor();

    await page.getByRole("checkbox", { name: "Compare version 2" }).check();
    await page.getByRole("checkbox", { name: "Compare version 1" }).check();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("table", { name: "What differs by version" }).waitFor();

    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });

  it("hands the champion's forecasts to the optimizer, which weighs assets by them", async () => {
    const { page, misdeeds, close } = await newPage(browser);
    await page.goto(`${baseUrl}/models/${MODEL}`);
    await page.getByRole("button", { name: "Use in Optimize" }).click();
    await page.getByText(`forecast by ${MODEL}, version 1`).waitFor();
    const table = page.getByRole("table", { name: "Allocation" });
    await table.waitFor();

    expect(new URL(page.url()).searchParams.get("mean")).toBe(`forecast-${MODEL}`);
    const shares = await table.getByRole("row").getByRole("cell").first().allTextContents();
    expect(shares.some((text) => Number.parseFloat(text) > 0)).toBe(true);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });

  it("has a dashboard whose panels are there again after a reload", async () => {
    const { page, misdeeds, close } = await newPage(browser);
    await openDashboard(page);
    for (const kind of ["rank_ic cumulative-mean", "return_by_group", "worker_use"]) {
      await page.getByRole("button", { name: "Add panel" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("combobox", { name: "Model" }).selectOption(MODEL);
      await dialog.getByRole("combobox", { name: "Shows" }).selectOption(kind);
      await dialog.getByRole("button", { name: "Add panel" }).click();
      await dialog.waitFor({ state: "detached" });
    }
    await page.getByRole("button", { name: "Move Use of workers earlier" }).click();
    await page.getByText("Use of workers is 2 of 3 now.").waitFor();
    await page.reload();

    await page.getByRole("slider", { name: /Rank IC so far/u }).waitFor();
    const titles = await page
      .getByRole("region")
      .getByRole("heading", { level: 2 })
      .allInnerTexts();
    expect(titles).toEqual([
      "Rank IC so far, with its interval",
      "Use of workers",
      "Outcomes by fifths of the forecast",
    ]);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });

  it.each(views)("are without a finding, $colorScheme, $width px", async (view) => {
    const { colorScheme, width } = view;
    const { page, close } = await newPage(browser, {
      viewport: { width, height: 900 },
      colorScheme,
    });
    await page.goto(`${baseUrl}/models`);
    await page.getByRole("link", { name: MODEL }).waitFor();
    await expectSound(page, `models-${colorScheme}-${width}`, width);
    await page.goto(`${baseUrl}/models/${MODEL}?version=1`);
    await page.getByRole("table", { name: "Skill on unseen days" }).waitFor();
    await expectSound(page, `model-${colorScheme}-${width}`, width);
    await page.goto(`${baseUrl}/dashboard`);
    await page.getByRole("slider", { name: /Rank IC so far/u }).waitFor();
    await expectSound(page, `dashboard-${colorScheme}-${width}`, width);
    await page.getByRole("button", { name: "Add panel" }).click();
    await page.getByRole("dialog").getByRole("combobox", { name: "Model" }).selectOption(MODEL);
    await page.getByRole("checkbox", { name: "1 · Ridge" }).waitFor();
    await expectSound(page, `panel-dialog-${colorScheme}-${width}`, width);
    await close();
  });

  /** Opens a new dashboard, whatever there is before. */
  const openDashboard = async (page: Page) => {
    await page.goto(`${baseUrl}/dashboard`);
    await page.getByRole("button", { name: "New dashboard" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill(MODEL);
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByText("This dashboard has no panels yet.").waitFor();
  };

  const expectSound = async (page: Page, picture: string, width: number) => {
    const findings = await runAxe(page, axe);
    await takePicture(page, picture);
    expect(findings).toEqual([]);
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(needed).toBeLessThanOrEqual(width);
  };
});

/** Trains a version and waits for it. */
async function train(learner: object): Promise<void> {
  const spec = {
    modelId: MODEL,
    target: { kind: "TARGET_KIND_RANK", horizonDays: 5 },
    symbols: SYMBOLS,
    startDate: "2015-01-02",
    learner,
  };
  const { job } = await ask("training.v1.TrainingService/StartTraining", { spec });
  const state = async () =>
    (await ask("jobs.v1.JobService/GetJob", { id: job.id })).job.state as string;
  await vi.waitUntil(async () => (await state()) === "JOB_STATE_SUCCEEDED", {
    timeout: JOB_MS,
    interval: 500,
  });
}

async function ask(method: string, body: object) {
  const answer = await fetch(`${baseUrl}/portfolio.${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const content = await answer.json();
  expect(answer.status, JSON.stringify(content)).toBe(200);
  return content;
}
