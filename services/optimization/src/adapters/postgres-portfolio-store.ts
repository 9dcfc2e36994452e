import { AppError } from "@portfolio/platform/app-error";
import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { PortfolioStore, SavedPortfolio, SaveKey } from "../ports.ts";

const COLUMNS = `id, name, symbol, weight, optimization_request, provenance, cash_amount,
  create_time, request_digest`;

const INSERT = `
  insert into optimization.portfolio (tenant_id, id, name, symbol, weight, optimization_request,
    provenance, cash_amount, create_time, request_id, request_digest)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (tenant_id, request_id) where request_id is not null do nothing
  returning ${COLUMNS}`;

const SELECT_BY_REQUEST = `
  select ${COLUMNS} from optimization.portfolio where tenant_id = $1 and request_id = $2`;

const SELECT_BY_ID = `
  select ${COLUMNS} from optimization.portfolio where tenant_id = $1 and id = $2`;

const SELECT_PAGE = `
  select ${COLUMNS} from optimization.portfolio
  where tenant_id = $1 and ($2::uuid is null or id < $2)
  order by id desc
  limit $3`;

const DELETE = "delete from optimization.portfolio where tenant_id = $1 and id = $2";

/** Everybody is one tenant until callers are told apart. */
const TENANT_ID = "default";

interface PortfolioRow {
  readonly id: string;
  readonly name: string;
  readonly symbol: readonly string[];
  readonly weight: readonly number[];
  readonly optimization_request: Uint8Array | null;
  readonly provenance: Uint8Array | null;
  readonly cash_amount: number;
  readonly create_time: string;
  readonly request_digest: Uint8Array | null;
}

/** Keeps portfolios in the table `optimization.portfolio`. */
export class PostgresPortfolioStore implements PortfolioStore {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async save(portfolio: SavedPortfolio, key: SaveKey | undefined): Promise<SavedPortfolio> {
    const inserted = await this.#pool.query<PortfolioRow>(INSERT, insertValues(portfolio, key));
    const [row] = inserted.rows;
    if (row !== undefined) {
      return fromRow(row);
    }
    const requestId = key?.requestId ?? "";
    const earlier = await this.#pool.query<PortfolioRow>(SELECT_BY_REQUEST, [TENANT_ID, requestId]);
    const [saved] = earlier.rows;
    if (saved === undefined) {
      throw new AppError(
        "unavailable",
        "DATABASE_CONFLICT",
        "The portfolio of this request identifier was deleted just now. Try again.",
      );
    }
    assertSame(saved, key);
    return fromRow(saved);
  }

  async find(id: string): Promise<SavedPortfolio | undefined> {
    const { rows } = await this.#pool.query<PortfolioRow>(SELECT_BY_ID, [TENANT_ID, id]);
    return rows[0] && fromRow(rows[0]);
  }

  async list(limit: number, beforeId: string | undefined): Promise<readonly SavedPortfolio[]> {
    const values = [TENANT_ID, beforeId ?? null, limit];
    const { rows } = await this.#pool.query<PortfolioRow>(SELECT_PAGE, values);
    return rows.map(fromRow);
  }

  async delete(id: string): Promise<void> {
    await this.#pool.query(DELETE, [TENANT_ID, id]);
  }
}

function insertValues(portfolio: SavedPortfolio, key: SaveKey | undefined): unknown[] {
  const { optimization, provenance } = portfolio;
  return [
    TENANT_ID,
    portfolio.id,
    portfolio.name,
    portfolio.positions.map(({ symbol }) => symbol),
    portfolio.positions.map(({ weight }) => weight),
    optimization ? Buffer.from(optimization) : null,
    provenance ? Buffer.from(provenance) : null,
    portfolio.cashAmount,
    portfolio.createTime,
    key?.requestId ?? null,
    key ? Buffer.from(key.digest) : null,
  ];
}

function assertSame({ request_digest }: PortfolioRow, key: SaveKey | undefined): void {
  if (key && request_digest && Buffer.compare(request_digest, key.digest) === 0) {
    return;
  }
  throw new AppError(
    "already-exists",
    "REQUEST_ID_REUSED",
    "A different portfolio was saved with this request_id. Use a new one for each portfolio.",
    { violations: [{ field: "request_id", description: "stands for another portfolio" }] },
  );
}

function fromRow(row: PortfolioRow): SavedPortfolio {
  return {
    id: row.id,
    name: row.name,
    positions: row.symbol.map((symbol, k) => ({ symbol, weight: row.weight[k] ?? 0 })),
    optimization: row.optimization_request ?? undefined,
    provenance: row.provenance ?? undefined,
    cashAmount: row.cash_amount,
    createTime: row.create_time,
  };
}
