import type { DefaultTrainingDeps } from "../app/start-default-trainings.ts";
import type { VerifyDeps } from "../app/verify-version.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps extends VerifyDeps, DefaultTrainingDeps {
  readonly jobs: DefaultTrainingDeps["jobs"];
}
