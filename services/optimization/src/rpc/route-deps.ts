import type { ListDeps } from "../app/list-portfolios.ts";
import type { SolveDeps } from "../app/optimize-portfolio.ts";
import type { RebalanceDeps } from "../app/rebalance-portfolio.ts";
import type { SaveDeps } from "../app/save-portfolio.ts";
import type { BacktestDeps } from "../app/start-backtest.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends SolveDeps, SaveDeps, ListDeps, RebalanceDeps, BacktestDeps {}
