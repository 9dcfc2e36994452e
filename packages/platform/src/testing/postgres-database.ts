import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A database of one test suite. */
export interface TestDatabase {
  /** Connection URL of a role that owns the database. */
  readonly url: string;
  /** Removes the database, cutting connections that are still open. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database on the server that `DATABASE_URL` names, else on an embedded one that
 * all suites of the run share.
 *
 * @example
 * let database: TestDatabase;
 * beforeAll(async () => {
 *   database = await createTestDatabase();
 * });
 * afterAll(() => database.drop());
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { DATABASE_URL } = process.env;
  const serverUrl = DATABASE_URL || (await sharedServerUrl());
  const name = `test_${randomBytes(8).toString("hex")}`;
  await runOnServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => runOnServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function sharedServerUrl(): Promise<string> {
  const response = await fetch(inject("postgresBrokerUrl"));
  const body = await response.text();
  if (!response.ok) {
    throw new Error(`the test server did not start: ${body}`);
  }
  return body;
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
