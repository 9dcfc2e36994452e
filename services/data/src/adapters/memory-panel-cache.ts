import { LRUCache } from "lru-cache";
import type { Panel, PanelCache } from "../ports.ts";

/** Bytes that a date takes besides its row of closes. */
const DATE_BYTES = 8;

/** Keeps the panels that were used last in memory. */
export class MemoryPanelCache implements PanelCache {
  readonly #panels: LRUCache<string, Panel, () => Promise<Panel>>;

  /** @param bytesMax - Most memory that panels may take. A larger panel is not kept. */
  constructor(bytesMax: number) {
    this.#panels = new LRUCache({
      maxSize: bytesMax,
      sizeCalculation: ({ closes, dates }) => closes.length + DATE_BYTES * dates.length,
      fetchMethod: (_key, _stale, { context }) => context(),
    });
  }

  async get(key: string, make: () => Promise<Panel>): Promise<Panel> {
    return (await this.#panels.fetch(key, { context: make })) ?? make();
  }
}
