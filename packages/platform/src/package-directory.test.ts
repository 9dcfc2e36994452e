import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { packageDirectory } from "./package-directory.ts";

it("finds the package above a module, as source and compiled", async () => {
  const root = await mkdtemp(join(tmpdir(), "package-directory-"));
  try {
    await mkdir(join(root, "dist", "src", "rpc"), { recursive: true });
    await writeFile(join(root, "package.json"), "{}");

    for (const module of ["src/main.ts", "dist/src/rpc/routes.js"]) {
      expect(packageDirectory(pathToFileURL(join(root, module)).href)).toBe(root);
    }
    expect(() => packageDirectory("file:///nowhere/main.js")).toThrow("no package.json above");
  } finally {
    await rm(root, { recursive: true });
  }
});
