import { AppError } from "@portfolio/platform/app-error";
import { recordEvent } from "@portfolio/platform/events/record-event";
import { type Pool, type Queryable, transaction } from "@portfolio/platform/postgres/pool";
import { comparePositions } from "../domain/compare-positions.ts";
import type { Position } from "../domain/portfolio-problem.ts";
import { portfolioUnknown } from "../domain/portfolio-unknown.ts";
import type { Rebalance, RebalanceOrder, RebalanceStore, SaveKey } from "../ports.ts";

const COLUMNS = `id, portfolio_id, symbol_before, weight_before, symbol_after, weight_after,
  turnover, order_count, reason, create_time, request_digest`;

const LOCK_PORTFOLIO = `
  select symbol, weight from optimization.portfolio where tenant_id = $1 and id = $2 for update`;

const SELECT_BY_REQUEST = `
  select ${COLUMNS} from optimization.rebalance where tenant_id = $1 and request_id = $2`;

const INSERT = `
  insert into optimization.rebalance (tenant_id, id, portfolio_id, symbol_before, weight_before,
    symbol_after, weight_after, turnover, order_count, reason, create_time, request_id, request_digest)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (tenant_id, request_id) where request_id is not null do nothing
  returning ${COLUMNS}`;

const UPDATE_PORTFOLIO = `
  update optimization.portfolio
  set symbol = $3, weight = $4, optimization_request = $5, provenance = $6
  where tenant_id = $1 and id = $2`;

const SELECT_PAGE = `
  select ${COLUMNS} from optimization.rebalance
  where tenant_id = $1 and portfolio_id = $2 and ($3::uuid is null or id < $3)
  order by id desc
  limit $4`;

/** Everybody is one tenant until callers are told apart. */
const TENANT_ID = "default";

interface RebalanceRow {
  readonly id: string;
  readonly portfolio_id: string;
  readonly symbol_before: readonly string[];
  readonly weight_before: readonly number[];
  readonly symbol_after: readonly string[];
  readonly weight_after: readonly number[];
  readonly turnover: number;
  readonly order_count: number;
  readonly reason: string;
  readonly create_time: string;
  readonly request_digest: Uint8Array | null;
}

/** Keeps rebalances in the table `optimization.rebalance`. */
export class PostgresRebalanceStore implements RebalanceStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  rebalance(order: RebalanceOrder, key: SaveKey | undefined): Promise<Rebalance> {
    return transaction(this.#pool, async (client) => {
      const before = await lockPortfolio(client, order.portfolioId);
      const earlier = key && (await findEarlier(client, key));
      if (earlier !== undefined) return earlier;
      const changes = comparePositions(before, order.after);
      if (changes.orderCount === 0) {
        throw new AppError(
          "failed-precondition",
          "NOTHING_TO_REBALANCE",
          "The portfolio holds these positions already.",
        );
      }
      const { optimization, provenance, ...rest } = order;
      const rebalance = await insert(client, { ...rest, before, ...changes }, key);
      await client.query(UPDATE_PORTFOLIO, [
        ...[TENANT_ID, order.portfolioId, symbolsOf(order.after), weightsOf(order.after)],
        optimization ? Buffer.from(optimization) : null,
        provenance ? Buffer.from(provenance) : null,
      ]);
      const value = { portfolioId: order.portfolioId, ...changes };
      await recordEvent(client, { case: "portfolioRebalanced", value });
      return rebalance;
    });
  }

  async listRebalances(
    portfolioId: string,
    limit: number,
    beforeId: string | undefined,
  ): Promise<readonly Rebalance[]> {
    const values = [TENANT_ID, portfolioId, beforeId ?? null, limit];
    const { rows } = await this.#pool.query<RebalanceRow>(SELECT_PAGE, values);
    return rows.map(fromRow);
  }
}

/** Positions of a portfolio that nobody else changes until the transaction ends. */
async function lockPortfolio(client: Queryable, id: string): Promise<readonly Position[]> {
  const { rows } = await client.query<{ readonly symbol: string[]; readonly weight: number[] }>(
    LOCK_PORTFOLIO,
    [TENANT_ID, id],
  );
  const [row] = rows;
  if (row === undefined) throw portfolioUnknown(id);
  return positionsOf(row.symbol, row.weight);
}

async function findEarlier(client: Queryable, key: SaveKey): Promise<Rebalance | undefined> {
  const values = [TENANT_ID, key.requestId];
  const { rows } = await client.query<RebalanceRow>(SELECT_BY_REQUEST, values);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (!(row.request_digest && Buffer.compare(row.request_digest, key.digest) === 0)) {
    throw requestIdReused();
  }
  return fromRow(row);
}

async function insert(
  client: Queryable,
  rebalance: Rebalance,
  key: SaveKey | undefined,
): Promise<Rebalance> {
  const { before, after } = rebalance;
  const { rows } = await client.query<RebalanceRow>(INSERT, [
    ...[TENANT_ID, rebalance.id, rebalance.portfolioId],
    ...[symbolsOf(before), weightsOf(before), symbolsOf(after), weightsOf(after)],
    ...[rebalance.turnover, rebalance.orderCount, rebalance.reason, rebalance.createTime],
    ...[key?.requestId ?? null, key ? Buffer.from(key.digest) : null],
  ]);
  const [row] = rows;
  // Another portfolio's rebalance took the identifier just now.
  if (row === undefined) throw requestIdReused();
  return fromRow(row);
}

function requestIdReused(): AppError {
  return new AppError(
    "already-exists",
    "REQUEST_ID_REUSED",
    "Another rebalance was made with this request_id. Use a new one for each rebalance.",
    { violations: [{ field: "request_id", description: "stands for another rebalance" }] },
  );
}

function fromRow(row: RebalanceRow): Rebalance {
  return {
    id: row.id,
    portfolioId: row.portfolio_id,
    before: positionsOf(row.symbol_before, row.weight_before),
    after: positionsOf(row.symbol_after, row.weight_after),
    turnover: row.turnover,
    orderCount: row.order_count,
    reason: row.reason,
    createTime: row.create_time,
  };
}

function positionsOf(symbols: readonly string[], weights: readonly number[]): readonly Position[] {
  return symbols.map((symbol, k) => ({ symbol, weight: weights[k] ?? 0 }));
}

function symbolsOf(positions: readonly Position[]): readonly string[] {
  return positions.map(({ symbol }) => symbol);
}

function weightsOf(positions: readonly Position[]): readonly number[] {
  return positions.map(({ weight }) => weight);
}
