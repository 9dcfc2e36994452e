import type { OpenJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Pool } from "@portfolio/platform/postgres/pool";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { PostgresDashboardStore } from "../src/adapters/postgres-dashboard-store.ts";
import { PostgresDefaultRuns } from "../src/adapters/postgres-default-runs.ts";
import { PostgresExperimentStore } from "../src/adapters/postgres-experiment-store.ts";
import { PostgresMonitoringStore } from "../src/adapters/postgres-monitoring-store.ts";

/** All that handlers keep things in, but for versions and forecasts. */
export function routeStores(pool: Pool, { jobs }: Pick<OpenJobs, "jobs">) {
  return {
    jobs,
    experiments: new PostgresExperimentStore(pool),
    runs: new PostgresDefaultRuns(pool),
    monitoring: new PostgresMonitoringStore(pool),
    dashboards: new PostgresDashboardStore(pool),
    newId: newRequestId,
  };
}
