import { createQuery, useQueryClient } from "@tanstack/svelte-query";
import { type DashboardEntry, PANELS_MAX, type PanelEntry } from "./dashboard-entry.ts";
import { dashboardsQuery, deleteDashboard, saveDashboard } from "./dashboard-queries.ts";

type Edit = (panels: readonly PanelEntry[]) => readonly PanelEntry[];

/**
 * The dashboards as the server keeps them. Every change is saved at once, one after the other, each
 * on what the one before has left.
 */
export class DashboardList {
  readonly state = createQuery(dashboardsQuery);
  /** Why the last change was not kept. */
  problem = $state.raw<unknown>();
  readonly #client = useQueryClient();
  #last: Promise<void> = Promise.resolve();

  get entries(): readonly DashboardEntry[] {
    return this.state.data ?? [];
  }

  /** Keeps a new dashboard. @returns Its identifier; empty when it was not kept. */
  async add(entry: Omit<DashboardEntry, "id" | "revision">): Promise<string> {
    let id = "";
    await this.#do(async () => {
      const saved = await saveDashboard({ ...entry, id: "", revision: 0 });
      id = saved.id;
      this.#put([saved, ...this.entries]);
    });
    return id;
  }

  rename(id: string, title: string): Promise<void> {
    return this.#change(id, (entry) => ({ ...entry, title }));
  }

  /** Changes the panels of a dashboard; those beyond the most are left out. */
  arrange(id: string, edit: Edit): Promise<void> {
    return this.#change(id, (entry) => ({
      ...entry,
      panels: edit(entry.panels).slice(0, PANELS_MAX),
    }));
  }

  remove(id: string): Promise<void> {
    return this.#do(async () => {
      await deleteDashboard(id);
      this.#put(this.entries.filter((entry) => entry.id !== id));
    });
  }

  #change(id: string, edit: (entry: DashboardEntry) => DashboardEntry): Promise<void> {
    return this.#do(async () => {
      const entry = this.entries.find((each) => each.id === id);
      if (entry !== undefined) {
        const saved = await saveDashboard(edit(entry));
        this.#put(this.entries.map((each) => (each.id === id ? saved : each)));
      }
    });
  }

  #put(entries: readonly DashboardEntry[]): void {
    this.#client.setQueryData(dashboardsQuery().queryKey, entries);
  }

  #do(act: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(async () => {
      try {
        await act();
        this.problem = undefined;
      } catch (error) {
        this.problem = error;
        // Somebody else may have changed it: what they left is shown.
        await this.state.refetch();
      }
    });
    return this.#last;
  }
}

/** Panels with one moved by a place. */
export function moved(panels: readonly PanelEntry[], from: number, step: -1 | 1): PanelEntry[] {
  const all = [...panels];
  const [panel] = all.splice(from, 1);
  return panel === undefined ? all : all.toSpliced(from + step, 0, panel);
}
