import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { EventSchema } from "@portfolio/gen/portfolio/events/v1/event_pb.js";
import type { OptimizePortfolioRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  type CreatePortfolioRequestSchema,
  PortfolioService,
} from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { createPool } from "@portfolio/platform/postgres/pool";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import { closesOf, dataRegistrations } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOptimizationService, type OptimizationService } from "../src/index.ts";
import { failureOf, TEST_INTERCEPTORS, TEST_LOG } from "./test-service.ts";

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const OPTIMIZATION: MessageInitShape<typeof OptimizePortfolioRequestSchema> = {
  symbols: ["AAPL", "KO"],
  objective: { goal: { case: "targetReturn", value: { returnPerYear: 0.1 } } },
  constraints: { bounds: { AAPL: { max: 0.7 } } },
};

const PROVENANCE = {
  dataset: { id: "sample", revision: 3 },
  methodVersions: { covariance: "sample/1" },
  contentHash: "0".repeat(64),
};

const GROWTH: MessageInitShape<typeof CreatePortfolioRequestSchema> = {
  name: "Growth",
  positions: [
    { symbol: "aapl", weight: 0.7 },
    { symbol: "KO", weight: 0.1 + 0.2 },
  ],
  cashAmount: 1234.56,
  optimization: OPTIMIZATION,
  provenance: PROVENANCE,
};

