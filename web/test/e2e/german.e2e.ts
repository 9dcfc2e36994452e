import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAxe, runAxe } from "./axe.ts";
import { baseUrl, launchBrowser, newPage, samplePath, takePicture } from "./browser.ts";

const PAGES = [
  { name: "start", path: "/", text: "Gespeicherte Portfolios" },
  { name: "optimize", path: samplePath, text: "Aufteilung" },
  { name: "backtest", path: "/backtest", text: "Mit 20 US-Aktien testen" },
  { name: "risk", path: "/risk", text: "Mit 20 US-Aktien testen" },
  { name: "compare", path: "/compare", text: "Vergleich" },
  { name: "models", path: "/models", text: "Modelle" },
  { name: "dashboard", path: "/dashboard", text: "Dashboard" },
  { name: "jobs", path: "/jobs", text: "Alle Aufträge" },
];

describe("the page in German", () => {
  let browser: Browser;
  let axe: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    axe = await readAxe();
  });
  afterAll(() => browser.close());

  it.each(PAGES)(
    "has no fault and no overflow on $name at 390 px",
    async ({ name, path, text }) => {
      const { page, misdeeds, close } = await newPage(browser, {
        locale: "de-DE",
        viewport: { width: 390, height: 900 },
      });
      await page.goto(baseUrl + path);
      await page.getByRole("main").getByText(text).first().waitFor();

      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(390);
      expect(await page.locator("html").getAttribute("lang")).toBe("de");
      expect(await runAxe(page, axe)).toEqual([]);
      expect(misdeeds.errors).toEqual([]);
      await takePicture(page, `german-${name}-390`);
      await close();
    },
  );

  it("writes decimal commas, and goes back to English by the switch", async () => {
    const { page, close } = await newPage(browser, { locale: "de-DE" });
    await page.goto(baseUrl + samplePath);
    await page
      .getByText(/\d,\d\u00a0%/u)
      .first()
      .waitFor();
    const address = page.url();

    await page.getByRole("button", { name: "EN – Page in English" }).click();

    await page.getByText("Expected return", { exact: true }).first().waitFor();
    await page
      .getByText(/\d\.\d%/u)
      .first()
      .waitFor();
    expect(page.url()).toBe(address);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await close();
  });
});
