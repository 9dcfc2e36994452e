import { describe, expect, it } from "vitest";
import { type HistoryEntry, historyFaults } from "./check-history.ts";

describe("historyFaults", () => {
  const accept: HistoryEntry = { event: "accept", jobId: "a", fence: 0 };
  const start = (fence: number): HistoryEntry => ({ event: "start", jobId: "a", fence });
  const effect = (fence: number): HistoryEntry => ({ event: "effect", jobId: "a", fence });
  const expected = new Set(["a"]);

  it("accepts a job that was tried twice and took effect once", () => {
    expect(historyFaults([accept, start(1), start(2), effect(2)], expected)).toEqual([]);
    expect(historyFaults([accept, start(1), start(2)], new Set())).toEqual([]);
  });

  it.each<[string, readonly HistoryEntry[]]>([
    ["was lost", []],
    ["took no effect", [accept, start(1)]],
    ["took effect 2 times", [accept, start(1), effect(1), effect(1)]],
    ["was not asked for", [start(1), effect(1)]],
    ["was claimed under a fence that is not higher", [accept, start(2), start(2), effect(2)]],
    ["was claimed again after its effect", [accept, start(1), effect(1), start(2)]],
  ])("finds that a job %s", (fault, history) => {
    expect(historyFaults(history, expected)).toEqual([`a ${fault}`]);
  });

  it("finds an effect of a job that could have none", () => {
    expect(historyFaults([accept, start(1), effect(1)], new Set())).toEqual([
      "a took effect although it could not",
    ]);
  });
});