describe("PortfolioService on PostgreSQL", () => {
  let database: TestDatabase;
  let service: OptimizationService;
  let client: Client<typeof PortfolioService>;
  let nowMs = Date.UTC(2024, 0, 2, 3, 4, 5, 678);

  const open = async () => {
    service = await createOptimizationService({
      databaseUrl: database.url,
      dataTransport: createLocalTransport(dataRegistrations(closesOf({})), []),
      log: TEST_LOG,
      solverThreads: 1,
      clock: { now: () => new Date(nowMs++) },
    });
    const transport = createLocalTransport(service.registrations, TEST_INTERCEPTORS);
    client = createClient(PortfolioService, transport);
  };
  const save = async (portfolio: Parameters<typeof client.createPortfolio>[0]) => {
    const { portfolio: saved } = await client.createPortfolio(portfolio);
    if (saved === undefined) {
      throw new Error("no portfolio was returned");
    }
    return saved;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await open();
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  /** What was recorded to be published about rebalances. */
  const publishedEvents = async () => {
    const pool = createPool({
      ...{ url: database.url, applicationName: "test", log: TEST_LOG, statementTimeoutMs: 10_000 },
    });
    const { rows } = await pool.query<{ readonly payload: Uint8Array }>(
      "select payload from jobs.outbox where type = 'portfolio.rebalanced'",
    );
    await pool.end();
    return rows.map(({ payload }) => fromBinary(EventSchema, payload).kind.value);
  };

  it("gives back what was saved, also after a restart", async () => {
    const saved = await save(GROWTH);
    await service.close();
    await open();
    const { portfolio } = await client.getPortfolio({ id: saved.id });

    expect(portfolio).toEqual(saved);
    expect(saved.id).toMatch(UUID_7);
    expect(saved).toMatchObject({
      name: "Growth",
      positions: [
        { symbol: "AAPL", weight: 0.7 },
        { symbol: "KO", weight: 0.30000000000000004 },
      ],
      cashAmount: 1234.56,
      createTime: "2024-01-02T03:04:05.678Z",
      provenance: PROVENANCE,
    });
    expect(saved.optimization).toMatchObject(OPTIMIZATION);
  });

  it("saves a portfolio made by hand", async () => {
    const saved = await save({ name: "By hand", positions: [{ symbol: "KO", weight: -1.5 }] });

    expect(saved.optimization).toBeUndefined();
    expect(saved.provenance).toBeUndefined();
  });

  it("saves once however often a request is repeated", async () => {
    const request = { ...GROWTH, requestId: "retry-1" };

    const saved = await Promise.all(Array.from({ length: 8 }, () => save(request)));

    expect(new Set(saved.map(({ id }) => id)).size).toBe(1);
  });

  it("refuses to reuse a request identifier for another portfolio", async () => {
    await save({ ...GROWTH, requestId: "retry-2" });

    const failure = await failureOf(save({ ...GROWTH, cashAmount: 1, requestId: "retry-2" }));

    expect(failure).toMatchObject({
      code: Code.AlreadyExists,
      reason: "REQUEST_ID_REUSED",
      fields: ["request_id"],
    });
  });

  it("forgets a deleted portfolio, however often it is deleted", async () => {
    const { id } = await save(GROWTH);

    await client.deletePortfolio({ id });
    await client.deletePortfolio({ id });
    await client.deletePortfolio({ id: "no identifier at all" });

    const failure = await failureOf(client.getPortfolio({ id }));
    expect(failure).toMatchObject({ code: Code.NotFound, reason: "PORTFOLIO_UNKNOWN" });
  });

  it("pages through all portfolios, newest first", async () => {
    const ids: string[] = [];
    for (let k = 0; k < 5; k++) {
      ids.unshift((await save({ ...GROWTH, name: `page ${k}` })).id);
    }

    const listed: string[] = [];
    let pageToken = "";
    do {
      const page = await client.listPortfolios({ pageSize: 2, pageToken });
      expect(page.portfolios.length).toBeLessThanOrEqual(2);
      listed.push(...page.portfolios.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");

    const { portfolios, nextPageToken } = await client.listPortfolios({});
    for (const [k, id] of listed.entries()) {
      expect(id > (listed[k + 1] ?? "")).toBe(true);
    }
    expect(new Set(listed.slice(0, 5))).toEqual(new Set(ids));
    expect(portfolios.map(({ id }) => id)).toEqual(listed);
    expect(nextPageToken).toBe("");
  });

  describe("rebalanced", () => {
    const positions = [
      { symbol: "AAPL", weight: 0.5 },
      { symbol: "MSFT", weight: 0.5 },
    ];

    it("holds the new positions, keeps the old ones and tells of it once per request", async () => {
      const { id } = await save(GROWTH);
      const order = { portfolioId: id, positions, reason: "drift", requestId: "rebalance 1" };

      const { portfolio, rebalance } = await client.rebalancePortfolio(order);
      const again = await client.rebalancePortfolio(order);

      expect(portfolio).toMatchObject({ id, name: "Growth", positions, cashAmount: 1234.56 });
      expect(portfolio?.optimization).toBeUndefined();
      expect(again.rebalance).toEqual(rebalance);
      expect(rebalance).toMatchObject({
        ...{ portfolioId: id, orderCount: 3, reason: "drift", positionsAfter: positions },
        positionsBefore: [
          { symbol: "AAPL", weight: 0.7 },
          { symbol: "KO", weight: 0.1 + 0.2 },
        ],
      });
      expect(rebalance?.turnover).toBeCloseTo(1, 15);
      const events = await publishedEvents();
      expect(events).toMatchObject([{ portfolioId: id, orderCount: 3 }]);
      expect((await client.getPortfolio({ id })).portfolio).toEqual(portfolio);
    });

    it("lists what was changed, newest first, until it is deleted", async () => {
      const { id } = await save(GROWTH);
      const first = await client.rebalancePortfolio({ portfolioId: id, positions });
      const second = await client.rebalancePortfolio({
        portfolioId: id,
        positions: positions.slice(1),
      });

      const page = await client.listRebalances({ portfolioId: id, pageSize: 1 });
      const rest = await client.listRebalances({ portfolioId: id, pageToken: page.nextPageToken });

      expect(page.rebalances).toEqual([second.rebalance]);
      expect(rest).toMatchObject({ rebalances: [first.rebalance], nextPageToken: "" });
      await client.deletePortfolio({ id });
      expect(await failureOf(client.listRebalances({ portfolioId: id }))).toMatchObject({
        reason: "PORTFOLIO_UNKNOWN",
      });
    });

    it("to what it holds is refused, as is a request_id that stands for another", async () => {
      const { id } = await save(GROWTH);
      await client.rebalancePortfolio({ portfolioId: id, positions, requestId: "rebalance 2" });

      const same = await failureOf(client.rebalancePortfolio({ portfolioId: id, positions }));
      const reused = await failureOf(
        client.rebalancePortfolio({
          ...{ portfolioId: id, requestId: "rebalance 2" },
          positions: positions.slice(1),
        }),
      );

      expect(same).toMatchObject({
        ...{ code: Code.FailedPrecondition, reason: "NOTHING_TO_REBALANCE" },
      });
      expect(reused).toMatchObject({ reason: "REQUEST_ID_REUSED" });
    });
  });

  it("refuses control characters that a database cannot hold", async () => {
    const failure = await failureOf(save({ ...GROWTH, name: "Gro\u0000wth" }));

    expect(failure).toMatchObject({ reason: "REQUEST_INVALID", fields: ["name"] });
  });

  it("is healthy while the database answers", async () => {
    const [database] = service.checks;

    await expect(database?.check(AbortSignal.timeout(5000))).resolves.toBeUndefined();
  });
});
