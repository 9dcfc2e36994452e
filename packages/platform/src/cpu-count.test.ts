import { describe, expect, it } from "vitest";
import { cpuCount } from "./cpu-count.ts";

describe("cpuCount", () => {
  const count = (files: Record<string, string>, machineCount = 8) =>
    cpuCount(machineCount, (path) => {
      const text = files[path];
      if (text === undefined) throw new Error("ENOENT");
      return text;
    });
  const V2 = "/sys/fs/cgroup/cpu.max";
  const V1 = "/sys/fs/cgroup/cpu/cpu.cfs_";

  it("is that of the machine without a limit", () => {
    expect(count({})).toBe(8);
    expect(count({ [V2]: "max 100000\n" })).toBe(8);
    expect(count({ [`${V1}quota_us`]: "-1\n", [`${V1}period_us`]: "100000\n" })).toBe(8);
    expect(count({ [V2]: "nonsense" })).toBe(8);
  });

  it("is that of the container, rounded down, and never 0", () => {
    expect(count({ [V2]: "250000 100000\n" })).toBe(2);
    expect(count({ [V2]: "50000 100000\n" })).toBe(1);
    expect(count({ [`${V1}quota_us`]: "300000\n", [`${V1}period_us`]: "100000\n" })).toBe(3);
  });

  it("is never more than the machine has", () => {
    expect(count({ [V2]: "1600000 100000\n" }, 4)).toBe(4);
  });
});
