import { createRouterTransport } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeAll, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { connectPages } from "../../routes.ts";
import BacktestPage from "./backtest-page.svelte";

const PATIENCE = { timeout: 15_000 };
const PLAN = "weights=KO:0.5,PEP:0.3,WMT:0.2&from=2010-01-04&period=year&goals=maximum-sharpe";

describe("a backtest by forecasts", () => {
  beforeAll(() => {
    connectPages();
    const aliases = [{ name: "champion", version: 3 }];
    const routes = mockRoutes();
    useTransport(
      createRouterTransport((router) => {
        routes(router);
        router.service(ModelService, {
          listModels: () => ({
            models: [
              { id: "rank-21d", target: { kind: TargetKind.RANK }, aliases },
              { id: "volatility-21d", target: { kind: TargetKind.VOLATILITY }, aliases },
            ],
          }),
        });
      }),
    );
    window.scrollTo = () => undefined;
  });

  it("is chosen as in the optimizer, keeps to days of forecasts, and says what it rests on", async () => {
    await goTo("/backtest", PLAN);
    render(ProviderHarness, { component: BacktestPage });
    const means = await screen.findByLabelText("Expected returns", {}, PATIENCE);
    expect([...means.querySelectorAll("option")].map(({ textContent }) => textContent)).toEqual([
      "Historical mean",
      "Forecast by rank-21d",
    ]);

    await fireEvent.change(means, { target: { value: "forecast-rank-21d" } });
    await expect.poll(() => window.location.search).toContain("mean=forecast-rank-21d");
    await fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }, PATIENCE));

    await screen.findByText(/forecasts of rank-21d, version 3, up to 28 Nov 2022/u, {}, PATIENCE);
    expect(screen.getByText(/the version was chosen by its skill on days/u)).toBeDefined();
    // Two years of training before the first forecasts, of 2014.
    expect(screen.getByText(/daily closes, \d+ Dec 2011 to 5 Dec 2022/u)).toBeDefined();
    expect(screen.getByRole("table", { name: "Statistics of all portfolios" })).toBeDefined();
  });
});
