import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryRegistry } from "../../../test/mock/memory-registry.ts";
import { addRankVersion, mockModelService } from "../../../test/mock/model-service.ts";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { goTo } from "../../lib/router.ts";
import { toasts } from "../../lib/state/toasts.svelte.ts";
import { connectPages } from "../../routes.ts";
import ModelPage from "./model-page.svelte";

const PATIENCE = { timeout: 5000 };

let registry: MemoryRegistry;
let verified: unknown[];
let saved: { readonly name: string; readonly text: string }[];
let isBusy: boolean;

beforeAll(() => {
  connectPages();
  window.scrollTo = () => undefined;
});
beforeEach(async () => {
  registry = new MemoryRegistry();
  [verified, saved, isBusy] = [[], [], false];
  for (const { id } of toasts.list) toasts.dismiss(id);
  await addRankVersion(registry, "Ridge", 0.4);
  useTransport(
    createRouterTransport((router) => {
      router.service(ModelService, {
        ...mockModelService(registry),
        verifyVersion: ({ modelId, number }) => {
          if (isBusy) throw new ConnectError("Prices cannot be had.", Code.Unavailable);
          verified.push([modelId, number]);
          return {};
        },
        getModelCard: () => ({ markdown: "# A card" }),
        exportVersion: () => ({
          fileName: "rank-21d-1.bin",
          content: new TextEncoder().encode("bits"),
        }),
      });
    }),
  );
  catchDownloads();
  await goTo("/models/rank-21d" as "/models", "version=1");
  render(ProviderHarness, { component: ModelPage });
});
afterEach(() => vi.restoreAllMocks());

/** Notes what would be saved, since jsdom has no files to save. */
function catchDownloads() {
  let blob = new Blob([]);
  URL.createObjectURL = (content) => {
    blob = content as Blob;
    return "blob:caught";
  };
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    const name = this.download;
    void read(blob).then((text) => saved.push({ name, text }));
  });
}

function read(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}

const press = async (name: string) =>
  fireEvent.click(await screen.findByRole("button", { name }, PATIENCE));

describe("the buttons of a version", () => {
  it("train it again to compare, and say so", async () => {
    await press("Verify");

    await expect.poll(() => verified, PATIENCE).toEqual([["rank-21d", 1]]);
    await expect
      .poll(() => toasts.list.map(({ text }) => text), PATIENCE)
      .toContain("The version is being trained again, to compare bit for bit.");
  });

  it("say why it cannot be, and can be pressed again", async () => {
    isBusy = true;
    await press("Verify");

    await expect.poll(() => toasts.list.length, PATIENCE).toBeGreaterThan(0);
    expect(verified).toEqual([]);
    const button = screen.getByRole("button", { name: "Verify" });
    await expect.poll(() => button.hasAttribute("disabled"), PATIENCE).toBe(false);
  });

  it("save its card and its file", async () => {
    await press("Model card");
    await expect.poll(() => saved, PATIENCE).toEqual([{ name: "rank-21d-1.md", text: "# A card" }]);
    await press("Export");
    await expect.poll(() => saved[1], PATIENCE).toEqual({ name: "rank-21d-1.bin", text: "bits" });
  });

  it("retire it, after which it is no champion to be", async () => {
    const stage = await screen.findByRole("combobox", { name: "Stage" }, PATIENCE);
    await fireEvent.change(stage, { target: { value: "retired" } });

    await expect
      .poll(async () => (await registry.findVersion("rank-21d", 1))?.stage, PATIENCE)
      .toBe("retired");
    await press("Make champion");
    const dialog = await screen.findByRole("dialog", {}, PATIENCE);
    const reason = dialog.querySelector("input");
    if (reason) await fireEvent.input(reason, { target: { value: "no" } });
    await fireEvent.submit(dialog.querySelector("form") ?? dialog);
    await expect.poll(() => dialog.textContent, PATIENCE).toMatch(/stage|retired/u);
    expect(await registry.findAlias("rank-21d", "champion")).toBeUndefined();
  });
});
