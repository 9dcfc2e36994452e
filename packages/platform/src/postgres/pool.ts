import pg, { type PoolClient, type QueryResult, type QueryResultRow } from "pg";
import type { Logger } from "../logger.ts";
import { COLUMN_TYPES } from "./column-types.ts";
import { translateDatabaseError } from "./database-error.ts";

/** A statement that is prepared once per connection when it has a name. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** What repositories need: a pool or, within a transaction, its client. */
export interface Queryable {
  query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | Statement,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
}

export interface PoolOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`, such as `data`. */
  readonly applicationName: string;
  readonly log: Logger;
  /** Longest that the server works on one statement. The client gives up 2 s later. */
  readonly statementTimeoutMs: number;
  /** Schema of unqualified names. (Default: the server's search path.) */
  readonly schema?: string;
  /** Most connections at a time. (Default: 10) */
  readonly connectionsMax?: number;
}

export interface LendOptions {
  readonly signal?: AbortSignal | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const CLIENT_GRACE_MS = 2_000;
const ROLLBACK_TIMEOUT_MS = 5_000;

/**
 * Connections to one database. Opens them on demand; heals by itself after an outage.
 *
 * Every method throws `AppError` where the database fails rather than the statement:
 * `DATABASE_UNAVAILABLE`, `DATABASE_TIMEOUT`, `DATABASE_CONFLICT`, `DATABASE_FULL`.
 * Values arrive as `COLUMN_TYPES` says.
 */
export class Pool implements Queryable {
  readonly #pool: pg.Pool;
  readonly #clientTimeoutMs: number;
  #ended: Promise<void> | undefined;

  constructor(pool: pg.Pool, clientTimeoutMs: number) {
    this.#pool = pool;
    this.#clientTimeoutMs = clientTimeoutMs;
  }

  /** Runs one statement on any free connection. */
  async query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | Statement,
    values?: unknown[],
  ): Promise<QueryResult<Row>> {
    const config = typeof statement === "string" ? { text: statement } : statement;
    const withTimeout = { ...config, query_timeout: this.#clientTimeoutMs };
    try {
      return await this.#pool.query<Row>(withTimeout, values);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * Lends one connection for the duration of `use`, for work that needs the same session or `pg`
   * itself, such as COPY. The connection is closed if `use` throws, and reused otherwise.
   *
   * @param options.signal - Cuts the connection when it aborts; this then rejects with its reason.
   */
  async withClient<Result>(
    use: (client: PoolClient) => Promise<Result>,
    { signal }: LendOptions = {},
  ): Promise<Result> {
    signal?.throwIfAborted();
    const client = await this.#connect();
    // A connection that breaks while lent fails the statement in progress; `pg` also emits it here.
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    const onAbort = () => client.connection.stream.destroy();
    client.on("error", onError);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const result = await use(client);
      client.release(broken);
      return result;
    } catch (error) {
      client.release(true);
      signal?.throwIfAborted();
      throw translateDatabaseError(error);
    } finally {
      client.off("error", onError);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Waits for lent connections and closes all. Further calls wait for the same end. */
  end(): Promise<void> {
    this.#ended ??= this.#pool.end();
    return this.#ended;
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}

/** Makes a pool. Connects to nothing yet. */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    allowExitOnIdle: true,
    types: COLUMN_TYPES,
    options: sessionSettings(options.schema),
  });
  pool.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    // The error itself holds the client, and with it the whole connection.
    options.log.warn({ code, message }, "an idle database connection was lost");
  });
  return new Pool(pool, options.statementTimeoutMs + CLIENT_GRACE_MS);
}

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it throws.
 *
 * If the connection breaks during the commit, this rejects although the work may be committed:
 * make work that matters idempotent.
 *
 * @param work - Must send every statement through the client it is given.
 * @param options.signal - As for `Pool.withClient`.
 */
export async function transaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  options: LendOptions = {},
): Promise<Result> {
  const outcome = await pool.withClient(async (client): Promise<Outcome<Result>> => {
    await client.query("begin");
    try {
      const result = await work(client);
      await client.query("commit");
      return { kind: "committed", result };
    } catch (error) {
      if (await rollBack(client)) {
        return { kind: "rolled-back", error };
      }
      throw error;
    }
  }, options);
  if (outcome.kind === "rolled-back") {
    throw translateDatabaseError(outcome.error);
  }
  return outcome.result;
}

type Outcome<Result> =
  | { readonly kind: "committed"; readonly result: Result }
  | { readonly kind: "rolled-back"; readonly error: unknown };

/** @returns False when the connection is of no more use, and the server has rolled back itself. */
async function rollBack(client: PoolClient): Promise<boolean> {
  const statement = { text: "rollback", query_timeout: ROLLBACK_TIMEOUT_MS };
  return client.query(statement).then(
    () => true,
    () => false,
  );
}

function sessionSettings(schema: string | undefined): string {
  const searchPath = schema === undefined ? "" : ` -c search_path=${schema}`;
  return `-c TimeZone=UTC -c DateStyle=ISO${searchPath}`;
}
