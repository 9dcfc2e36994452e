import { describe, expect, it } from "vitest";
import type { Instrument } from "./instrument.ts";
import { matchRank } from "./instrument-search.ts";

const COCA_COLA = { symbol: "KO", name: "The Coca-Cola Company" } as Instrument;

describe("matchRank", () => {
  it.each([
    ["ko", 0],
    ["K", 1],
    ["coca", 2],
    ["the", 2],
    ["O", 3],
    ["cola", 4],
    ["pepsi", undefined],
  ])("ranks %j", (query, rank) => {
    expect(matchRank(COCA_COLA, query)).toBe(rank);
  });
});
