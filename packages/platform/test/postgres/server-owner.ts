/**
 * Program for tests: owns an embedded server until it is killed.
 *
 * Usage: `server-owner.ts <home directory> [insert]`. Prints one JSON line with the server's `url`
 * and `pid`; with `insert`, then a line with each number once its insert into `entry` is committed.
 */
import pg from "pg";
import { createLogger } from "../../src/logger.ts";
import { startEmbeddedPostgres } from "../../src/postgres/embedded-postgres.ts";

const [homeDirectory = "", mode] = process.argv.slice(2);
const server = await startEmbeddedPostgres({
  homeDirectory,
  log: createLogger({ name: "owner", level: "silent" }),
});
const client = new pg.Client({ connectionString: server.url });
await client.connect();
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);

if (mode === "insert") {
  await client.query("create table if not exists entry (id int primary key)");
  for (let id = 1; ; id++) {
    await client.query("insert into entry values ($1)", [id]);
    process.stdout.write(`${id}\n`);
  }
}
