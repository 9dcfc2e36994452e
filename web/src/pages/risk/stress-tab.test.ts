import { createRouterTransport } from "@connectrpc/connect";
import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import RiskPage from "./risk-page.svelte";

const STAPLES = "weights=KO:0.3,PEP:0.3,WMT:0.2,AAPL:0.2";
const PATIENCE = { timeout: 15_000 };

describe("what could happen to a portfolio", () => {
  beforeAll(() => {
    connectPages();
    useTransport(createRouterTransport(mockRoutes()));
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
  });

  it("shows times of stress, and a shock of the reader", async () => {
    await goTo("/risk", `${STAPLES}&tab=stress`);
    render(ProviderHarness, { component: RiskPage });
    const table = await screen.findByRole("table", { name: "Return in times of stress" }, PATIENCE);
    expect(within(table).getByRole("row", { name: /Lehman bankruptcy/u })).toBeDefined();
    expect(within(table).getAllByText("no prices").length).toBeGreaterThan(0);

    await fireEvent.click(screen.getByRole("button", { name: "Apply shock" }));

    await screen.findByRole("button", { name: /^Show KO .20\.0% by asset$/u }, PATIENCE);
    expect(window.location.search).toContain("shock=KO:-0.2");
  });

  it("moves what has no prices by a proxy, and names it", async () => {
    await goTo("/risk", "weights=KO:0.5,MTUM:0.5&tab=stress");
    render(ProviderHarness, { component: RiskPage });
    const table = await screen.findByRole("table", { name: "Return in times of stress" }, PATIENCE);
    const lehman = () => within(table).getByRole("row", { name: /Lehman bankruptcy/u });
    expect(lehman().textContent).toContain("no prices of MTUM");

    const field = screen.getByRole("combobox", { name: "Stand-in for positions without prices" });
    await fireEvent.change(field, { target: { value: "aapl" } });

    await within(table).findAllByText(/MTUM by proxy/u, {}, PATIENCE);
    await fireEvent.click(screen.getByRole("button", { name: "Show Lehman bankruptcy by asset" }));
    await screen.findByText(/^By proxy: MTUM as .* × AAPL\.$/u);
    expect(window.location.search).toContain("proxy=AAPL");
  });

  it("answers moves of factors, and says what each of them adds", async () => {
    await goTo("/risk", `${STAPLES}&tab=stress`);
    render(ProviderHarness, { component: RiskPage });
    await screen.findByRole("table", { name: "Return in times of stress" }, PATIENCE);

    const field = screen.getByRole("combobox", { name: "Factor 1" });
    await fireEvent.change(field, { target: { value: "jpm" } });
    const show = await screen.findByRole("button", { name: /^Show Factors: JPM/u }, PATIENCE);
    await fireEvent.click(show);

    await screen.findByText(/^By factor: JPM /u, {}, PATIENCE);
    expect(window.location.search).toContain("factors=JPM:-0.1");
  });

  it("draws the positions given the move of one asset", async () => {
    await goTo("/risk", "weights=KO:0.5,PEP:0.5&tab=stress&draw=KO:-0.1:21");
    render(ProviderHarness, { component: RiskPage });

    const table = await screen.findByRole("table", { name: "Returns of the portfolio" }, PATIENCE);
    const figures = within(table)
      .getAllByRole("cell")
      .map((cell) => Number.parseFloat(cell.textContent?.replace("−", "-") ?? ""));
    const [mean = Number.NaN, worst = Number.NaN, ...quantiles] = figures;

    expect(mean).toBeLessThan(-2);
    expect(worst).toBeLessThan(mean);
    expect(quantiles).toHaveLength(5);
    expect(quantiles).toEqual(quantiles.toSorted((x, y) => x - y));
  });

  it("counts how often a goal is reached", async () => {
    await goTo("/risk", `${STAPLES}&tab=growth&months=12&goal=1&model=lognormal`);
    render(ProviderHarness, { component: RiskPage });

    await screen.findByText(/The goal is reached in 100\.0% of the futures/u, {}, PATIENCE);
    expect(
      screen.getByRole("slider", { name: "Cursor of the chart: Simulated value" }),
    ).toBeDefined();
  });
});
