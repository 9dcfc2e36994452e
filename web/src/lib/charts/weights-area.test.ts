import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { longShortModel, sampleModel } from "../../../test/fixtures/frontier-model.ts";
import WeightsArea from "./weights-area.svelte";

function cells(row: HTMLElement): string[] {
  return within(row)
    .getAllByRole("cell")
    .map((cell) => cell.textContent ?? "");
}

describe("WeightsArea", () => {
  it("has a table whose weights sum to 100.0 % in every row", async () => {
    render(WeightsArea, { model: sampleModel });

    await fireEvent.click(screen.getByRole("button", { name: "Show table" }));

    const rows = screen.getAllByRole("row").slice(1);
    expect(rows).toHaveLength(11);
    for (const row of rows) {
      const tenths = cells(row)
        .slice(1)
        .map((text) => Math.round(Number.parseFloat(text) * 10));
      expect(tenths.reduce((a, b) => a + b, 0)).toBe(1000);
    }
  });

  it("shows short positions with a true minus", async () => {
    render(WeightsArea, { model: longShortModel });

    await fireEvent.click(screen.getByRole("button", { name: "Show table" }));

    const last = screen.getAllByRole("row").at(-1);
    expect(last && cells(last)).toEqual(["20.0%", "−50.0%", "0.0%", "150.0%"]);
  });

  it("moves its cursor with the position", async () => {
    const { container, rerender } = render(WeightsArea, { model: sampleModel, position: 0 });
    const cursor = container.querySelector("line.cursor");
    const before = Number(cursor?.getAttribute("x1"));

    await rerender({ position: 1 });

    expect(before).toBe(56);
    expect(Number(cursor?.getAttribute("x1"))).toBeGreaterThan(before + 300);
  });

  it("sets the position where it is pressed", async () => {
    HTMLElement.prototype.setPointerCapture = vi.fn();
    const onpositionchange = vi.fn();
    const { container } = render(WeightsArea, { model: sampleModel, onpositionchange });
    const plot = container.querySelector(".plot") as HTMLElement;

    await fireEvent.pointerDown(plot, { button: 0, clientX: 9999 });

    expect(onpositionchange).toHaveBeenCalledExactlyOnceWith(1);
  });

  it("says which assets lead at the ends", () => {
    render(WeightsArea, { model: longShortModel });

    screen.getByText(/LOW 73\.5%.* at the lowest volatility; HIGH 150\.0%/);
  });
});
