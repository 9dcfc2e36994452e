import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baseUrl, launchBrowser, newPage, samplePath, waitForPortfolio } from "./browser.ts";

describe("the Optimize page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it("moves along the frontier by keyboard, at once, and keeps the place in the address", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(baseUrl + samplePath);
    await waitForPortfolio(page);
    const handle = page.getByRole("slider", { name: /efficient frontier/i });
    const before = await figure(page, "Expected return");

    await handle.focus();
    await page.keyboard.press("End");
    const highest = await figure(page, "Expected return");
    await page.waitForURL(/goal=return/u);
    await waitForPortfolio(page);
    const confirmed = await figure(page, "Expected return");
    await page.goBack();
    await waitForPortfolio(page);

    expect(Number.parseFloat(highest)).toBeGreaterThan(Number.parseFloat(before));
    expect(confirmed).toBe(highest);
    expect(await figure(page, "Expected return")).toBe(before);
    await close();
  });

  it("moves along the frontier by pointer", async () => {
    const { page, close } = await newPage(browser, { viewport: { width: 1440, height: 1200 } });
    await page.goto(baseUrl + samplePath);
    await waitForPortfolio(page);
    const box = await page.getByRole("slider", { name: /efficient frontier/i }).boundingBox();
    const before = await figure(page, "Volatility");
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];

    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 90, y - 30, { steps: 8 });
    const during = await figure(page, "Volatility");
    await page.mouse.up();

    expect(Number.parseFloat(during)).toBeGreaterThan(Number.parseFloat(before));
    await page.waitForURL(/goal=return/u);
    await close();
  });

  it("names the conflict of an infeasible problem and repairs it with one click", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}${samplePath}&max=0.04`);
    await page
      .getByText(/80\s?%/u)
      .first()
      .waitFor();

    await page.getByRole("button", { name: "Raise the highest weight to 5%" }).click();
    await waitForPortfolio(page);

    expect(page.url()).toContain("max=0.05");
    await close();
  });

  it("adds a symbol from the search by keyboard", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}/optimize?symbols=KO,PEP`);
    await waitForPortfolio(page);

    await page.getByRole("combobox", { name: "Add a symbol" }).fill("apple");
    await page.getByRole("option", { name: /AAPL/u }).waitFor();
    await page.keyboard.press("Enter");

    await page.getByRole("button", { name: "Remove AAPL" }).waitFor();
    await close();
  });

  it("takes settings, limits on shares of the risk and on factors from the drawer", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}/optimize?symbols=AAPL,KO,PEP,XOM&max=1&covariance=gerber`);
    await waitForPortfolio(page);
    await page.getByText("Advanced", { exact: true }).click();
    await page.getByRole("textbox", { name: "Threshold in deviations" }).fill("0.7");
    await page.keyboard.press("Enter");
    await page.waitForURL(/settings=/u);

    await page.getByRole("button", { name: "Constraints" }).click();
    const drawer = page.getByRole("dialog", { name: "Constraints" });
    await drawer.getByRole("button", { name: "Add a factor" }).click();
    const factor = drawer.getByRole("group", { name: "factor 1" });
    await factor.getByRole("textbox", { name: "Loadings" }).fill("AAPL 1, XOM 1");
    await factor.getByRole("textbox", { name: "Highest" }).fill("0.2");
    await page.keyboard.press("Enter");
    await drawer.getByRole("button", { name: "Apply" }).click();
    await waitForPortfolio(page);

    const address = decodeURIComponent(page.url());
    expect(address).toContain('settings={"threshold":0.7}');
    expect(address).toContain('"loadings":{"AAPL":1,"XOM":1}');
    const row = page.getByRole("row", { name: /factor 1/u });
    await row.first().waitFor();
    await close();
  });

  it("says when the gateway is gone, and keeps the page", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(baseUrl);
    await page
      .getByText("Nothing saved yet")
      .or(page.getByText(/\d holdings?$/u))
      .first()
      .waitFor();
    await page.route(/\/portfolio\./u, (route) => route.abort());

    await page.getByRole("link", { name: "Try with sample data" }).click();

    await page.getByText("The gateway did not answer").waitFor();
    await page.unroute(/\/portfolio\./u);
    await page.getByRole("button", { name: "Try again" }).click();
    await waitForPortfolio(page);
    await close();
  });
});

function figure(page: Page, term: string): Promise<string> {
  return page
    .locator("dl > div", { hasText: term })
    .locator("dd span")
    .first()
    .textContent()
    .then((text) => text ?? "");
}
