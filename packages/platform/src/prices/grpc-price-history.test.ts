import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { createLocalTransport } from "../rpc/local-transport.ts";
import { closesOf, dataRegistrations } from "../testing/sample-data-service.ts";
import { GrpcPriceHistory } from "./grpc-price-history.ts";

const CLOSES = closesOf({ A: [1, 2, 3], B: [4, 5, 6] });
const SELECTION = { dataset: { id: "sample", revision: 0 }, startDate: "", endDate: "" };
const NEVER = new AbortController().signal;

function historyOf(cacheBytesMax: number, calls = { panels: 0 }) {
  const transport = createLocalTransport(dataRegistrations(CLOSES, calls), []);
  return new GrpcPriceHistory(transport, { cacheBytesMax });
}

describe("GrpcPriceHistory", () => {
  it("reads closes into memory that threads share", async () => {
    const panel = await historyOf(1 << 20).panel(["B", "A"], SELECTION, NEVER);

    expect(panel.closes).toMatchObject({ rows: 3, cols: 2 });
    expect([...panel.closes.values]).toEqual([4, 1, 5, 2, 6, 3]);
    expect(panel.closes.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(panel.dataset).toEqual({ id: "sample", revision: 3 });
  });

  it("keeps only as many panels as fit its memory", async () => {
    const calls = { panels: 0 };
    const history = historyOf(400, calls);

    for (const symbols of [["A"], ["A"], ["B"], ["A", "B"], ["A"]]) {
      await history.panel(symbols, SELECTION, NEVER);
    }

    // The second is a repetition; the last one was dropped to make room.
    expect(calls.panels).toBe(4);
  });

  it("passes on what the data service says about the request", async () => {
    const unknown = historyOf(1000).panel(["A", "NOPE"], SELECTION, NEVER);

    await expect(unknown).rejects.toMatchObject({
      name: "AppError",
      kind: "not-found",
      reason: "SYMBOL_UNKNOWN",
      violations: [{ field: "symbols[1]" }],
    });
  });

  it("names every symbol that has no last close", async () => {
    const closes = historyOf(1000).lastCloses(["X", "A", "Y"], SELECTION.dataset, NEVER);

    await expect(closes).rejects.toMatchObject({
      reason: "SYMBOL_UNKNOWN",
      violations: [{ field: "symbols[0]" }, { field: "symbols[2]" }],
    });
  });

  it("says that prices are unavailable when the data service is", async () => {
    const fail = () => Promise.reject(new ConnectError("connect ECONNREFUSED", Code.Unavailable));
    const transport: Transport = { unary: fail, stream: fail };
    const history = new GrpcPriceHistory(transport, { cacheBytesMax: 1000 });

    const panel = history.panel(["A"], SELECTION, NEVER);

    await expect(panel).rejects.toMatchObject({
      name: "AppError",
      kind: "unavailable",
      reason: "PRICES_UNAVAILABLE",
    });
  });
});
