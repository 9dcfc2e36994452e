import { AppError } from "@portfolio/platform/app-error";
import type { Dashboard } from "../domain/dashboard.ts";
import { isUuid } from "../domain/uuid.ts";
import type { DashboardStore } from "../ports.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";

/** What dashboards are kept with. */
export interface DashboardDeps {
  readonly dashboards: DashboardStore;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/**
 * Lists dashboards, newest first.
 *
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export async function listDashboards(
  { dashboards }: DashboardDeps,
  pageSize: number,
  pageToken: string,
): Promise<Page<Dashboard>> {
  const found = await dashboards.list(pageSize + 1, readPageToken("ids", pageToken));
  return pageOf(found, pageSize, ({ id }) => id);
}

/** @throws {AppError} `DASHBOARD_UNKNOWN`. */
export async function findDashboard({ dashboards }: DashboardDeps, id: string): Promise<Dashboard> {
  const found = isUuid(id) ? await dashboards.find(id) : undefined;
  if (found === undefined) {
    const message = `There is no dashboard ${id}.`;
    throw new AppError("not-found", "DASHBOARD_UNKNOWN", message, {
      violations: [{ field: "id", description: "names no dashboard" }],
    });
  }
  return found;
}

/**
 * Saves a dashboard.
 *
 * @param dashboard - A new one where `id` is empty; else `revision` is that of the one to replace.
 * @throws {AppError} `DASHBOARD_UNKNOWN`, `DASHBOARD_CHANGED`, `DASHBOARDS_TOO_MANY`.
 */
export async function saveDashboard(
  deps: DashboardDeps,
  dashboard: Pick<Dashboard, "id" | "title" | "panels" | "revision">,
): Promise<Dashboard> {
  const { dashboards, newId } = deps;
  if (dashboard.id === "") {
    return dashboards.add({ ...dashboard, id: newId() });
  }
  const { revision } = await findDashboard(deps, dashboard.id);
  const replaced = await dashboards.replace(dashboard);
  if (replaced === undefined) {
    throw new AppError(
      "failed-precondition",
      "DASHBOARD_CHANGED",
      "Somebody else has changed the dashboard. Look at theirs before saving yours.",
      {
        violations: [
          { field: "dashboard.revision", description: `the newest revision is ${revision}` },
        ],
      },
    );
  }
  return replaced;
}

/** Deletes a dashboard, if there is one. */
export async function deleteDashboard({ dashboards }: DashboardDeps, id: string): Promise<void> {
  if (isUuid(id)) {
    await dashboards.delete(id);
  }
}
