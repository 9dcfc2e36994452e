import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAxe, runAxe } from "./axe.ts";
import {
  baseUrl,
  launchBrowser,
  newPage,
  samplePath,
  takePicture,
  waitForPortfolio,
} from "./browser.ts";

const PAGES = [
  { name: "start", path: "/", ready: (page: Page) => page.getByText("Saved portfolios").waitFor() },
  {
    name: "jobs",
    path: "/jobs",
    ready: (page: Page) => page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor(),
  },
  { name: "optimize", path: samplePath, ready: waitForPortfolio },
];

/** Limits that have fields of their own in the drawer. */
const LIMITS = {
  groups: [{ name: "oil", symbols: ["CVX", "XOM"], max: 0.3 }],
  factors: [{ name: "tech", loadings: { AAPL: 1, MSFT: 1 }, max: 0.4 }],
};

describe("accessibility", () => {
  let browser: Browser;
  let axe: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    axe = await readAxe();
  });
  afterAll(() => browser.close());

  const cases = PAGES.flatMap((shown) =>
    (["light", "dark"] as const).flatMap((colorScheme) =>
      [390, 1440].map((width) => ({ ...shown, colorScheme, width })),
    ),
  );
  it.each(cases)("finds nothing on $name, $colorScheme, $width px", async (shown) => {
    const { page, misdeeds, close } = await newPage(browser, {
      viewport: { width: shown.width, height: 900 },
      colorScheme: shown.colorScheme,
    });
    await page.goto(baseUrl + shown.path);
    await shown.ready(page);

    const findings = await runAxe(page, axe);

    await takePicture(page, `${shown.name}-${shown.colorScheme}-${shown.width}`);
    expect(findings).toEqual([]);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });

  it("finds nothing in the code dialog", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(baseUrl + samplePath);
    await waitForPortfolio(page);
    await page.getByRole("button", { name: "Copy as code" }).click();
    await page.getByRole("tab", { name: "curl", exact: true }).waitFor();

    expect(await runAxe(page, axe)).toEqual([]);

    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(
      "Copy as code",
    );
    await close();
  });

  const drawers = ["Constraints", "Views", "All goals"].flatMap((name) => [
    { name, colorScheme: "light" as const, width: 1440 },
    { name, colorScheme: "dark" as const, width: 390 },
  ]);
  it.each(drawers)("finds nothing in the drawer $name, $colorScheme, $width px", async (shown) => {
    const { name, colorScheme, width } = shown;
    const { page, misdeeds, close } = await newPage(browser, {
      viewport: { width, height: 900 },
      colorScheme,
    });
    await page.goto(`${baseUrl}${samplePath}&limits=${encodeURIComponent(JSON.stringify(LIMITS))}`);
    await waitForPortfolio(page);
    const edit = page.getByRole("button", { name: "Edit problem" });
    if (await edit.isVisible()) {
      await edit.click();
    }
    await page.getByRole("button", { name }).click();
    const dialog = page.getByRole("dialog", { name });
    await dialog.waitFor();
    expect(await runAxe(page, axe)).toEqual([]);

    await takePicture(page, `drawer-${name.toLowerCase().replace(" ", "-")}-${width}`);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await close();
  });

  it("finds nothing on the failed and the empty page", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}${samplePath}&max=0.04`);
    await page.getByRole("button", { name: "Raise the highest weight to 5%" }).waitFor();
    expect(await runAxe(page, axe)).toEqual([]);

    await page.goto(`${baseUrl}/optimize`);
    await page.getByRole("button", { name: "5 factor ETFs" }).waitFor();
    expect(await runAxe(page, axe)).toEqual([]);
    await close();
  });

  it.each([320, 390, 768, 1024, 1440])("needs no sideways scrolling at %i px", async (width) => {
    const { page, close } = await newPage(browser, { viewport: { width, height: 800 } });
    for (const shown of PAGES) {
      await page.goto(baseUrl + shown.path);
      await shown.ready(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        width,
      );
    }
    await close();
  });
});
