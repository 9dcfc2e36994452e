import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAxe, runAxe } from "./axe.ts";
import { baseUrl, launchBrowser, newPage, takePicture } from "./browser.ts";

const STOCKS = "weights=AAPL:0.3,KO:0.25,PEP:0.25,XOM:0.2";
const FUNDS = "weights=KO:0.5,MTUM:0.5";
const RISK_PAGES = [
  {
    name: "risk-contributions",
    path: `/risk?${STOCKS}&by=cvar`,
    ready: (page: Page) => page.getByText(/of the risk with/u).waitFor(),
  },
  {
    name: "risk-correlation",
    path: `/risk?${STOCKS}&tab=correlation`,
    ready: (page: Page) => page.getByText(/move most alike/u).waitFor(),
  },
  {
    name: "risk-stress",
    path: `/risk?${FUNDS}&tab=stress&proxy=SP500&factors=SP500:-0.2&shock=KO:-0.2`,
    ready: (page: Page) =>
      page
        .getByText(/MTUM by proxy/u)
        .first()
        .waitFor(),
  },
  {
    name: "risk-growth",
    path: `/risk?${STOCKS}&tab=growth&months=24&goal=150000&model=lognormal`,
    ready: (page: Page) => page.getByText(/The goal is reached in/u).waitFor(),
  },
];

describe("the Risk and Compare pages", () => {
  let browser: Browser;
  let axe: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    axe = await readAxe();
  });
  afterAll(() => browser.close());

  const cases = RISK_PAGES.flatMap((shown) => [
    { ...shown, colorScheme: "light" as const, width: 1440 },
    { ...shown, colorScheme: "dark" as const, width: 390 },
  ]);
  it.each(cases)("have no barriers on $name, $colorScheme, $width px", async (shown) => {
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
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      shown.width,
    );
    await close();
  });

  it("show the assets of the scenario that is chosen, and keep the choice in the address", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}/risk?${STOCKS}&tab=stress`);

    await page.getByRole("button", { name: "Show COVID-19 crash by asset" }).click();
    await page.getByRole("heading", { name: "COVID-19 crash: gain or loss by asset" }).waitFor();

    expect(page.url()).toContain("scenario=COVID-19+crash");
    await page.reload();
    await page.getByRole("heading", { name: "COVID-19 crash: gain or loss by asset" }).waitFor();
    await close();
  });

  it("draw the positions when one asset moves", async () => {
    const { page, close } = await newPage(browser);
    await page.goto(`${baseUrl}/risk?${FUNDS}&tab=stress`);
    const card = page.getByRole("region", { name: /^If one asset moves/u });
    await card.getByRole("combobox", { name: "Asset" }).fill("SP500");

    await card.getByRole("button", { name: "Draw" }).click();

    await card.getByRole("table", { name: "Returns of the portfolio" }).waitFor();
    expect(page.url()).toContain("draw=SP500:-0.1:21");
    await close();
  });

  it("compare what was saved, without barriers", async () => {
    const { page, misdeeds, close } = await newPage(browser);
    const keys = [await save(page, "KO"), await save(page, "MTUM")];
    await page.goto(`${baseUrl}/compare?a=portfolio:${keys[0]}&b=portfolio:${keys[1]}`);
    await page.getByText(/^Common window/u).waitFor();
    await page.getByRole("heading", { name: "Drawdown" }).waitFor();

    expect(await runAxe(page, axe)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 900 });
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await runAxe(page, axe)).toEqual([]);

    await takePicture(page, "compare-dark-390");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    await close();
  });
});

/** Saves a portfolio of one symbol by the contract's JSON. @returns Its identifier. */
async function save(page: Page, symbol: string): Promise<string> {
  const answer = await page.request.post(
    `${baseUrl}/portfolio.optimization.v1.PortfolioService/CreatePortfolio`,
    { data: { name: `All of ${symbol}`, positions: [{ symbol, weight: 1 }] } },
  );
  const { portfolio } = (await answer.json()) as { portfolio: { id: string } };
  return portfolio.id;
}
