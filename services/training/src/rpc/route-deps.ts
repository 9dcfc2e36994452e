import type { DefaultTrainingDeps } from "../app/start-default-trainings.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends DefaultTrainingDeps {}
