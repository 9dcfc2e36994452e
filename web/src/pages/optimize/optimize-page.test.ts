import { createRouterTransport } from "@connectrpc/connect";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { call, useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import OptimizePage from "./optimize-page.svelte";

const STAPLES = "symbols=KO,PEP,PG,WMT,JNJ&from=2015-01-02";
const PATIENCE = { timeout: 10_000 };

describe("OptimizePage", () => {
  beforeAll(() => {
    connectPages();
    useTransport(createRouterTransport(mockRoutes()));
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
  });
  beforeEach(() => goTo("/optimize", ""));

  it("offers ready-made universes while there is none", async () => {
    render(ProviderHarness, { component: OptimizePage });

    await fireEvent.click(screen.getByRole("button", { name: "5 factor ETFs" }));

    expect(
      await screen.findByRole("heading", { level: 1, name: "Best Sharpe ratio, 5 assets" }),
    ).toBeDefined();
    expect(window.location.search).toBe("?symbols=MTUM,QUAL,SIZE,USMV,VLUE");
  });

  it("shows the optimizer's weights, which sum to 100.0 %", async () => {
    await goTo("/optimize", STAPLES);
    render(ProviderHarness, { component: OptimizePage });

    const table = await screen.findByRole("table", { name: "Allocation" }, PATIENCE);
    const weights = within(table)
      .getAllByRole("row")
      .slice(1)
      .map((row) => Number.parseFloat(within(row).getAllByRole("cell")[0]?.textContent ?? ""));

    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(100, 6);
    expect(Math.max(...weights)).toBeLessThanOrEqual(30);
  });

  it("names what is infeasible, and repairs it with one click", async () => {
    await goTo("/optimize", `${STAPLES}&max=0.1`);
    render(ProviderHarness, { component: OptimizePage });
    // 5 × 10 % is 50 %.
    await screen.findByText(/^No weights .* maximum weights sum to 50 %/u, {}, PATIENCE);

    await fireEvent.click(screen.getByRole("button", { name: "Raise the highest weight to 20%" }));

    await screen.findByRole("table", { name: "Allocation" }, PATIENCE);
    expect(window.location.search).toContain("max=0.2");
  });

  it("rebalances a saved portfolio after showing what changes", async () => {
    const portfolio = { name: "Coke", positions: [{ symbol: "KO", weight: 1 }] };
    await call((clients) => clients.portfolio.createPortfolio(portfolio));
    await goTo("/optimize", STAPLES);
    render(ProviderHarness, { component: OptimizePage });
    await screen.findByRole("table", { name: "Allocation" }, PATIENCE);

    await fireEvent.click(screen.getByRole("button", { name: "Rebalance saved…" }));
    const dialog = await screen.findByRole("dialog", {}, PATIENCE);
    await within(dialog).findByText(/weights change, a turnover of/u, {}, PATIENCE);
    await fireEvent.click(within(dialog).getByRole("button", { name: "Rebalance" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull(), PATIENCE);

    const { portfolios } = await call((clients) => clients.portfolio.listPortfolios({}));
    expect(portfolios[0]?.name).toBe("Coke");
    expect(portfolios[0]?.positions.length).toBe(5);
  });

  it("shows a portfolio by rule beside the frontier", async () => {
    await goTo("/optimize", `${STAPLES}&goal=equal`);
    render(ProviderHarness, { component: OptimizePage });

    const table = await screen.findByRole("table", { name: "Allocation" }, PATIENCE);

    expect(within(table).getAllByText("20.0%")).toHaveLength(5);
    expect(screen.getByRole("radio", { name: /Equal weight/u })).toHaveProperty("checked", true);
  });

  it("gives every asset the same risk", async () => {
    await goTo("/optimize", STAPLES);
    render(ProviderHarness, { component: OptimizePage });
    await screen.findByRole("table", { name: "Allocation" }, PATIENCE);

    await fireEvent.click(screen.getByRole("radio", { name: /Equal risk/u }));

    // Weights differ, so each 20.0% is a share of the risk.
    const cells = await screen.findAllByRole("cell", { name: "20.0%" }, PATIENCE);
    expect(cells).toHaveLength(5);
    expect(window.location.search).toContain("goal=equal-risk");
  });

  it.each([
    ["hrp", "Hierarchical risk parity"],
    ["diversification", "Most diversified"],
  ])("marks the portfolio of goal %s on the frontier", async (word, name) => {
    await goTo("/optimize", `${STAPLES}&goal=${word}`);
    render(ProviderHarness, { component: OptimizePage });

    await screen.findByRole("heading", { level: 1, name: `${name}, 5 assets` }, PATIENCE);
    await screen.findByRole("table", { name: "Allocation" }, PATIENCE);

    expect(screen.getByRole("radio", { name: new RegExp(name, "u") })).toHaveProperty(
      "checked",
      true,
    );
    expect(screen.getAllByText(name, { selector: "figure *" }).length).toBeGreaterThan(0);
  });

  it("compounds growth over the days that a portfolio is held", async () => {
    await goTo("/optimize", `${STAPLES}&goal=moment-utility&target=5`);
    render(ProviderHarness, { component: OptimizePage });
    await screen.findByRole("table", { name: "Allocation" }, PATIENCE);

    await fireEvent.click(screen.getByText("Advanced"));
    const field = screen.getByLabelText("Held for, with growth compounded");
    await fireEvent.change(field, { target: { value: "252" } });

    await waitFor(() => expect(window.location.search).toContain("horizon=252"), PATIENCE);
    expect(screen.getByLabelText("Risk aversion")).toHaveProperty("value", "5");
    await screen.findByRole("table", { name: "Allocation" }, PATIENCE);
  });

  it("finds a goal by a word of its explanation, and shows the proof of its answer", async () => {
    await goTo("/optimize", `${STAPLES}&cash=1000`);
    render(ProviderHarness, { component: OptimizePage });
    await fireEvent.click(await screen.findByText("All goals"));

    await fireEvent.input(await screen.findByLabelText("Search goals", {}, PATIENCE), {
      target: { value: "worst days" },
    });
    await fireEvent.click(screen.getByText("Lowest risk by a measure"));

    await screen.findByText(/Optimal: no better portfolio exists/u, {}, PATIENCE);
    expect(await screen.findByLabelText("Measure of risk", {}, PATIENCE)).toHaveProperty(
      "value",
      "conditional-value-at-risk",
    );
    expect(window.location.search).toContain("goal=minimum-risk");
  });
});
