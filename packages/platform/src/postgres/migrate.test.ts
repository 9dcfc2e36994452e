import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../logger.ts";
import { createTestDatabase, type TestDatabase } from "../testing/postgres-database.ts";
import { migrate } from "./migrate.ts";
import { createPool, type Pool } from "./pool.ts";

const log = createLogger({ name: "test", level: "silent" });

let database: TestDatabase;
let pool: Pool;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({
    url: database.url,
    applicationName: "test",
    log,
    statementTimeoutMs: 5_000,
    schema: "market",
  });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "migrate-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
  await pool.query("drop schema if exists market cascade");
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(files)) {
    await writeFile(join(directory, name), sql);
  }
}

function migrateMarket(): Promise<readonly string[]> {
  return migrate({ url: database.url, schema: "market", directory, log });
}

const CREATE = { "0001-create-price.sql": "create table price (id int);\n" };
const FILL = { "0002-fill-price.sql": "insert into price values (1);\n" };

describe("migrate", () => {
  it("applies what is new, in order, in the service's schema", async () => {
    await write(CREATE);
    expect(await migrateMarket()).toEqual(["0001-create-price.sql"]);

    await write(FILL);
    expect(await migrateMarket()).toEqual(["0002-fill-price.sql"]);
    expect(await migrateMarket()).toEqual([]);

    expect((await pool.query("select id from market.price")).rows).toEqual([{ id: 1 }]);
    const { rows } = await pool.query("select number, name from schema_migration order by number");
    expect(rows).toEqual([
      { number: 1, name: "0001-create-price.sql" },
      { number: 2, name: "0002-fill-price.sql" },
    ]);
  });

  it("applies each migration once, whoever else migrates at the same time", async () => {
    await write({ ...CREATE, ...FILL });

    const applied = await Promise.all(Array.from({ length: 8 }, migrateMarket));

    expect(applied.flat().sort()).toEqual(["0001-create-price.sql", "0002-fill-price.sql"]);
    expect((await pool.query("select id from price")).rows).toEqual([{ id: 1 }]);
  });

  it("refuses a file that changed after it was applied", async () => {
    await write(CREATE);
    await migrateMarket();
    await write({ "0001-create-price.sql": "create table price (id bigint);\n" });

    await expect(migrateMarket()).rejects.toThrow(
      "0001-create-price.sql differs from 0001-create-price.sql, which was applied",
    );
  });

  it("takes other line ends for the same file", async () => {
    await write({ "0001-create-price.sql": "create table price (\n  id int\n);\n" });
    await migrateMarket();
    await write({ "0001-create-price.sql": "create table price (\r\n  id int\r\n);\r\n" });

    expect(await migrateMarket()).toEqual([]);
  });

  it("leaves a schema alone that a newer release has migrated", async () => {
    await write({ ...CREATE, ...FILL });
    await migrateMarket();
    await rm(join(directory, "0002-fill-price.sql"));

    expect(await migrateMarket()).toEqual([]);
  });

  it("fills a gap later", async () => {
    await write({ ...CREATE, "0009-x.sql": "create table later (id int)" });
    await migrateMarket();
    await write({ "0004-y.sql": "create table gap (id int)" });

    expect(await migrateMarket()).toEqual(["0004-y.sql"]);
    expect(await migrateMarket()).toEqual([]);
  });

  it("keeps nothing of a migration that fails, and continues there", async () => {
    await write({ ...CREATE, "0002-fill-price.sql": "insert into price values (1); no sql;" });

    await expect(migrateMarket()).rejects.toThrow("0002-fill-price.sql failed: syntax error");
    expect((await pool.query("select id from price")).rows).toEqual([]);

    await write(FILL);
    expect(await migrateMarket()).toEqual(["0002-fill-price.sql"]);
  });

  it.each([
    ["a repeated number", { ...CREATE, "0001-x.sql": "" }, "have the same number"],
    [
      "another naming",
      { "1_init.sql": "" },
      "expected migration 0001-<name>.sql, found 1_init.sql",
    ],
  ])("refuses %s among the files", async (_, files, message) => {
    await write(files);

    await expect(migrateMarket()).rejects.toThrow(message);
  });

  it("says so when the database cannot be reached", async () => {
    const url = "postgresql://postgres@127.0.0.1:1/postgres";
    await write(CREATE);

    await expect(migrate({ url, schema: "market", directory, log })).rejects.toMatchObject({
      reason: "DATABASE_UNAVAILABLE",
    });
  });
});
