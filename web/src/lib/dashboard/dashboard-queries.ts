import { call } from "../api/call.ts";
import {
  type DashboardEntry,
  dashboardEntry,
  dashboardInit,
  type PanelEntry,
  queryInit,
} from "./dashboard-entry.ts";
import { type PlotLine, plotLine } from "./plot-line.ts";

const DASHBOARDS_LISTED = 100;
// More than days of replay in most lives; the service thins what is longer.
const POINTS_MAX = 2000;

/** Lists the dashboards, newest first. */
export function dashboardsQuery() {
  return {
    queryKey: ["dashboards"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<readonly DashboardEntry[]> => {
        const request = { pageSize: DASHBOARDS_LISTED };
        const { dashboards } = await clients.dashboard.listDashboards(request, { signal });
        return dashboards.map(dashboardEntry);
      }),
    staleTime: 0,
  };
}

/** Saves a dashboard: a new one where it has no identifier. @returns It as it is kept. */
export function saveDashboard(entry: DashboardEntry): Promise<DashboardEntry> {
  return call(async (clients) => {
    const request = { dashboard: dashboardInit(entry) };
    const { dashboard } = await clients.dashboard.saveDashboard(request);
    return dashboard === undefined ? entry : dashboardEntry(dashboard);
  });
}

/** Deletes a dashboard. */
export function deleteDashboard(id: string): Promise<void> {
  return call(async (clients) => {
    await clients.dashboard.deleteDashboard({ id });
  });
}

/** Asks for what a panel shows. Versions without such a series have no line. */
export function linesQuery(panel: PanelEntry) {
  const { modelId, numbers, aliases, series, transforms } = panel;
  return {
    queryKey: ["models", modelId, "lines", series, transforms, numbers, aliases],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<readonly PlotLine[]> => {
        const query = { ...queryInit(panel), pointCountMax: POINTS_MAX };
        const answer = await clients.dashboard.querySeries({ query }, { signal });
        return answer.series.map(plotLine);
      }),
    retry: false,
  };
}
