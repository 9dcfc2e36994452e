import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { allocateSharesHandler } from "./allocate-shares.ts";
import { analyzePortfolioHandler } from "./analyze-portfolio.ts";
import { checkConstraintsHandler } from "./check-constraints.ts";
import { createPortfolioHandler } from "./create-portfolio.ts";
import { deleteBacktestHandler } from "./delete-backtest.ts";
import { deletePortfolioHandler } from "./delete-portfolio.ts";
import { estimateMomentsHandler } from "./estimate-moments.ts";
import { getBacktestHandler } from "./get-backtest.ts";
import { getPortfolioHandler } from "./get-portfolio.ts";
import { listBacktestsHandler } from "./list-backtests.ts";
import { listPortfoliosHandler } from "./list-portfolios.ts";
import { listRebalancesHandler } from "./list-rebalances.ts";
import { optimizePortfolioHandler } from "./optimize-portfolio.ts";
import { rebalancePortfolioHandler } from "./rebalance-portfolio.ts";
import { rebalanceSharesHandler } from "./rebalance-shares.ts";
import type { RouteDeps } from "./route-deps.ts";
import { runStressHandler } from "./run-stress.ts";
import { simulateGrowthHandler } from "./simulate-growth.ts";
import { startBacktestHandler } from "./start-backtest.ts";
import { traceFrontierHandler } from "./trace-frontier.ts";

/** Lists every RPC of this service. */
export function routes(deps: RouteDeps): Registration[] {
  return [
    register(OptimizationService, {
      optimizePortfolio: optimizePortfolioHandler(deps),
      traceFrontier: traceFrontierHandler(deps),
      estimateMoments: estimateMomentsHandler(deps),
      checkConstraints: checkConstraintsHandler(deps),
      analyzePortfolio: analyzePortfolioHandler(deps),
      allocateShares: allocateSharesHandler(deps),
      rebalanceShares: rebalanceSharesHandler(deps),
    }),
    register(PortfolioService, {
      createPortfolio: createPortfolioHandler(deps),
      getPortfolio: getPortfolioHandler(deps),
      listPortfolios: listPortfoliosHandler(deps),
      rebalancePortfolio: rebalancePortfolioHandler(deps),
      listRebalances: listRebalancesHandler(deps),
      deletePortfolio: deletePortfolioHandler(deps),
    }),
    register(BacktestService, {
      startBacktest: startBacktestHandler(deps),
      getBacktest: getBacktestHandler(deps),
      listBacktests: listBacktestsHandler(deps),
      deleteBacktest: deleteBacktestHandler(deps),
    }),
    register(StressService, {
      runStress: runStressHandler(deps),
      simulateGrowth: simulateGrowthHandler(deps),
    }),
  ];
}
