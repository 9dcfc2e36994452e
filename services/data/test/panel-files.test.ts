import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PanelFiles } from "../src/adapters/panel-files.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "portfolio-panels-"));
});
afterAll(() => rm(directory, { recursive: true }));

describe("PanelFiles", () => {
  it("gives back what was written, by its hash", async () => {
    const files = new PanelFiles(join(directory, "read"), 1000);

    const hash = await files.write(Buffer.from("abc"));

    // FIPS 180-2, appendix B.1.
    expect(hash).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(Buffer.from((await files.read(hash)) ?? []).toString()).toBe("abc");
    expect(await files.read("0".repeat(64))).toBeUndefined();
  });

  it("removes the oldest files beyond its limit", async () => {
    const files = new PanelFiles(join(directory, "full"), 25);
    const oldest = await files.write(Buffer.from("0123456789"));
    const older = await files.write(Buffer.from("abcdefghij"));
    await utimes(join(directory, "full", oldest.slice(0, 2), `${oldest}.panel`), 1, 1);

    const newest = await files.write(Buffer.from("ABCDEFGHIJ"));

    expect(await files.read(oldest)).toBeUndefined();
    expect(await files.read(older)).toBeDefined();
    expect(await files.read(newest)).toBeDefined();
    const names = await readdir(join(directory, "full"), { recursive: true });
    expect(names.filter((name) => name.includes(".panel"))).toHaveLength(2);
  });
});
