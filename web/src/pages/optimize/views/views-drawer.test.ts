import { createRouterTransport } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeAll, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../../test/provider-harness.svelte";
import { useTransport } from "../../../lib/api/call.ts";
import { goTo } from "../../../lib/router.ts";
import { connectPages } from "../../../routes.ts";
import OptimizePage from "../optimize-page.svelte";

const STAPLES = "symbols=KO,PEP,PG&from=2015-01-02&max=0.8";
const PATIENCE = { timeout: 10_000 };

describe("ViewsDrawer", () => {
  beforeAll(() => {
    connectPages();
    useTransport(createRouterTransport(mockRoutes()));
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
  });

  it("shows what a view does to returns and weights, and takes it back", async () => {
    const drawer = await openDrawer();
    await fireEvent.click(within(drawer).getByText("KO will return 6 % a year"));
    await fireEvent.change(await within(drawer).findByLabelText("Return per year"), {
      target: { value: "30" },
    });

    await within(drawer).findByText(/30\.0% stated/u, {}, PATIENCE);
    const shifts = within(drawer).getAllByText(/^KO: .* before, .* after$/u);
    const [prior, posterior] = (shifts[0]?.textContent ?? "").match(/[\d.]+(?=%)/gu) ?? [];
    expect(Number(posterior)).toBeGreaterThan(Number(prior));
    expect(JSON.parse(new URLSearchParams(window.location.search).get("views") ?? "")).toEqual({
      method: "black-litterman",
      list: [{ asset: "KO", value: 0.3, confidence: 0.5 }],
    });

    await fireEvent.click(within(drawer).getByText("Remove all"));
    await within(drawer).findByText(/^Without views/u);
    expect(new URLSearchParams(window.location.search).has("views")).toBe(false);
  });

  it("takes views on factors, which move the assets, and lets go of those whose factor goes", async () => {
    const drawer = await openDrawer();
    await fireEvent.click(within(drawer).getByText("Add a return"));
    await fireEvent.change(await within(drawer).findByLabelText("Factors"), {
      target: { value: "sp500, ko" },
    });
    await within(drawer).findByText("KO is an asset of the portfolio already.");
    await fireEvent.change(within(drawer).getByLabelText("Factors"), {
      target: { value: "sp500" },
    });
    await within(drawer).findByRole("option", { name: "SP500" });
    await waitFor(() => expect(viewsInAddress()).toMatchObject({ factors: ["SP500"] }));

    await fireEvent.change(within(drawer).getByLabelText("Asset"), { target: { value: "SP500" } });
    await waitFor(() => expect(viewsInAddress()).toMatchObject({ list: [{ asset: "SP500" }] }));
    await fireEvent.change(within(drawer).getByLabelText("Return per year"), {
      target: { value: "40" },
    });

    await within(drawer).findByText(/40\.0% stated/u, {}, PATIENCE);
    for (const symbol of ["KO", "PEP", "PG"]) {
      const shift = within(drawer).getByText(new RegExp(`^${symbol}: .* after$`, "u"));
      const [prior, posterior] = (shift.textContent ?? "").match(/[\d.]+(?=%)/gu) ?? [];
      expect(Number(posterior)).toBeGreaterThan(Number(prior));
    }
    expect(viewsInAddress()).toEqual({
      method: "black-litterman",
      list: [{ asset: "SP500", value: 0.4, confidence: 0.5 }],
      factors: ["SP500"],
    });

    await fireEvent.change(within(drawer).getByLabelText("Factors"), { target: { value: "" } });
    await within(drawer).findByText(/^Without views/u);
  });

  it("says why a view without confidence does nothing", async () => {
    const drawer = await openDrawer();
    await fireEvent.click(within(drawer).getByText("Add a comparison"));
    const slider = await within(drawer).findByLabelText("Confidence");

    await fireEvent.change(slider, { target: { value: "0" } });

    expect(await within(drawer).findByText("No effect: the confidence is 0.")).toBeDefined();
    expect(within(drawer).getByText("0%, no effect")).toBeDefined();
  });
});

describe("ViewsDrawer with models", () => {
  it("takes the views of a model, as sure as its skill is measured", async () => {
    const routes = mockRoutes();
    const aliases = [{ name: "champion", version: 3 }];
    useTransport(
      createRouterTransport((router) => {
        routes(router);
        router.service(ModelService, {
          listModels: () => ({
            models: [
              { id: "volatility-21d", target: { kind: TargetKind.VOLATILITY }, aliases },
              { id: "rank-21d", target: { kind: TargetKind.RANK }, aliases },
            ],
          }),
        });
      }),
    );
    const drawer = await openDrawer();
    await fireEvent.click(await within(drawer).findByText("Take those of a model", {}, PATIENCE));

    // The model of the mock has an information coefficient of 0.1.
    await within(drawer).findByText(
      "Confidence 1.0%: the share of the outcomes’ variance that version 3 of rank-21d explains.",
      {},
      PATIENCE,
    );
    expect(new URLSearchParams(window.location.search).get("views")).toBe(
      '{"forecast":"forecast-rank-21d"}',
    );
    // It forecasts 10 % over the mean of all for the first of the three, and that is what is expected.
    const shift = await within(drawer).findByText(/^KO: .* before, .* after$/u, {}, PATIENCE);
    const [prior, posterior] = (shift.textContent ?? "").match(/[\d.]+(?=%)/gu) ?? [];
    expect(Number(posterior)).toBeGreaterThan(Number(prior) + 3);
    expect(within(drawer).queryByText("Add a return")).toBeNull();

    await fireEvent.click(within(drawer).getByText("Remove all"));
    await within(drawer).findByText(/^Without views/u);
  });
});

function viewsInAddress(): unknown {
  return JSON.parse(new URLSearchParams(window.location.search).get("views") ?? "null");
}

async function openDrawer(): Promise<HTMLElement> {
  await goTo("/optimize", STAPLES);
  render(ProviderHarness, { component: OptimizePage });
  await fireEvent.click(await screen.findByText("Views", { selector: "button" }));
  return screen.findByRole("dialog", { name: "Views" }, PATIENCE);
}
