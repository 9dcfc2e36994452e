import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireHomeLock } from "./home-lock.ts";
import { readProcessState } from "./process-state.ts";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "home-lock-"));
  path = join(directory, "lock");
});

afterEach(() => rm(directory, { recursive: true, force: true }));

describe("acquireHomeLock", () => {
  it("lets one of many have it, until released", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => acquireHomeLock(path)));

    const acquired = outcomes.filter((outcome) => outcome.kind === "acquired");
    expect(acquired).toHaveLength(1);
    expect(outcomes.find(({ kind }) => kind === "held")).toMatchObject({
      holder: { pid: process.pid },
    });

    await acquired[0]?.release();
    expect(await readdir(directory)).toEqual([]);
    expect((await acquireHomeLock(path)).kind).toBe("acquired");
  });

  it("takes over from a process that has ended", async () => {
    const child = spawn("true");
    await once(child, "exit");
    await writeFile(path, JSON.stringify({ pid: child.pid, startTicks: "1" }));

    const outcomes = await Promise.all(Array.from({ length: 16 }, () => acquireHomeLock(path)));

    expect(outcomes.filter(({ kind }) => kind === "acquired")).toHaveLength(1);
    expect(await readdir(directory)).toEqual(["lock"]);
  });

  it("gets past a takeover that was interrupted", async () => {
    await writeFile(path, "stale");
    await writeFile(`${path}.takeover`, "");
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.takeover`, aMinuteAgo, aMinuteAgo);

    expect((await acquireHomeLock(path)).kind).toBe("acquired");
    expect(await readdir(directory)).toEqual(["lock"]);
  });

  it.runIf(process.platform === "linux")(
    "takes over from an ended process whose id is in use",
    async () => {
      await writeFile(path, JSON.stringify({ pid: process.pid, startTicks: "1" }));

      expect((await acquireHomeLock(path)).kind).toBe("acquired");
    },
  );

  it.each(["", "{", "null", '{"pid":"7"}'])(
    "takes over a damaged lock file: %j",
    async (content) => {
      await writeFile(path, content);

      expect((await acquireHomeLock(path)).kind).toBe("acquired");
    },
  );

  it("respects a living process", async () => {
    const child = spawn("sleep", ["60"]);
    try {
      await once(child, "spawn");
      const pid = child.pid ?? 0;
      const state = await readProcessState(pid);
      const startTicks = state.kind === "alive" ? state.startTicks : undefined;
      await writeFile(path, JSON.stringify({ pid, startTicks }));

      expect(await acquireHomeLock(path)).toMatchObject({ kind: "held", holder: { pid } });
    } finally {
      child.kill();
    }
  });
});
