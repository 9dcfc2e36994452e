import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    baseUrl: string;
  }
}

const RESULTS = fileURLToPath(new URL("../../../test-results/", import.meta.url));

/** A browser that asks nothing of the outside world and runs as any user. */
const QUIET_BROWSER = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Address of the system under test. */
export const baseUrl = inject("baseUrl");

/** The optimizer on the 20 stocks of the sample. */
export const samplePath =
  "/optimize?symbols=AAPL,AMD,BAC,BBY,CVX,GE,HD,JNJ,JPM,KO,LLY,MRK,MSFT,PEP,PFE,PG,RRC,UNH,WMT,XOM";

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: QUIET_BROWSER });
}

/** What a page did that it must not do. */
export interface Misdeeds {
  /** Requests to another origin. */
  readonly foreignRequests: string[];
  /** Broken security policy, and exceptions that nobody caught. */
  readonly errors: string[];
}

/** Opens an empty page that records what it must not do. */
export async function newPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; misdeeds: Misdeeds; close: () => Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const misdeeds: Misdeeds = { foreignRequests: [], errors: [] };
  page.on("request", (request) => {
    const url = request.url();
    if (!(url.startsWith(baseUrl) || url.startsWith("blob:") || url.startsWith("data:"))) {
      misdeeds.foreignRequests.push(url);
    }
  });
  page.on("pageerror", (error) => misdeeds.errors.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) {
      misdeeds.errors.push(message.text());
    }
  });
  return { page, misdeeds, close: () => context.close() };
}

/** Waits until the optimizer has confirmed the portfolio on the page. */
export async function waitForPortfolio(page: Page): Promise<void> {
  await page.getByRole("slider", { name: /efficient frontier/i }).waitFor();
  await page.locator("button:enabled", { hasText: "Save portfolio" }).waitFor();
  await page.getByText(/left as cash/u).waitFor();
}

/** Keeps a picture of the page under `test-results/`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await page.screenshot({ path: `${RESULTS}${name}.png`, fullPage: true });
}
