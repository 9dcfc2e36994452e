import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../src/logger.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../src/postgres/embedded-postgres.ts";
import { createPool } from "../../src/postgres/pool.ts";
import { readProcessState } from "../../src/postgres/process-state.ts";
import { canTraverse } from "../../src/postgres/server-user.ts";
import { type OwnerProcess, startOwner } from "./owner-process.ts";

const log = createLogger({ name: "test", level: "silent" });
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };

let home: string;
let cleanups: (() => Promise<unknown>)[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "embedded-postgres-"));
  // Started by root, the server has another account, which must be able to enter.
  await chmod(home, 0o755);
  cleanups = [() => rm(home, { recursive: true, force: true })];
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) {
    await cleanup();
  }
});

async function start(directory = home): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ homeDirectory: directory, log });
  cleanups.push(() => server.stop());
  return server;
}

async function own(...args: Parameters<typeof startOwner>): Promise<OwnerProcess> {
  const owner = await startOwner(...args);
  cleanups.push(() => owner.kill());
  return owner;
}

async function select(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function dataFile(name: string): string {
  return join(home, "postgres", "cluster", "data", name);
}

/** Writes a file as the server's account would have. */
async function writeDataFile(name: string, content: string): Promise<void> {
  const { uid, gid } = await stat(dataFile("PG_VERSION"));
  await writeFile(dataFile(name), content);
  await chown(dataFile(name), uid, gid);
}

describe("startEmbeddedPostgres", () => {
  it("creates the database once and keeps its data", async () => {
    const first = await start();
    await select(first.url, "create table note as select 'kept' as text");
    await first.stop();

    const second = await start();

    expect(first.phases.map(({ name }) => name)).toEqual(["prepare", "create", "start"]);
    expect(second.phases.map(({ name }) => name)).toEqual(["prepare", "start"]);
    expect(await select(second.url, "select text from note")).toEqual([{ text: "kept" }]);
  });

  it("listens on loopback only, asks for the password and keeps it private", async () => {
    const server = await start();
    const wrongPassword = server.url.replace(/:[^:@]+@/, ":wrong@");

    await expect(select(wrongPassword, "select 1")).rejects.toMatchObject({ code: "28P01" });
    expect(await select(server.url, "show listen_addresses")).toEqual([
      { listen_addresses: "127.0.0.1" },
    ]);
    expect(await select(server.url, "show unix_socket_directories")).toEqual([
      { unix_socket_directories: "" },
    ]);
    const { mode } = await stat(join(home, "postgres", "cluster", "password"));
    expect(mode & 0o777).toBe(0o600);
  });

  it("refuses a directory that a living process uses, and says who", async () => {
    const server = await start();

    const failure = await start().catch((error: unknown) => error);

    expect(failure).toMatchObject({ reason: "DATABASE_ALREADY_RUNNING" });
    expect(String(failure)).toContain(`port ${server.port}, started by process ${process.pid}`);
    expect(await select(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("lets one of two simultaneous first starts win", async () => {
    const outcomes = await Promise.allSettled([start(), start()]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { reason: "DATABASE_ALREADY_RUNNING" },
    });
  });

  it("refuses data of another major version", async () => {
    await (await start()).stop();
    await writeDataFile("PG_VERSION", "17\n");

    await expect(start()).rejects.toMatchObject({ reason: "DATABASE_VERSION_MISMATCH" });
  });

  it("says what the server said when it cannot start", async () => {
    await (await start()).stop();
    await writeDataFile("postgresql.conf", "work_mem = plenty\n");

    const failure = await start().catch((error: unknown) => error);

    expect(failure).toMatchObject({ reason: "EMBEDDED_POSTGRES_FAILED" });
    expect(String(failure)).toContain('invalid value for parameter "work_mem"');
  });

  it("explains a home that it cannot use", async () => {
    const file = join(home, "file");
    await writeFile(file, "");

    const failure = await start(join(file, "below")).catch((error: unknown) => error);

    expect(failure).toMatchObject({ reason: "EMBEDDED_POSTGRES_FAILED" });
  });

  it("starts a server that died again, on the same port, and the pool heals", async () => {
    const server = await start();
    const pool = createPool({
      url: server.url,
      applicationName: "test",
      log,
      statementTimeoutMs: 1_000,
    });
    await pool.query("create table note as select 'kept' as text");
    process.kill(server.pid, "SIGKILL");

    const failure = await pool.query("select pg_sleep(1)").catch((error: unknown) => error);
    await expect
      .poll(() => pool.query("select text from note").then(({ rows }) => rows), { timeout: 10_000 })
      .toEqual([{ text: "kept" }]);
    await pool.end();

    expect(failure).toMatchObject({ kind: "unavailable", reason: "DATABASE_UNAVAILABLE" });
    expect(String(failure)).not.toContain(`${server.port}`);
  });
});

describe("after kill -9 of the owner", () => {
  it("has every acknowledged row", async () => {
    const owner = await own(home, { mode: "insert" });
    let acknowledged = 0;
    while (acknowledged < 200) {
      acknowledged = Number(await owner.nextLine());
    }
    acknowledged = Number((await owner.kill()).at(-1) ?? acknowledged);

    const server = await start();

    const [counts] = await select(server.url, "select count(*)::int, max(id) from entry");
    // The last insert may be committed without us having read its acknowledgement.
    expect(counts).toEqual({ count: expect.any(Number), max: expect.any(Number) });
    const { count, max } = counts as { count: number; max: number };
    expect(count).toBe(max);
    expect(count).toBeGreaterThanOrEqual(acknowledged);
  });

  it.runIf(process.platform === "linux")("leaves no server behind", async () => {
    const owner = await own(home);

    await owner.kill();

    await expect
      .poll(async () => (await readProcessState(owner.serverPid)).kind, { timeout: 5_000 })
      .toBe("gone");
  });

  it("takes over a server that survived", async () => {
    // Without setpriv on the path nothing ends the server with its owner.
    const owner = await own(home, { path: "/nonexistent" });
    await owner.kill();

    const server = await start();

    expect(server.pid).toBe(owner.serverPid);
    expect(server.phases.at(-1)?.name).toBe("adopt");
    await server.stop();
    expect(await readProcessState(owner.serverPid)).toEqual({ kind: "gone" });
  });

  it.runIf(process.platform === "linux")("is not fooled by a reused process id", async () => {
    const first = await start();
    const running = await readFile(dataFile("postmaster.pid"), "utf8");
    await first.stop();
    const { uid, gid } = await stat(dataFile("PG_VERSION"));
    const stranger = spawn("sleep", ["60"], { uid, gid });
    cleanups.push(async () => stranger.kill());
    await once(stranger, "spawn");
    await writeDataFile("postmaster.pid", running.replace(/^\d+/, `${stranger.pid}`));

    const second = await start();

    expect(second.phases.at(-1)?.name).toBe("start");
    expect(stranger.exitCode).toBeNull();
  });

  it.runIf(process.platform === "linux")("is not held up by an unreaped process", async () => {
    const first = await start();
    const running = await readFile(dataFile("postmaster.pid"), "utf8");
    await first.stop();
    const { uid, gid } = await stat(dataFile("PG_VERSION"));
    // The shell is replaced by a program that never reaps its child.
    const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 60"], { uid, gid });
    cleanups.push(async () => parent.kill());
    const [output] = (await once(parent.stdout, "data")) as [Buffer];
    await writeDataFile("postmaster.pid", running.replace(/^\d+/, output.toString().trim()));

    const second = await start();

    expect(second.phases.at(-1)?.name).toBe("start");
  });
});

describe.runIf(IS_ROOT)("as root", () => {
  it("runs the server under another account", async () => {
    const server = await start();

    expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0);
  });

  it("places the data outside a private home, and finds them again", async () => {
    await chmod(home, 0o700);
    const systemDirectory = await mkdtemp(join(tmpdir(), "embedded-postgres-system-"));
    await chmod(systemDirectory, 0o755);
    cleanups.push(() => rm(systemDirectory, { recursive: true, force: true }));
    const options = { homeDirectory: home, log, systemDirectory };
    const first = await startEmbeddedPostgres(options);
    cleanups.push(() => first.stop());
    await select(first.url, "create table note as select 'kept' as text");
    await first.stop();

    const second = await start();

    expect(await select(second.url, "select text from note")).toEqual([{ text: "kept" }]);
    await second.stop();
    await rm(join(home, "postgres"), { recursive: true });

    const afresh = await startEmbeddedPostgres(options);
    cleanups.push(() => afresh.stop());
    await expect(select(afresh.url, "select text from note")).rejects.toMatchObject({
      code: "42P01",
    });
  });

  it("starts what a normal user made, and keeps it that user's", async ({ skip }) => {
    const checkout = fileURLToPath(new URL("../..", import.meta.url));
    skip(!(await canTraverse(checkout, NOBODY)), "the checkout is closed to other users");
    const userHome = join(home, "nobody");
    await chmod(home, 0o777);
    const owner = await own(userHome, { user: NOBODY });
    await select(owner.url, "create table note as select 'kept' as text");
    expect((await stat(`/proc/${owner.serverPid}`)).uid).toBe(NOBODY.uid);
    await owner.kill();

    const server = await start(userHome);

    expect(await select(server.url, "select text from note")).toEqual([{ text: "kept" }]);
    expect((await stat(`/proc/${server.pid}`)).uid).toBe(NOBODY.uid);
  });
});
