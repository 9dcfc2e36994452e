import type { TrainingDeps } from "../app/start-training.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends TrainingDeps {}
