import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../logger.ts";
import { createTestDatabase, type TestDatabase } from "../testing/postgres-database.ts";
import { startProxy } from "../testing/tcp-proxy.ts";
import { createPool, type Pool, transaction } from "./pool.ts";

const log = createLogger({ name: "test", level: "silent" });

const OPTIONS = { applicationName: "pool test", log, statementTimeoutMs: 300, connectionsMax: 2 };

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, ...OPTIONS });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function selectValue(expression: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>(`select ${expression} as value`);
  return rows[0]?.value;
}

describe("column types", () => {
  it.each([
    ["'NaN'::float8", Number.NaN],
    ["'-Infinity'::float8", Number.NEGATIVE_INFINITY],
    ["array[1.5, 'NaN', null]::float8[]", [1.5, Number.NaN, null]],
    ["count(*)", 1],
    ["9007199254740991::int8", Number.MAX_SAFE_INTEGER],
    ["array[1, null, -3]::int8[]", [1, null, -3]],
    ["date '2024-02-29'", "2024-02-29"],
    ["array[date '2024-02-29', null]", ["2024-02-29", null]],
    ["timestamptz '2024-01-02 03:04:05.123456+02'", "2024-01-02T01:04:05.123456Z"],
    ["timestamp '2024-01-02 03:04:05'", "2024-01-02T03:04:05"],
    ["1.10::numeric", "1.10"],
  ])("reads %s as %j", async (expression, expected) => {
    expect(await selectValue(expression)).toEqual(expected);
  });

  it("refuses an int8 that a number would round", async () => {
    await expect(selectValue("9007199254740993::int8")).rejects.toThrow("9007199254740993");
  });

  it("writes NaN to a float8 column", async () => {
    const { rows } = await pool.query("select $1::float8 as value", [Number.NaN]);

    expect(rows).toEqual([{ value: Number.NaN }]);
  });
});

describe("transaction", () => {
  it("keeps nothing of work that throws", async () => {
    await pool.query("create table entry (id int)");

    const failed = transaction(pool, async (client) => {
      await client.query("insert into entry values (1)");
      throw new Error("changed my mind");
    });

    await expect(failed).rejects.toThrow("changed my mind");
    expect(await selectValue("(select count(*) from entry)")).toBe(0);
  });

  it("keeps the connection of work that throws", async () => {
    const backend = () => selectValue("pg_backend_pid()");
    const before = await backend();

    await transaction(pool, () => Promise.reject(new Error("no"))).catch(() => undefined);

    expect(await backend()).toBe(before);
  });

  it("stops at the caller's signal", async () => {
    const caller = new AbortController();
    const work = transaction(
      pool,
      async (client) => {
        setTimeout(() => caller.abort(new Error("the client went away")), 50);
        await client.query("set local statement_timeout = 0");
        await client.query("select pg_sleep(2)");
      },
      { signal: caller.signal },
    );

    await expect(work).rejects.toThrow("the client went away");
    expect(await selectValue("1")).toBe(1);
  });

  it("returns every connection, whether work succeeds or fails", async () => {
    for (let round = 0; round < 5; round++) {
      await transaction(pool, async (client) => client.query("select 1"));
      await transaction(pool, async (client) => client.query("no sql")).catch(() => undefined);
    }

    expect(await selectValue("1")).toBe(1);
  });
});

describe("failures", () => {
  it("gives up on a connection that went silent", async () => {
    const network = await startProxy(database.url);
    const through = createPool({ url: network.url, ...OPTIONS });
    await through.query("select 1");
    network.freeze();

    const failure = await through.query("select 1").catch((error: unknown) => error);
    await through.end();
    network.close();

    expect(failure).toMatchObject({ reason: "DATABASE_TIMEOUT" });
  });

  it("gives up on a server that never answers, and says nothing of where it is", async () => {
    const network = await startProxy(database.url);
    network.freeze();
    const through = createPool({ url: network.url, ...OPTIONS });

    const failure = await through.query("select 1").catch((error: unknown) => error);
    await through.end();
    network.close();

    expect(failure).toMatchObject({
      kind: "unavailable",
      reason: "DATABASE_UNAVAILABLE",
      message: "The database cannot be reached at the moment. Try again shortly.",
    });
  });

  it("reports a statement that takes too long", async () => {
    const failure = await pool.query("select pg_sleep(5)").catch((error: unknown) => error);

    expect(failure).toMatchObject({ kind: "deadline-exceeded", reason: "DATABASE_TIMEOUT" });
  });

  it("leaves errors of the statement as they are", async () => {
    await expect(pool.query("select 1 / 0")).rejects.toMatchObject({ code: "22012" });
  });

  it("reports a connection that the server cuts, then heals", async () => {
    const cut = transaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
      await pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
      await client.query("select 1");
    });

    await expect(cut).rejects.toMatchObject({ reason: "DATABASE_UNAVAILABLE" });
    expect(await selectValue("1")).toBe(1);
  });

  it("logs only code and message of an idle connection that is lost", async () => {
    const stream = new PassThrough();
    const listening = createPool({
      url: database.url,
      ...OPTIONS,
      log: createLogger({ name: "test", level: "warn", stream }),
    });
    const { rows } = await listening.query<{ pid: number }>("select pg_backend_pid() as pid");

    await pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    const [line] = await once(stream, "data", { signal: AbortSignal.timeout(5_000) });
    await listening.end();

    const { time: _time, pid: _pid, hostname: _hostname, ...facts } = JSON.parse(String(line));
    expect(facts).toEqual({
      level: 40,
      name: "test",
      code: "57P01",
      message: "terminating connection due to administrator command",
      msg: "an idle database connection was lost",
    });
  });
});

describe("end", () => {
  it("may be called twice, at once or later", async () => {
    const short = createPool({ url: database.url, ...OPTIONS });
    await short.query("select 1");

    await Promise.all([short.end(), short.end()]);

    await expect(short.end()).resolves.toBeUndefined();
  });
});
