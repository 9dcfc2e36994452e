import { createRouterTransport } from "@connectrpc/connect";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import RiskPage from "./risk-page.svelte";

const STAPLES = "weights=KO:0.3,PEP:0.3,WMT:0.2,AAPL:0.2";
const PATIENCE = { timeout: 10_000 };

describe("RiskPage", () => {
  beforeAll(() => {
    connectPages();
    useTransport(createRouterTransport(mockRoutes()));
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
  });
  beforeEach(() => goTo("/risk", ""));

  it("offers the sample while no portfolio is chosen", async () => {
    render(ProviderHarness, { component: RiskPage });

    await fireEvent.click(await screen.findByRole("button", { name: "Try 20 US stocks" }));

    await screen.findByRole("heading", { name: "Where the risk comes from" }, PATIENCE);
    expect(window.location.search).toContain("weights=AAPL:0.05,");
  });

  it("shows shares of the risk that sum to 100 %, and the measures", async () => {
    await goTo("/risk", STAPLES);
    render(ProviderHarness, { component: RiskPage });

    await fireEvent.click(await screen.findByRole("button", { name: "Show table" }, PATIENCE));
    const table = screen.getByRole("table", { name: "Weight and risk share" });
    const shares = within(table)
      .getAllByRole("row")
      .slice(1)
      .map((row) => Number.parseFloat(within(row).getAllByRole("cell")[1]?.textContent ?? ""));

    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
    expect(shares).toEqual(shares.toSorted((x, y) => y - x));
    const measures = screen.getByRole("table", { name: "Measures of risk" });
    expect(within(measures).getByRole("row", { name: /Conditional value at risk/u })).toBeDefined();
  });

  it("splits the measure that is chosen", async () => {
    await goTo("/risk", `${STAPLES}&by=worst`);
    render(ProviderHarness, { component: RiskPage });
    await screen.findByRole("heading", { name: "Where the risk comes from" }, PATIENCE);
    const shares = () =>
      within(screen.getByRole("table", { name: "Weight and risk share" }))
        .getAllByRole("row")
        .slice(1)
        .map((row) => row.textContent);
    await fireEvent.click(await screen.findByRole("button", { name: "Show table" }, PATIENCE));
    const worst = shares();

    await fireEvent.change(screen.getByRole("combobox", { name: "Risk" }), {
      target: { value: "ulcer" },
    });

    await waitFor(() => expect(shares()).not.toEqual(worst));
    expect(window.location.search).toContain("by=ulcer");
  });

  it("explains the portfolio by factors, and describes its distribution", async () => {
    await goTo("/risk", STAPLES);
    render(ProviderHarness, { component: RiskPage });
    const field = await screen.findByRole("textbox", { name: "Factors" }, PATIENCE);
    const shape = screen.getByRole("table", {
      name: "Skewness and kurtosis of the portfolio and its positions",
    });

    await fireEvent.change(field, { target: { value: "sp500, xom" } });

    const factors = await screen.findByRole("table", { name: "Exposure to factors" }, PATIENCE);
    const names = within(factors).getAllByRole("rowheader");
    expect(names.map((cell) => cell.textContent)).toEqual(["SP500", "XOM", "Unexplained"]);
    expect(window.location.search).toContain("explain=SP500,XOM");
    const parts = within(shape)
      .getAllByRole("row")
      .slice(1)
      .map((row) => Number(within(row).getAllByRole("cell")[3]?.textContent));
    const [whole = 0, ...rest] = parts;
    expect(rest.reduce((sum, part) => sum + part, 0)).toBeCloseTo(whole, 1);
  });

  it("orders correlations so that neighbors move alike", async () => {
    await goTo("/risk", `${STAPLES}&tab=correlation`);
    render(ProviderHarness, { component: RiskPage });

    const table = await screen.findByRole(
      "table",
      { name: "Correlations of daily returns" },
      PATIENCE,
    );
    const symbols = within(table)
      .getAllByRole("rowheader")
      .map((cell) => cell.textContent);

    expect(Math.abs(symbols.indexOf("KO") - symbols.indexOf("PEP"))).toBe(1);
    expect(within(table).getAllByRole("cell", { name: "1.00" })).toHaveLength(4);
    await screen.findByText(/KO and PEP move most alike|PEP and KO move most alike/u);
  });
});
