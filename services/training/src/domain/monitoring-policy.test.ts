import { describe, expect, it } from "vitest";
import { actionOn, DEFAULT_POLICY } from "./monitoring-policy.ts";

const POLICY = { ...DEFAULT_POLICY, retrain: true };
const NOW = "2024-06-01T00:00:00Z";

describe("actionOn", () => {
  it("trains anew only where the policy says so", () => {
    expect(actionOn(DEFAULT_POLICY, [], NOW)).toBe("none");
    expect(actionOn(POLICY, [], NOW)).toBe("retraining");
  });

  it("waits 20 trading days after a training", () => {
    expect(actionOn(POLICY, ["2024-05-10T00:00:00Z"], NOW)).toBe("cooling-down");
    expect(actionOn(POLICY, ["2024-05-02T00:00:00Z"], NOW)).toBe("retraining");
  });

  it("trains no more often than the policy allows in a quarter", () => {
    const earlier = ["2024-03-10T00:00:00Z", "2024-04-20T00:00:00Z"];
    expect(actionOn(POLICY, earlier, NOW)).toBe("cooling-down");
    expect(actionOn({ ...POLICY, retrainingsPerQuarter: 3 }, earlier, NOW)).toBe("retraining");
    expect(actionOn(POLICY, earlier, "2024-07-15T00:00:00Z")).toBe("retraining");
  });
});
