import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import CovarianceFields from "./covariance-fields.svelte";

describe("CovarianceFields", () => {
  it("chooses how POET takes small correlations out", async () => {
    const onchange = vi.fn();
    const settings = { componentCount: 2 };
    render(CovarianceFields, { kind: "thresholded-components", settings, onchange });

    await fireEvent.change(screen.getByLabelText("Small correlations become"), {
      target: { value: "hard" },
    });

    expect(onchange).toHaveBeenLastCalledWith({ ...settings, correlationThreshold: "hard" });
  });

  it("takes the multiple of noise of POET, and refuses one that is too large", async () => {
    const onchange = vi.fn();
    render(CovarianceFields, { kind: "thresholded-components", settings: undefined, onchange });
    const field = screen.getByLabelText("Multiple of noise that counts as small");

    await fireEvent.change(field, { target: { value: "101" } });
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(onchange).not.toHaveBeenCalled();

    await fireEvent.change(field, { target: { value: "0.5" } });
    expect(onchange).toHaveBeenLastCalledWith({ constant: 0.5 });
  });
});
