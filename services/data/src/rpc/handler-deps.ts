import type { Clock } from "@portfolio/platform/clock";
import type { CloseHistories, PriceStore, PriceWriter } from "../ports.ts";

/** What the handlers are given. */
export interface HandlerDeps {
  readonly store: PriceStore;
  readonly writer: PriceWriter;
  readonly histories: CloseHistories;
  readonly clock: Clock;
}
