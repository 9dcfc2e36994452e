import type { Pool } from "@portfolio/platform/postgres/pool";
import { PostgresDashboardStore } from "./adapters/postgres-dashboard-store.ts";
import { PostgresDefaultRuns } from "./adapters/postgres-default-runs.ts";
import { PostgresMonitoringStore } from "./adapters/postgres-monitoring-store.ts";
import { PostgresScheduleStore } from "./adapters/postgres-schedule-store.ts";
import { PostgresStudies } from "./adapters/postgres-studies.ts";

/** What is kept beside models and forecasts. */
export function openStores(pool: Pool) {
  return {
    runs: new PostgresDefaultRuns(pool),
    dashboards: new PostgresDashboardStore(pool),
    schedules: new PostgresScheduleStore(pool),
    monitoring: new PostgresMonitoringStore(pool),
    studies: new PostgresStudies(pool),
  };
}
