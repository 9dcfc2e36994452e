import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAxe, runAxe } from "./axe.ts";
import { baseUrl, launchBrowser, newPage, takePicture } from "./browser.ts";

const STAPLES = "weights=KO:0.3,PEP:0.2,PG:0.2,WMT:0.2,JNJ:0.1";
const RULES = "tuned=1&plan=2&fallback=equal&select=sharpe&kept=4&factors=SP500,XOM&traded=1000000";
const STOCKS =
  "weights=AAPL:0.1,AMD:0.1,BAC:0.1,BBY:0.1,CVX:0.1,GE:0.1,HD:0.1,JNJ:0.1,JPM:0.1,KO:0.1";
const STATISTICS = { name: "Statistics of all portfolios" };

describe("the Backtest page", () => {
  let browser: Browser;
  let axe: string;
  let report = "";
  beforeAll(async () => {
    browser = await launchBrowser();
    axe = await readAxe();
  });
  afterAll(() => browser.close());

  const views = (["light", "dark"] as const).flatMap((colorScheme) =>
    [390, 1440].map((width) => ({ colorScheme, width })),
  );

  it("runs a backtest with all of its rules", async () => {
    const { page, misdeeds, close } = await newPage(browser);
    await page.goto(
      `${baseUrl}/backtest?${STAPLES}&from=2017-01-03&goals=minimum-variance&${RULES}`,
    );
    await page.getByRole("button", { name: "Run backtest" }).click();

    await page.getByRole("table", STATISTICS).waitFor();
    report = page.url();

    for (const name of [
      "Return over the benchmark, by asset",
      "Exposure to factors",
      "Candidates of the grid",
    ]) {
      await page.getByRole("table", { name }).waitFor();
    }
    const headers = page.getByRole("table", STATISTICS).getByRole("columnheader");
    expect(await headers.allTextContents()).toEqual([
      "Figure",
      "Lowest risk",
      "Planned trades",
      "Benchmark",
      "Equal weight",
    ]);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });

  it.each(views)("has a report without a finding, $colorScheme, $width px", async (view) => {
    const { page, misdeeds, close } = await open(report, view);
    await page.getByRole("table", STATISTICS).waitFor();
    await page.getByRole("table", { name: "Candidates of the grid" }).waitFor();

    await expectSound(page, `backtest-report-${view.colorScheme}-${view.width}`, view.width);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });

  it.each(views)("has a form without a finding, $colorScheme, $width px", async (view) => {
    const { page, close } = await open(`${baseUrl}/backtest?${STAPLES}&select=sharpe`, view);
    await page.getByText("More rules").click();
    await page.getByRole("combobox", { name: "Assets to choose among" }).waitFor();

    await expectSound(page, `backtest-form-${view.colorScheme}-${view.width}`, view.width);
    await close();
  });

  it("draws what is known while it goes on, and cancels it", async () => {
    const { page, close } = await newPage(browser);
    // Takes many times as long as the first of it takes to be drawn.
    const goals =
      "maximum-sharpe,minimum-variance,risk-parity,hierarchical-risk-parity,maximum-diversification";
    const plan = `goals=${goals}&period=week&train=504`;
    await page.goto(`${baseUrl}/backtest?${STOCKS}&${plan}`);
    await page.getByRole("button", { name: "Run backtest" }).click();

    await page.getByRole("slider", { name: "Cursor of the chart: Growth of 100 so far" }).waitFor();
    await page.getByRole("button", { name: /^Cancel/u }).click();
    await page.getByText("Cancelled", { exact: true }).waitFor();

    await takePicture(page, "backtest-so-far");
    expect(await runAxe(page, axe)).toEqual([]);
    await close();
  });

  const open = async (
    url: string,
    { colorScheme, width }: { colorScheme: "light" | "dark"; width: number },
  ) => {
    const opened = await newPage(browser, { viewport: { width, height: 900 }, colorScheme });
    await opened.page.goto(url);
    return opened;
  };

  const expectSound = async (page: Page, picture: string, width: number) => {
    const findings = await runAxe(page, axe);
    await takePicture(page, picture);
    expect(findings).toEqual([]);
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(needed).toBeLessThanOrEqual(width);
  };
});
