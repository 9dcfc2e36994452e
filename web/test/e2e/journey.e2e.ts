import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baseUrl, launchBrowser, newPage, takePicture, waitForPortfolio } from "./browser.ts";

describe("a first-time user", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it("has an optimized, saved and exported portfolio after three clicks", async () => {
    const { page, misdeeds, close } = await newPage(browser);
    let clicks = 0;
    const click = async (role: "link" | "button", name: string) => {
      clicks += 1;
      await page.getByRole(role, { name, exact: true }).click();
    };

    const startTime = performance.now();
    await page.goto(baseUrl);
    await click("link", "Try with sample data");
    await waitForPortfolio(page);
    const solvedTime = performance.now();
    await click("button", "Save portfolio");
    await page.getByText(/^Saved “Best Sharpe ratio, 20 assets”/u).waitFor();
    const download = page.waitForEvent("download");
    await click("button", "Export CSV");
    const path = await (await download).path();
    const endTime = performance.now();

    process.stdout.write(
      `first-time journey: ${clicks} clicks, optimized after ${Math.round(solvedTime - startTime)} ms, exported after ${Math.round(endTime - startTime)} ms\n`,
    );
    const lines = (await readFile(path, "utf8")).trim().split("\r\n");
    const weights = lines.slice(1).map((line) => Number(line.split(",")[1]));
    expect(clicks).toBe(3);
    expect(lines[0]).toBe("symbol,weight,change_vs_equal_weight,risk_share,shares,price,cost");
    expect(weights).toHaveLength(20);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(endTime - startTime).toBeLessThan(60_000);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });

    await takePicture(page, "saved-light-1440");
    await close();
  });

  it("finds the saved portfolio on the start page, deletes it and takes that back", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}/optimize?symbols=KO,PEP,PG,WMT,JNJ&goal=lowest-risk`);
    await waitForPortfolio(page);
    const name = `Staples ${Date.now()}`;
    await page.getByRole("button", { name: "Save portfolio" }).click();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await page.getByText(`Saved “${name}”.`).waitFor();

    await page.getByRole("link", { name: "Start", exact: true }).click();
    const entry = page.getByRole("link", { name });
    await entry.waitFor();
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    await entry.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await entry.click();
    await waitForPortfolio(page);

    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
      "Lowest risk, 5 assets",
    );
    await close();
  });
});
