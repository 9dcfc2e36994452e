import { create } from "@bufbuild/protobuf";
import { createRouterTransport } from "@connectrpc/connect";
import {
  ImportPricesResponseSchema,
  PriceService,
} from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";

import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import ProviderHarness from "../../../test/provider-harness.svelte";
import { useTransport } from "../../lib/api/call.ts";
import { connectPages } from "../../routes.ts";
import ImportCard from "./import-card.svelte";

const COMPILE_MS = 120_000;

describe("ImportCard", () => {
  const requests: { validateOnly: boolean; partial: boolean; datasetId: string }[] = [];

  beforeAll(async () => {
    connectPages();
    // Compiled here, so that no wait below is one for the compiler.
    await import("../optimize/optimize-page.svelte");
  }, COMPILE_MS);
  beforeEach(() => {
    // jsdom has no layout to scroll.
    window.scrollTo = () => undefined;
    requests.length = 0;
    useTransport(
      createRouterTransport(({ service }) => {
        service(PortfolioService, {});
        service(PriceService, {
          importPrices({ validateOnly, partial, datasetId }) {
            requests.push({ validateOnly, partial, datasetId });
            return create(ImportPricesResponseSchema, {
              dataset: { id: datasetId, revision: 1 },
              rowCount: 3,
              symbols: ["AAA"],
              insertedCount: validateOnly ? 0 : 2,
              problems: [
                { line: 2, column: 3, columnName: "close", description: "“abc” is not a price." },
                { line: 4, column: 0, description: "The line has 2 cells, not 3." },
              ],
              problemCount: 2,
            });
          },
        });
      }),
    );
  });

  it("checks first, lists every problem, and imports the good rows only when asked", async () => {
    render(ProviderHarness, { component: ImportCard });

    await choose("prices.csv");
    await screen.findByText(/2 problems in 3 rows/u);
    const cells = screen
      .getAllByRole("row")
      .slice(1)
      .map((row) =>
        within(row)
          .getAllByRole("cell")
          .map((cell) => cell.textContent),
      );

    expect(requests).toEqual([{ validateOnly: true, partial: false, datasetId: "prices" }]);
    expect(cells).toEqual([
      ["2", "close", "“abc” is not a price."],
      ["4", "", "The line has 2 cells, not 3."],
    ]);

    await fireEvent.click(screen.getByRole("button", { name: "Import the good rows" }));
    await expect.poll(() => requests.length).toBe(2);
    expect(requests[1]).toEqual({ validateOnly: false, partial: true, datasetId: "prices" });
    await expect
      .poll(() => window.location.pathname + window.location.search, { timeout: 15_000 })
      .toBe("/optimize?symbols=AAA&dataset=prices");
  });
});

function choose(name: string): Promise<boolean> {
  const file = new File(["date,symbol,close\n"], name, { type: "text/csv" });
  return fireEvent.change(screen.getByLabelText("Choose a CSV file"), {
    target: { files: [file] },
  });
}
