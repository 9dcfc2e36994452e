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
import OptimizePage from "./optimize-page.svelte";

const STAPLES = "symbols=KO,PEP,PG,WMT,JNJ&from=2015-01-02";
const PATIENCE = { timeout: 10_000 };

describe("estimates by forecast", () => {
  beforeAll(() => {
    connectPages();
    const champion = [{ name: "champion", version: 3 }];
    const routes = mockRoutes();
    useTransport(
      createRouterTransport((router) => {
        routes(router);
        router.service(ModelService, {
          listModels: () => ({
            models: [
              { id: "new-21d", target: { kind: TargetKind.RANK } },
              { id: "rank-21d", target: { kind: TargetKind.RANK }, aliases: champion },
              { id: "volatility-21d", target: { kind: TargetKind.VOLATILITY }, aliases: champion },
              { id: "quantile-21d", target: { kind: TargetKind.QUANTILE }, aliases: champion },
            ],
          }),
        });
      }),
    );
    window.scrollTo = () => undefined;
  });

  it("are offered for models with a champion, and named under the answer", async () => {
    await goTo("/optimize", STAPLES);
    render(ProviderHarness, { component: OptimizePage });
    const means = await screen.findByLabelText("Expected returns", {}, PATIENCE);
    await expect.poll(() => means.textContent, PATIENCE).toContain("Forecast of a model");

    await fireEvent.change(means, { target: { value: "forecast" } });
    await screen.findByText(/forecast by rank-21d, version 3, as of 28 Dec 2022/u, {}, PATIENCE);
    await fireEvent.change(screen.getByLabelText("Covariance"), { target: { value: "forecast" } });
    await screen.findByText(/forecast by volatility-21d, version 3/u, {}, PATIENCE);

    expect(window.location.search).toContain(
      "&mean=forecast-rank-21d&covariance=forecast-volatility-21d",
    );
    const models = screen.getAllByLabelText("Model").map(({ textContent }) => textContent?.trim());
    expect(models).toEqual(["rank-21d", "volatility-21d"]);
    expect(await screen.findByRole("table", { name: "Allocation" }, PATIENCE)).toBeDefined();
  });
});
