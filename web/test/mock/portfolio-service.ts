import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type PortfolioService,
  type SavedPortfolio,
  SavedPortfolioSchema,
} from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";

/** Keeps portfolios in memory. */
export function mockPortfolioService(): Partial<ServiceImpl<typeof PortfolioService>> {
  let saved: SavedPortfolio[] = [];
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
    deletePortfolio({ id }) {
      saved = saved.filter((portfolio) => portfolio.id !== id);
      return {};
    },
  };
}
