import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectPages } from "../../routes.ts";
import { pageLanguage } from "../i18n/language.ts";
import { readStored } from "../state/stored.ts";
import TopBar from "./top-bar.svelte";

afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

describe("the switch of the language", () => {
  it("names the other language in that language, keeps the choice and loads the page anew", async () => {
    const reload = vi.fn();
    vi.stubGlobal("location", { ...window.location, pathname: "/", reload });
    connectPages();
    render(TopBar);

    const button = screen.getByRole("button", { name: "DE – Seite auf Deutsch" });
    expect(button.getAttribute("lang")).toBe("de");
    await fireEvent.click(button);

    expect(reload).toHaveBeenCalledOnce();
    expect(pageLanguage(["en-US"], readStored("language"))).toBe("de");
  });
});
