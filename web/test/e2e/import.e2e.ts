import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baseUrl, launchBrowser, newPage, waitForPortfolio } from "./browser.ts";

describe("importing a CSV file", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it("shows every problem at once, by line and column", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(baseUrl);

    await choose(
      page,
      "bad.csv",
      "date,AAA,BBB\n2024-01-02,10,abc\n2024-01-03,-1,20\n2024-01-04,11,21\n",
    );

    const table = page.getByRole("table", { name: "Problems in the file" });
    await table.waitFor();
    const rows = await table.getByRole("row").allInnerTexts();
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatch(/^2\s+BBB/u);
    expect(rows[2]).toMatch(/^3\s+AAA/u);
    await close();
  });

  it("imports a good file and goes on to its symbols", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(baseUrl);

    await choose(page, "good.csv", goodFile());

    await page.waitForURL(/\/optimize\?symbols=AAA,BBB&dataset=good/u);
    await close();
  });

  it("optimizes what was imported", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(baseUrl);
    await choose(page, "own-prices.csv", goodFile());
    await page.waitForURL(/dataset=own-prices/u);

    await waitForPortfolio(page);

    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
      "Best Sharpe ratio, 2 assets",
    );
    await close();
  });
});

type Page = Awaited<ReturnType<typeof newPage>>["page"];

function choose(page: Page, name: string, text: string): Promise<void> {
  return page
    .locator('input[type="file"]')
    .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
}

/** Sixty weekdays of two prices that rise in different rhythms. */
function goodFile(): string {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const date = new Date(Date.UTC(2024, 0, 1 + 7 * i)).toISOString().slice(0, 10);
    return `${date},${(100 + i + 3 * Math.sin(i)).toFixed(2)},${(50 + 0.2 * i + Math.cos(2 * i)).toFixed(2)}`;
  });
  return `date,AAA,BBB\n${lines.join("\n")}\n`;
}
