import type { ExperimentDeps } from "../app/experiments.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends ExperimentDeps {}
