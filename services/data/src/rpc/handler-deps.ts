import type { CloseHistories, PriceStore } from "../ports.ts";

/** What the handlers are given. */
export interface HandlerDeps {
  readonly store: PriceStore;
  readonly histories: CloseHistories;
}
