import type { Clock } from "@portfolio/platform/clock";
import type { CloseHistories, PanelCache, PriceStore, PriceWriter } from "../ports.ts";

/** What the handlers are given. */
export interface HandlerDeps {
  readonly store: PriceStore;
  readonly writer: PriceWriter;
  readonly histories: CloseHistories;
  readonly panels: PanelCache;
  readonly clock: Clock;
}
