import type { ServiceImpl } from "@connectrpc/connect";
import type { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import type { Dashboard } from "../../../services/training/src/domain/dashboard.ts";
import type { DashboardStore } from "../../../services/training/src/ports.ts";
import { deleteDashboardHandler } from "../../../services/training/src/rpc/delete-dashboard.ts";
import { listDashboardsHandler } from "../../../services/training/src/rpc/list-dashboards.ts";
import { querySeriesHandler } from "../../../services/training/src/rpc/query-series.ts";
import { saveDashboardHandler } from "../../../services/training/src/rpc/save-dashboard.ts";
import type { MemoryRegistry } from "./memory-registry.ts";
import { answering } from "./optimization-service.ts";

const DASHBOARDS_MAX = 3;
const TIME = "2026-01-05T10:00:00Z";

/** Dashboards in memory, by the rules of the real store; three at most. */
export class MemoryDashboards implements DashboardStore {
  all: readonly Dashboard[] = [];

  async list(limit: number): Promise<readonly Dashboard[]> {
    return this.all.slice(0, limit);
  }

  async find(id: string): Promise<Dashboard | undefined> {
    return this.all.find((each) => each.id === id);
  }

  async add(draft: Pick<Dashboard, "id" | "title" | "panels">): Promise<Dashboard> {
    if (this.all.length >= DASHBOARDS_MAX) {
      throw new AppError(
        "resource-exhausted",
        "DASHBOARDS_TOO_MANY",
        "There are too many dashboards.",
      );
    }
    const dashboard = { ...draft, revision: 1, createTime: TIME, updateTime: TIME };
    this.all = [dashboard, ...this.all];
    return dashboard;
  }

  async replace(
    draft: Pick<Dashboard, "id" | "title" | "panels" | "revision">,
  ): Promise<Dashboard | undefined> {
    const held = this.all.find(
      ({ id, revision }) => id === draft.id && revision === draft.revision,
    );
    if (held === undefined) return;
    const dashboard = { ...held, ...draft, revision: held.revision + 1 };
    this.all = this.all.map((each) => (each.id === draft.id ? dashboard : each));
    return dashboard;
  }

  async delete(id: string): Promise<void> {
    this.all = this.all.filter((each) => each.id !== id);
  }
}

/** The handlers of the service over dashboards and models in memory, without experiments, looks and explanations. */
export function mockDashboardService(
  registry: MemoryRegistry,
  dashboards: MemoryDashboards,
): Partial<ServiceImpl<typeof DashboardService>> {
  let count = 0;
  const newId = () => `01900000-0000-7000-8000-${String(++count).padStart(12, "0")}`;
  const experiments = { list: async () => [] };
  const monitoring = { findLook: async () => undefined };
  const workerUse = async (hours: number) => [
    { kind: "training", busyByHour: new Float64Array(hours).fill(1) },
  ];
  const remember = () =>
    Promise.reject(new AppError("failed-precondition", "EXPLANATION_UNSUPPORTED", "Not here."));
  const work = { experiments, monitoring, workerUse, cache: { remember } };
  const deps = { registry, dashboards, newId, ...work } as never;
  return {
    listDashboards: answering(listDashboardsHandler(deps)),
    saveDashboard: answering(saveDashboardHandler(deps)),
    deleteDashboard: answering(deleteDashboardHandler(deps)),
    querySeries: answering(querySeriesHandler(deps)),
  };
}
