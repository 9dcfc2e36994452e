import { createRouterTransport } from "@connectrpc/connect";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeAll, describe, expect, it } from "vitest";
import { mockRoutes } from "../../../../test/mock/mock-routes.ts";
import ProviderHarness from "../../../../test/provider-harness.svelte";
import { useTransport } from "../../../lib/api/call.ts";
import { goTo } from "../../../lib/router.ts";
import { connectPages } from "../../../routes.ts";
import OptimizePage from "../optimize-page.svelte";

const STAPLES = "symbols=KO,PEP,PG,WMT,JNJ&from=2015-01-02&max=0.5";
const PATIENCE = { timeout: 10_000 };

describe("ConstraintsDrawer", () => {
  beforeAll(() => {
    connectPages();
    useTransport(createRouterTransport(mockRoutes()));
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
  });

  it("checks limits on the server, and applies them to the answer", async () => {
    const drawer = await openDrawer(STAPLES);
    await within(drawer).findByText("Some weights satisfy all constraints.", {}, PATIENCE);

    await type(within(drawer).getByLabelText("Lowest weight of KO"), "35");
    await type(within(drawer).getByLabelText("Highest weight of WMT"), "5 %");
    await within(drawer).findByText(/Weights can sum to 35\.0% at least/u);
    await fireEvent.click(within(drawer).getByRole("button", { name: "Apply" }));

    expect(await screen.findByText("KO at least 35 %", {}, PATIENCE)).toBeDefined();
    const limits = new URLSearchParams(window.location.search).get("limits");
    expect(JSON.parse(limits ?? "")).toEqual({ bounds: { KO: { min: 0.35 }, WMT: { max: 0.05 } } });
    expect(screen.getByText("2 constraints")).toBeDefined();
  });

  it("names what contradicts, and loosens it with one click", async () => {
    const limits = {
      bounds: { KO: { max: 0.1 }, PEP: { max: 0.1 } },
      groups: [{ name: "drinks", symbols: ["KO", "PEP"], min: 0.3 }],
    };
    const drawer = await openDrawer(
      `${STAPLES}&limits=${encodeURIComponent(JSON.stringify(limits))}`,
    );

    await within(drawer).findByText(/let group drinks reach 20 % at most/u, {}, PATIENCE);
    expect(within(drawer).getAllByText("In conflict").length).toBeGreaterThan(0);
    await fireEvent.click(within(drawer).getByRole("button", { name: "Loosen to fit" }));

    await within(drawer).findByText("Some weights satisfy all constraints.", {}, PATIENCE);
  });

  it("takes costs of every kind", async () => {
    const drawer = await openDrawer(STAPLES);
    await fireEvent.click(within(drawer).getByText("Spread, impact and fees"));

    await type(within(drawer).getByLabelText("Cost of trading"), "0.1");
    await type(within(drawer).getByLabelText("Market impact"), "0.02");
    await type(within(drawer).getByLabelText("Cost of large trades"), "1");
    await type(await within(drawer).findByLabelText("Large from"), "20");
    await type(within(drawer).getByLabelText("Borrowing, a year"), "2");
    const spread = within(drawer).getByLabelText("Bid–ask spread by asset, in %");
    await fireEvent.change(spread, { target: { value: "KO 0.02" } });
    const fee = within(drawer).getByLabelText("Fees for holding by asset, in % a year");
    await fireEvent.change(fee, { target: { value: "PG 0.3" } });
    const apply = within(drawer).getByRole<HTMLButtonElement>("button", { name: "Apply" });
    await waitFor(() => expect(apply.disabled).toBe(false), PATIENCE);
    await fireEvent.click(apply);

    const limits = () => new URLSearchParams(window.location.search).get("limits");
    await waitFor(() => expect(limits()).not.toBeNull(), PATIENCE);
    expect(JSON.parse(limits() ?? "").trading.costs).toEqual({
      linear: 0.001,
      spreadBySymbol: { KO: 0.0002 },
      tiers: [{ threshold: 0.2, rate: 0.01 }],
      impact: 0.02,
      managementFeePerYear: { PG: 0.003 },
      borrowPerYear: 0.02,
    });
  });

  it("marks what is no number, and keeps the last good value", async () => {
    const drawer = await openDrawer(STAPLES);
    const field = within(drawer).getByLabelText("Highest weight of PG");

    await type(field, "much");

    expect(field.getAttribute("aria-invalid")).toBe("true");
    await type(field, "20");
    expect(field.getAttribute("aria-invalid")).toBe("false");
  });
});

async function openDrawer(search: string): Promise<HTMLElement> {
  await goTo("/optimize", search);
  render(ProviderHarness, { component: OptimizePage });
  await fireEvent.click(await screen.findByText("Constraints", { selector: "button" }));
  return screen.findByRole("dialog", { name: "Constraints" }, PATIENCE);
}

async function type(field: HTMLElement, text: string): Promise<void> {
  await fireEvent.change(field, { target: { value: text } });
}
