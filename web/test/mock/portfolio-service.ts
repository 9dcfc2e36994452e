import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type PortfolioRebalance,
  PortfolioRebalanceSchema,
  type PortfolioService,
  type SavedPortfolio,
  SavedPortfolioSchema,
} from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";

/** Keeps portfolios in memory. */
export function mockPortfolioService(): Partial<ServiceImpl<typeof PortfolioService>> {
  let saved: SavedPortfolio[] = [];
  let rebalances: PortfolioRebalance[] = [];
  let lastId = 0;
  return {
    createPortfolio(request) {
      lastId += 1;
      const { name, positions, optimization, provenance, cashAmount } = request;
      const portfolio = create(SavedPortfolioSchema, {
        id: `portfolio-${lastId}`,
        name,
        positions,
        cashAmount,
        createTime: "2026-01-05T10:00:00Z",
        ...(optimization ? { optimization } : {}),
        ...(provenance ? { provenance } : {}),
      });
      saved = [portfolio, ...saved];
      return { portfolio };
    },
    getPortfolio({ id }) {
      const portfolio = saved.find((candidate) => candidate.id === id);
      return portfolio ? { portfolio } : {};
    },
    listPortfolios: () => ({ portfolios: saved }),
    rebalancePortfolio({ portfolioId, positions, reason }) {
      lastId += 1;
      const before = saved.find(({ id }) => id === portfolioId);
      const rebalance = create(PortfolioRebalanceSchema, {
        id: `rebalance-${lastId}`,
        portfolioId,
        positionsBefore: before?.positions ?? [],
        positionsAfter: positions,
        turnover: 1,
        orderCount: positions.length,
        reason,
        createTime: "2026-01-06T10:00:00Z",
      });
      rebalances = [rebalance, ...rebalances];
      saved = saved.map((each) => (each.id === portfolioId ? { ...each, positions } : each));
      const portfolio = saved.find(({ id }) => id === portfolioId);
      return { rebalance, ...(portfolio && { portfolio }) };
    },
    listRebalances: ({ portfolioId }) => ({
      rebalances: rebalances.filter((each) => each.portfolioId === portfolioId),
    }),
    deletePortfolio({ id }) {
      saved = saved.filter((portfolio) => portfolio.id !== id);
      return {};
    },
  };
}
