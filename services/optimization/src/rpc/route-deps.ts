import type { ListDeps } from "../app/list-portfolios.ts";
import type { SolveDeps } from "../app/optimize-portfolio.ts";
import type { SaveDeps } from "../app/save-portfolio.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends SolveDeps, SaveDeps, ListDeps {}
