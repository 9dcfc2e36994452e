import { createRouterTransport } from "@connectrpc/connect";
import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { mockRoutes } from "../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import ComparePage from "../compare/compare-page.svelte";
import BacktestPage from "./backtest-page.svelte";

const PATIENCE = { timeout: 15_000 };
const PLAN = "weights=KO:0.5,PEP:0.3,WMT:0.2&from=2018-01-02&period=year";

describe("BacktestPage", () => {
  beforeAll(() => {
    connectPages();
    useTransport(createRouterTransport(mockRoutes()));
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
  });

  it("runs a backtest as a job and shows its report", async () => {
    await goTo("/backtest", `${PLAN}&goals=minimum-variance,risk-parity`);
    render(ProviderHarness, { component: BacktestPage });

    await fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }, PATIENCE));

    const table = await screen.findByRole(
      "table",
      { name: "Statistics of all portfolios" },
      PATIENCE,
    );
    expect(window.location.search).toContain("id=backtest-1");
    const names = within(table)
      .getAllByRole("columnheader")
      .map((cell) => cell.textContent);
    expect(names).toEqual(["Figure", "Lowest risk", "Equal risk", "Benchmark", "Equal weight"]);
    expect(screen.getByText(/counts 2 strategies tried/u)).toBeDefined();
    expect(screen.getByRole("table", { name: "Return by month" })).toBeDefined();
    const deflated = within(table).getByRole("row", { name: /^Deflated Sharpe/u });
    expect(within(deflated).getAllByRole("cell")[0]?.textContent).toMatch(/%$/u);
  });

  it("moves the cursor of a chart by keys, which a screen reader hears", async () => {
    await goTo("/backtest", "id=backtest-1");
    render(ProviderHarness, { component: BacktestPage });
    const cursor = await screen.findByRole(
      "slider",
      { name: "Cursor of the chart: Growth of 100" },
      PATIENCE,
    );

    await fireEvent.keyDown(cursor, { key: "Home" });

    expect(cursor.getAttribute("aria-valuetext")).toMatch(/^\d{4}-\d\d-\d\d: Lowest risk 100\.00/u);
  });

  it("says which strategies the paths of purged validation are of", async () => {
    await goTo("/backtest", `${PLAN}&goals=minimum-variance&validation=purged&folds=4`);
    render(ProviderHarness, { component: BacktestPage });

    await fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }, PATIENCE));

    const table = await screen.findByRole(
      "table",
      { name: "Sharpe ratios of all paths" },
      PATIENCE,
    );
    // C(4, 2) choices of test folds make 6 · 2 / 4 histories.
    const row = within(table).getByRole("row", { name: /^Lowest risk/u });
    expect(within(row).getAllByRole("cell")[0]?.textContent).toBe("3");
  });

  it("shows where returns came from, and what a tuned strategy chose among", async () => {
    const rules = "tuned=1&plan=2&fallback=equal&select=sharpe&kept=2&factors=SP500,XOM&train=252";
    await goTo("/backtest", `${PLAN}&goals=minimum-variance&${rules}`);
    render(ProviderHarness, { component: BacktestPage });

    await fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }, PATIENCE));

    const brinson = await screen.findByRole(
      "table",
      { name: "Return over the benchmark, by asset" },
      PATIENCE,
    );
    const assets = within(brinson).getAllByRole("rowheader");
    expect(assets.map((cell) => cell.textContent)).toEqual(["KO", "PEP", "WMT", "Cash"]);
    const factors = screen.getByRole("table", { name: "Exposure to factors" });
    expect(
      within(factors)
        .getAllByRole("rowheader")
        .map((cell) => cell.textContent),
    ).toEqual(["SP500", "XOM", "Unexplained"]);
    const grid = screen.getByRole("table", { name: "Candidates of the grid" });
    expect(within(grid).getAllByRole("row")).toHaveLength(4);
    // Three candidates, and the plan.
    expect(screen.getByText(/counts 4 strategies tried/u)).toBeDefined();
  });

  it("mixes strategies, splits returns by groups, and exports the report", async () => {
    const rules = "mix=equal&groups=drinks: KO PEP&train=252";
    await goTo("/backtest", `${PLAN}&goals=minimum-variance,risk-parity&${rules}`);
    render(ProviderHarness, { component: BacktestPage });
    const saved: string[] = [];
    URL.createObjectURL = (blob) => {
      saved.push((blob as Blob).type);
      return "blob:report";
    };
    URL.revokeObjectURL = () => undefined;

    await fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }, PATIENCE));
    const brinson = await screen.findByRole(
      "table",
      { name: "Return over the benchmark, by group" },
      PATIENCE,
    );
    for (const name of ["Values as CSV", "Report as JSON", "Printable report"]) {
      await fireEvent.click(screen.getByRole("button", { name }));
    }

    const groups = within(brinson).getAllByRole("rowheader");
    expect(groups.map((cell) => cell.textContent)).toEqual(["drinks", "Other", "Cash"]);
    const table = screen.getByRole("table", { name: "Statistics of all portfolios" });
    expect(within(table).getByRole("columnheader", { name: "Mix" })).toBeDefined();
    await vi.waitFor(
      () => expect(saved).toEqual(["text/csv", "application/json", "text/html"]),
      PATIENCE,
    );
  });

  it("sells what is about to expire, on the days that are typed", async () => {
    await goTo("/backtest", `${PLAN}&goals=minimum-variance&train=252`);
    render(ProviderHarness, { component: BacktestPage });
    await fireEvent.change(await screen.findByLabelText("Assets to choose among", {}, PATIENCE), {
      target: { value: "non-expiring" },
    });
    const days = await screen.findByLabelText("Expiration days");
    await fireEvent.change(days, { target: { value: "KO 30.02.2018" } });
    await screen.findByText(/^Give symbols, each with a day/u);
    await fireEvent.change(days, { target: { value: "ko 2018-12-28, pep: 2019-01-15" } });
    await vi.waitFor(() =>
      expect(new URLSearchParams(window.location.search).get("expires")).toBe(
        "KO 2018-12-28, PEP 2019-01-15",
      ),
    );

    await fireEvent.click(screen.getByRole("button", { name: "Run backtest" }));

    await screen.findByText(/^WMT has the largest mean weight, 100(?:\.0)?%/u, {}, PATIENCE);
  });

  it("spreads the walks of randomized validation", async () => {
    const walks = "validation=randomized&walks=9&picks=2&window=300&train=126&period=quarter";
    await goTo("/backtest", `${PLAN.replace("&period=year", "")}&goals=risk-parity&${walks}`);
    render(ProviderHarness, { component: BacktestPage });

    await fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }, PATIENCE));

    const name = "Sharpe ratios of all paths";
    const table = await screen.findByRole("table", { name }, PATIENCE);
    const row = within(table).getByRole("row", { name: /^Equal risk/u });
    expect(within(row).getAllByRole("cell")[0]?.textContent).toBe("9");
  });

  it("compares the strategies of a backtest", async () => {
    await goTo("/compare", "a=backtest:backtest-1:0&b=backtest:backtest-1:1");
    render(ProviderHarness, { component: ComparePage });

    const table = await screen.findByRole("table", { name: "Statistics" }, PATIENCE);
    await fireEvent.click(screen.getByRole("switch", { name: "Only differences" }));

    // Eight figures and the header.
    await vi.waitFor(() => expect(within(table).getAllByRole("row")).toHaveLength(9));
    expect(window.location.search).toContain("all=1");
  });
});
