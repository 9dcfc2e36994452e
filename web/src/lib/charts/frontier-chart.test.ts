import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  sampleAssets,
  sampleEqualWeight,
  sampleModel,
} from "../../../test/fixtures/frontier-model.ts";
import { randomPortfolios } from "../frontier/cloud.ts";
import { portfolioAt } from "../frontier/frontier.ts";
import FrontierChart from "./frontier-chart.svelte";

const props = {
  model: sampleModel,
  assets: sampleAssets,
  equalWeight: sampleEqualWeight,
  position: 0.5,
};

beforeEach(() => {
  // jsdom draws no canvas.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

function handle(): HTMLElement {
  return screen.getByRole("slider", { name: "Portfolio on the efficient frontier" });
}

describe("the handle", () => {
  it.each([
    ["ArrowRight", 0.51],
    ["ArrowUp", 0.51],
    ["ArrowLeft", 0.49],
    ["ArrowDown", 0.49],
    ["PageUp", 0.6],
    ["PageDown", 0.4],
    ["Home", 0],
    ["End", 1],
  ])("moves with %s", async (key, expected) => {
    const onpositionchange = vi.fn();
    render(FrontierChart, { ...props, onpositionchange });

    await fireEvent.keyDown(handle(), { key });

    expect(onpositionchange).toHaveBeenCalledOnce();
    expect(onpositionchange.mock.calls[0]?.[0]).toBeCloseTo(expected, 12);
    expect(handle().getAttribute("aria-valuenow")).toBe(String(expected * 100));
  });

  it("stops at the end of the frontier", async () => {
    render(FrontierChart, { ...props, position: 0.995 });

    await fireEvent.keyDown(handle(), { key: "ArrowRight" });

    expect(handle().getAttribute("aria-valuenow")).toBe("100");
  });

  it("leaves other keys, and keys with Control, to the page", async () => {
    const onpositionchange = vi.fn();
    render(FrontierChart, { ...props, onpositionchange });

    await fireEvent.keyDown(handle(), { key: "Tab" });
    await fireEvent.keyDown(handle(), { key: "ArrowRight", ctrlKey: true });

    expect(onpositionchange).not.toHaveBeenCalled();
  });

  it("says its portfolio in words", async () => {
    render(FrontierChart, props);

    await fireEvent.keyDown(handle(), { key: "Home" });

    // The sample's minimum-variance portfolio, from an independent solver: 14.17 %, 12.68 %.
    expect(handle().getAttribute("aria-valuetext")).toBe(
      "Volatility 14.2%, expected return 12.7%, Sharpe ratio 0.75. Largest weights: KO 20.7%, WMT 20.0%, JNJ 19.8%",
    );
  });

  it("follows a position that the page sets", async () => {
    const { rerender } = render(FrontierChart, props);

    await rerender({ position: 0.2 });

    expect(handle().getAttribute("aria-valuenow")).toBe("20");
  });
});

describe("dragging", () => {
  it("snaps to the point of the frontier nearest to the pointer", async () => {
    vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(640);
    HTMLElement.prototype.setPointerCapture = vi.fn();
    const onpositionchange = vi.fn();
    render(FrontierChart, { ...props, onpositionchange });

    await fireEvent.pointerDown(handle(), { button: 0, clientX: 56, clientY: 350 });
    await fireEvent.pointerMove(handle(), { clientX: 620, clientY: 0 });
    await fireEvent.pointerUp(handle(), {});
    await fireEvent.pointerMove(handle(), { clientX: 56, clientY: 350 });

    // Far down on the left minimum volatility is nearest, far up on the right the highest return.
    expect(onpositionchange.mock.calls.map(([at]) => at)).toEqual([0, 1]);
  });
});

describe("the table", () => {
  it("opens with its button and holds frontier, comparison and assets", async () => {
    render(FrontierChart, props);
    const button = screen.getByRole("button", { name: "Show table" });

    await fireEvent.click(button);

    const table = screen.getByRole("table");
    const names = within(table).getAllByRole("rowheader");
    expect(button.getAttribute("aria-expanded")).toBe("true");
    const wanted = ["Minimum volatility", "Maximum Sharpe", "Selected", "Equal weight", "XOM"];
    const found = names.map((cell) => cell.textContent ?? "");
    expect(wanted.filter((name) => !found.includes(name))).toEqual([]);
    // Four named portfolios, nine between them, one to compare with and twenty assets.
    expect(found).toHaveLength(34);
  });

  it("shows the handle's portfolio", async () => {
    render(FrontierChart, props);

    await fireEvent.keyDown(handle(), { key: "t" });

    const row = screen.getByRole("rowheader", { name: "Selected" }).closest("tr");
    const volatility = portfolioAt(sampleModel, 0.5).volatility;
    expect(row?.textContent).toContain(`${(volatility * 100).toFixed(1)}%`);
  });
});

describe("the chart", () => {
  it("states its finding", () => {
    render(FrontierChart, props);

    screen.getByText(/Equal weight, with 17\.4% volatility, has 5\.7\spp less expected return/);
  });

  it("shows figures of what the pointer is on", async () => {
    const { container } = render(FrontierChart, {
      ...props,
      assets: [{ symbol: "MID", volatility: 0.2, expectedReturn: 0.1 }],
      cloud: randomPortfolios(sampleModel, { count: 10, seed: 1 }),
    });
    const cross = container.querySelectorAll<SVGPathElement>("path.cross")[0];
    const [x, y] = (cross?.getAttribute("transform") ?? "").match(/[\d.]+/g) ?? [];

    await fireEvent.pointerMove(handle(), { clientX: Number(x), clientY: Number(y) });

    const tooltip = container.querySelector(".tooltip");
    // (0.10 − 0.02) / 0.20 = 0.40
    expect(tooltip?.textContent).toMatch(/MID.*10\.0%.*20\.0%.*0\.40/s);
  });

  it("is a plain picture when compact", () => {
    render(FrontierChart, { ...props, compact: true });

    expect(screen.queryByRole("slider")).toBeNull();
    expect(screen.queryByRole("button")).toBeNull();
    screen.getByRole("figure");
  });
});
