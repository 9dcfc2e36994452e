import { createClient, createRouterTransport } from "@connectrpc/connect";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import ComparePage from "./compare-page.svelte";

const PATIENCE = { timeout: 15_000 };

describe("ComparePage", () => {
  const ids: string[] = [];
  beforeAll(async () => {
    connectPages();
    const transport = createRouterTransport(mockRoutes());
    useTransport(transport);
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
    const client = createClient(PortfolioService, transport);
    const saved = [
      { name: "Drinks", positions: [{ symbol: "KO", weight: 1 }] },
      { name: "Momentum", positions: [{ symbol: "MTUM", weight: 1 }] },
      { name: "Phones", positions: [{ symbol: "AAPL", weight: 1 }] },
    ];
    for (const request of saved) {
      const { portfolio } = await client.createPortfolio(request);
      ids.push(portfolio?.id ?? "");
    }
  });

  it("compares over the days that all share, and says who has more", async () => {
    await goTo("/compare", `a=portfolio:${ids[0]}&b=portfolio:${ids[1]}`);
    render(ProviderHarness, { component: ComparePage });

    await screen.findByText(/^Common window: .*2014 to/u, {}, PATIENCE);
    expect(screen.getByText(/^Drinks alone has .* 1990 to/u)).toBeDefined();
    expect(screen.queryByText(/^Momentum alone/u)).toBeNull();
    const statistics = screen.getByRole("table", { name: "Statistics" });
    expect(within(statistics).getByRole("row", { name: /^Max drawdown/u })).toBeDefined();
    expect(within(statistics).queryByRole("row", { name: /^Holdings/u })).toBeNull();
    await screen.findByText(/ fell deepest, by /u);
  });

  it("adds a portfolio, and shows weights less those of the first", async () => {
    await goTo("/compare", `a=portfolio:${ids[0]}&b=portfolio:${ids[2]}`);
    render(ProviderHarness, { component: ComparePage });

    await fireEvent.click(await screen.findByRole("button", { name: "Add portfolio" }, PATIENCE));
    expect(screen.getByRole("combobox", { name: "Portfolio C" })).toBeDefined();
    await fireEvent.click(await screen.findByRole("switch", { name: "Less Drinks" }, PATIENCE));

    await screen.findByText("+100.0 pp", {}, PATIENCE);
    expect(window.location.search).toContain("diff=1");
  });
});
