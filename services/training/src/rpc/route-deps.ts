import type { ModelRegistry } from "../ports.ts";

/** What the handlers are given: adapters in the service, constants in tests. */
export interface RouteDeps {
  readonly registry: ModelRegistry;
}
